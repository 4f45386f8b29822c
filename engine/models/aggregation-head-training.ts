/**
 * The recommender's head in training: dropout behind the hidden layer, and the weighted loss.
 *
 * Source: Demochkin and Savchenko, "Visual product recommendation using neural aggregation network and context gating",
 * section 4: 50 % dropout, binary cross-entropy with positive weight 36.
 */
import { dropout } from '../graph/dropout.ts';
import { input } from '../graph/leaf.ts';
import { binaryCrossEntropy } from '../graph/losses.ts';
import type { Value } from '../graph/value.ts';
import { type AggregationHeadOptions, aggregationHeadValues } from './aggregation-head.ts';

/** The head, and how it is trained. */
export interface AggregationHeadTrainingOptions extends Omit<AggregationHeadOptions, 'outputs'> {
  /** Weight of the categories that a person is interested in. Default 36, the paper's best of 10, 36, 72 and 140. */
  readonly positiveWeight?: number;
  /** The share of the hidden layer that is dropped. Default 0.5. */
  readonly dropoutRate?: number;
}

/**
 * The loss of a batch of people, `[1]`.
 *
 * Inputs: `features` `[capacity, K]`, `offsets` `uint32 [sets + 1]`, `targets` `[sets, D]`, and, where something is
 * dropped, `random` `uint32 [2]`, seed and step.
 */
export function aggregationHeadLoss(options: AggregationHeadTrainingOptions): Value {
  const {
    capacity,
    sets,
    features = 1024,
    categories = 1000,
    positiveWeight = 36,
    dropoutRate = 0.5,
  } = options;
  const x = input('features', [capacity, features]);
  const offsets = input('offsets', [sets + 1], 'uint32');
  const regularize =
    dropoutRate === 0
      ? undefined
      : (hidden: Value) => dropout(hidden, input('random', [2], 'uint32'), { rate: dropoutRate });
  const { logits } = aggregationHeadValues(x, offsets, options, regularize);
  return binaryCrossEntropy(logits!, input('targets', [sets, categories]), { positiveWeight });
}
