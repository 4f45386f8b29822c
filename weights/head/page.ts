/** In the browser: trains the head, measures it, makes its file. */
import { openWebGpu } from '../../engine/index.ts';
import { serializeAggregationHead } from '../../engine/training.ts';
import { headData } from './data.ts';
import { measureHead } from './measure.ts';
import type { HeadPage } from './page-interface.ts';
import { trainHead } from './train.ts';

const page: HeadPage = {
  async train(metadata) {
    const backend = await openWebGpu();
    try {
      const data = await headData();
      const head = await trainHead(backend, data, ({ step, steps, loss, stepsPerSecond, history }) => {
        const validation = history.validations.at(-1)?.value;
        void window.reportTraining({
          step,
          steps,
          loss,
          stepsPerSecond,
          validation,
          best: history.best?.value,
        });
      });
      const metrics = await measureHead(backend, head.sizes, head.parameters, data);
      const bytes = await serializeAggregationHead({
        ...head,
        metrics,
        metadata: { ...head.metadata, ...metadata },
      });
      const report = metrics.test.map(({ k, precision, recall, f1, users }, index) => {
        const guess = metrics.categoryFrequency[index]!;
        return (
          `@${k} on ${users} test households: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}, F1 ${f1.toFixed(3)}; ` +
          `category frequency: ${guess.precision.toFixed(3)}, ${guess.recall.toFixed(3)}, ${guess.f1.toFixed(3)}`
        );
      });
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
