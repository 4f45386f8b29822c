import { describe, expect, test } from 'vitest';
import {
  attentionPool,
  attentionScores,
  segmentMean,
  segmentSoftmax,
  segmentWeightedSum,
} from '../../engine/graph/segments.ts';

import { input, parameter, softmax } from '../../engine/index.ts';
import { gradients, segmentOuter, sumOfSquares } from '../../engine/training.ts';
import { expectGradients } from './central-differences.ts';

/** Sets of one, none, three and four rows; the last two rows belong to none. */
const data = { offsets: [0, 1, 1, 4, 8] };
const offsets = input('offsets', [5], 'uint32');
const capacity = 10;
const x = parameter('x', [capacity, 6]);
const scores = parameter('scores', [capacity]);

describe('gradients agree with central differences', () => {
  test('attention_scores, one query', () => {
    const q = parameter('q', [6]);
    expectGradients(attentionScores(x, q, offsets), [x, q], { data });
  });
  test('attention_scores, a query for each set', () => {
    const q = parameter('q', [4, 6]);
    expectGradients(attentionScores(x, q, offsets), [x, q], { data });
  });
  test('segment_softmax', () => expectGradients(segmentSoftmax(scores, offsets), [scores], { data }));
  test('segment_weighted_sum', () => {
    expectGradients(segmentWeightedSum(scores, x, offsets), [scores, x], { data });
  });
  test('segment_mean', () => expectGradients(segmentMean(x, offsets), [x], { data }));
  test.each([[[6]], [[4, 6]]])('segment_outer of y %j', (shape) => {
    const y = parameter('y', shape);
    expectGradients(segmentOuter(scores, y, offsets), [scores, y], { data });
  });
  test('softmax', () => {
    const z = parameter('z', [3, 5]);
    expectGradients(softmax(z), [z]);
  });
  test('an attention block, in which x acts twice', () => {
    const q = parameter('q', [6]);
    const weights = segmentSoftmax(attentionScores(x, q, offsets), offsets);
    expectGradients(segmentWeightedSum(weights, x, offsets), [x, q], { data });
  });
});

test('what only a rewrite makes is not differentiated, and says so', () => {
  const pooled = attentionPool(scores, x, offsets);
  expect(() => gradients(sumOfSquares(pooled), [x])).toThrow(
    "attention_pool 'attention_pool' keeps no weights to differentiate; write segmentSoftmax and",
  );
});
