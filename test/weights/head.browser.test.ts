/** The head that comes with Warpbook, measured again on the households and features that come with it. */
import { afterAll, describe, expect, test } from 'vitest';
import type { RankingResult } from '../../engine/data.ts';
import { loadAggregationHead, openWebGpu } from '../../engine/index.ts';
import { households } from '../../notebook/samples/index.ts';
import { headData } from '../../weights/head/data.ts';
import { measureFrequency, measureHead } from '../../weights/head/measure.ts';

const backend = await openWebGpu();
afterAll(() => backend.dispose());
const [head, data] = await Promise.all([loadAggregationHead(), headData()]);

/**
 * Another adapter rounds otherwise and may put two close scores in the other order: one category of one household
 * changes a mean by less than this.
 */
const tolerance = 0.002;

function expectSame(what: string, again: readonly RankingResult[], said: readonly RankingResult[]): void {
  expect(again.map(({ k }) => k)).toEqual([5, 10, 15, 20]);
  again.forEach((result, index) => {
    const { k, users, skipped } = said[index]!;
    expect([k, users, skipped]).toEqual([result.k, data.split.test.length, 0]);
    for (const metric of ['precision', 'recall', 'f1', 'f1OfMeans', 'precisionCeiling'] as const) {
      const difference = Math.abs(result[metric] - said[index]![metric]);
      expect(difference, `${what}: ${metric}@${k}`).toBeLessThan(tolerance);
    }
  });
}

describe('the shipped head', () => {
  test('has the metrics that its file says', async () => {
    const { test, baselines } = head.metrics;
    const again = await measureHead(backend, head.sizes, head.parameters, data);
    expectSame('the head', again, test);
    expectSame('frequency', measureFrequency(data), baselines['category frequency']!);
    expect(Object.keys(baselines)).toEqual(['plain average', 'category frequency']);
    expect(baselines['plain average']!.map(({ k, users }) => [k, users])).toEqual(
      test.map(({ k, users }) => [k, users]),
    );
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
