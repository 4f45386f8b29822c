/** In the browser: trains the head and one that only averages, measures both, makes the head's file. */
import { openWebGpu } from '../../engine/index.ts';
import type { AggregationKind } from '../../engine/models/aggregation.ts';
import { serializeAggregationHead } from '../../engine/training.ts';
import { headData } from './data.ts';
import { measureFrequency, measureHead } from './measure.ts';
import type { HeadPage } from './page-interface.ts';
import { trainHead } from './train.ts';

const page: HeadPage = {
  async train(metadata) {
    const backend = await openWebGpu();
    try {
      const data = await headData();
      const train = async (kind: AggregationKind) => {
        const head = await trainHead(
          backend,
          data,
          kind,
          ({ step, steps, loss, stepsPerSecond, history }) => {
            const { validations, best } = history;
            const validation = validations.at(-1)?.value;
            const numbers = { step, steps, loss, stepsPerSecond, validation, best: best?.value };
            void window.reportTraining({ kind, ...numbers });
          },
        );
        return { head, results: await measureHead(backend, head.sizes, head.parameters, data) };
      };
      const { head, results: test } = await train('two-attention-gated');
      const { results: average } = await train('average');
      const baselines = { 'plain average': average, 'category frequency': measureFrequency(data) };
      const bytes = await serializeAggregationHead({
        ...head,
        metrics: { test, baselines },
        metadata: { ...head.metadata, ...metadata },
      });
      const report = Object.entries({ 'the head': test, ...baselines }).flatMap(([name, results]) =>
        results.map(
          ({ k, precision, recall, f1, users }) =>
            `${name} @${k} on ${users} test households: ` +
            `precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}, F1 ${f1.toFixed(3)}`,
        ),
      );
      const { split, training, stopped } = head.metadata;
      const file = await base64(bytes);
      return { file, adapter: backend.description, report: [split!, training!, stopped!, ...report] };
    } finally {
      backend.dispose();
    }
  },
};

function base64(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(new Blob([bytes]));
  });
}

window.headPage = page;
