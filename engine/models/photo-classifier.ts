/**
 * Stage one: a network that tells the categories of one photo, by which MobileNet's features are learned.
 *
 * Source: Demochkin and Savchenko, "Visual product recommendation using neural aggregation network and context gating",
 * sections 3 and 4: a classifier on top of MobileNet, one hidden layer of 2048 with 50 % dropout, binary cross-entropy
 * with positive weight 36. A photo may belong to several categories.
 */
import { dropout } from '../graph/dropout.ts';
import { input } from '../graph/leaf.ts';
import { binaryCrossEntropy } from '../graph/losses.ts';
import type { Value } from '../graph/value.ts';
import { denseLayers, initializeAggregationHead } from './aggregation-head.ts';
import {
  type MobilenetV1Training,
  type MobilenetV1TrainingOptions,
  mobilenetV1Training,
} from './mobilenet_v1_training.ts';

/** What is on top of the features. */
export interface PhotoClassifierLayers {
  /** Number D of product categories. */
  readonly categories: number;
  /** Size of the hidden layer. Default 2048. */
  readonly hidden?: number;
}

/** The classifier, and how it is trained. */
export interface PhotoClassifierOptions
  extends Omit<MobilenetV1TrainingOptions, 'image'>,
    PhotoClassifierLayers {
  /** Weight of the categories that a photo has. Default 36, the paper's best of 10, 36, 72 and 140. */
  readonly positiveWeight?: number;
  /** The share of the hidden layer that is dropped. Default 0.5; 0 for evaluation. */
  readonly dropoutRate?: number;
}

/** What `trainingStep` is given: `trainingStep({ ...model, optimizer, keep: model.recomputation.activations })`. */
export interface PhotoClassifier extends MobilenetV1Training {
  /** `[1]`. */
  readonly loss: Value;
}

/**
 * The classifier with its loss. `values` also has `hidden`, `logits` and `scores` `[B, D]`.
 *
 * Inputs: `photos` `[B, H, W, 3]`, RGB in [−1, 1], `targets` `[B, D]`, and, where something is dropped, `random`
 * `uint32 [2]`, seed and step.
 *
 * @throws ShapeError where the options do not fit together
 */
export function photoClassifier(options: PhotoClassifierOptions): PhotoClassifier {
  const { batch = 1, imageSize = 224, categories, positiveWeight = 36, dropoutRate = 0.5 } = options;
  const image = input('photos', [batch, imageSize, imageSize, 3]);
  const network = mobilenetV1Training({ ...options, image });
  const regularize =
    dropoutRate === 0
      ? undefined
      : (hidden: Value) => dropout(hidden, input('random', [2], 'uint32'), { rate: dropoutRate });
  const layers = denseLayers(network.values.features!, options, regularize);
  return {
    ...network,
    values: { ...network.values, ...layers },
    loss: binaryCrossEntropy(layers.logits, input('targets', [batch, categories]), { positiveWeight }),
  };
}

/**
 * Initial parameters of the layers on top: the same numbers that the aggregation head starts from with this seed.
 *
 * @param features K
 */
export function initializePhotoClassifier(
  { features = 1024, ...layers }: PhotoClassifierLayers & { readonly features?: number },
  seed: number,
): Record<string, Float32Array> {
  return initializeAggregationHead({ kind: 'average', capacity: 1, sets: 1, features, ...layers }, seed);
}
