/** The head that comes with Warpbook, measured again on the households and features that come with it. */
import { afterAll, describe, expect, test } from 'vitest';
import { loadAggregationHead, openWebGpu } from '../../engine/index.ts';
import { households } from '../../notebook/samples/index.ts';
import { headData } from '../../weights/head/data.ts';
import { measureHead } from '../../weights/head/measure.ts';

const backend = await openWebGpu();
afterAll(() => backend.dispose());
const [head, data] = await Promise.all([loadAggregationHead(), headData()]);

describe('the shipped head', () => {
  test('has the metrics that its file says', async () => {
    const measured = await measureHead(backend, head.sizes, head.parameters, data);
    for (const which of ['test', 'categoryFrequency'] as const) {
      expect(measured[which].map(({ k }) => k)).toEqual([5, 10, 15, 20]);
      measured[which].forEach((again, index) => {
        const said = head.metrics[which][index]!;
        expect([said.users, said.skipped]).toEqual([data.split.test.length, 0]);
        // Another adapter rounds otherwise and may put two close scores in the other order: one category of one
        // household changes a mean by less than this.
        for (const metric of ['precision', 'recall', 'f1', 'f1OfMeans', 'precisionCeiling'] as const) {
          expect(Math.abs(again[metric] - said[metric]), `${which} ${metric}@${again.k}`).toBeLessThan(0.002);
        }
      });
    }
  });

  test('says what it recommends and what is real in its data', async () => {
    expect(head.sizes).toEqual({
      kind: 'two-attention-gated',
      features: 1024,
      hidden: 2048,
      categories: 101,
    });
    expect(head.categories).toEqual(data.collections.categories);
    expect(head.label).toBe(data.collections.label);
    expect(head.metadata.features_weights_sha256).toBe(data.featuresMetadata.weights_sha256);
  });

  test('never saw the sample households', async () => {
    const tested = new Set(Array.from(data.split.test, (user) => data.collections.users[user]));
    for (const { id } of await households()) expect(tested, id).toContain(id);
  });
});
