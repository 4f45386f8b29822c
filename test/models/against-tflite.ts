/**
 * Expects a computation of MobileNet v1 to agree with the stored outputs of TensorFlow Lite.
 *
 * Both compute in float32. For layers, features and logits of a photo the relative L2 error must be 1e-5 at most.
 * Softmax turns absolute errors of logits into relative errors of probabilities: an error of 2e-6 of logits with norm
 * 100 is 6e-6 a logit already. TensorFlow Lite's own probabilities are up to 1.4e-5 away from the float64 interpreter on
 * single photos, so that a single photo gets 3e-5; the probabilities of all photos together must be within 1e-5.
 */
import { expect } from 'vitest';
import { type Comparison, compare, explain, type Tolerance, within } from '../../engine/reference/compare.ts';
import {
  channelMeans,
  layerChannels,
  layerNames,
  type ReferenceOutputs,
  topClasses,
} from './reference-photos.ts';

const required: Tolerance = { relativeL2: 1e-5 };
const requiredOfOnePhotosProbabilities: Tolerance = { relativeL2: 3e-5 };

/** The values of one run with one photo, by name. */
export type Values = Readonly<Record<string, ArrayLike<number>>>;

/** Every value that the references have. */
export const everything: readonly string[] = [...layerNames, 'features', 'logits', 'probabilities'];

export function expectWithin(
  what: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: Tolerance = required,
): Comparison {
  const comparison = compare(actual, expected);
  const told = `${what}: ${explain(comparison, [expected.length])}`;
  expect(within(comparison, tolerance), told).toBe(true);
  return comparison;
}

/** Compares every layer of one photo with the stored samples and channel means; returns the largest error. */
export function expectLayers(values: Values, layers: ReferenceOutputs, photo: number): number {
  const errors = layerNames.flatMap((name) => {
    const layer = values[name]!;
    const sampled = Float64Array.from(layers.positions(name), (position) => layer[position]!);
    const means = channelMeans(layer, layerChannels[name]!);
    const where = `${name} of ${layers.photoNames[photo]}`;
    return [
      expectWithin(`samples of ${where}`, sampled, layers.row(`${name}/values`, photo)).relativeL2,
      expectWithin(`channel means of ${where}`, means, layers.row(`${name}/channel_means`, photo)).relativeL2,
    ];
  });
  return Math.max(...errors);
}

/** Compares features, logits, probabilities and the five best classes, photo by photo and then together. */
export class OutputComparison {
  readonly #outputs: ReferenceOutputs;
  readonly #probabilities: number[] = [];
  readonly #expectedProbabilities: number[] = [];
  /** Photos whose features and probabilities, each alone, are within 1e-5. */
  closePhotos = 0;
  worstFeatures = 0;
  worstProbabilities = 0;

  constructor(outputs: ReferenceOutputs) {
    this.#outputs = outputs;
  }

  /** One photo; `logits` are compared where they are given. */
  expectPhoto(values: Values, photo: number): void {
    const name = this.#outputs.photoNames[photo]!;
    const stored = (output: string) => this.#outputs.row(output, photo);
    const { features, logits, probabilities } = values;
    const { relativeL2: featureError } = expectWithin(`features of ${name}`, features!, stored('features'));
    if (logits) expectWithin(`logits of ${name}`, logits, stored('logits'));
    const { relativeL2: probabilityError } = expectWithin(
      `probabilities of ${name}`,
      probabilities!,
      stored('probabilities'),
      requiredOfOnePhotosProbabilities,
    );
    expect(topClasses(probabilities!, 5), name).toEqual(topClasses(stored('probabilities'), 5));

    this.#probabilities.push(...Array.from(probabilities!));
    this.#expectedProbabilities.push(...stored('probabilities'));
    this.worstFeatures = Math.max(this.worstFeatures, featureError);
    this.worstProbabilities = Math.max(this.worstProbabilities, probabilityError);
    if (probabilityError <= required.relativeL2) this.closePhotos++;
  }

  /** All photos together, `[P, 1001]`; returns what was seen, in a line. */
  expectTogether(): string {
    const { relativeL2, count } = expectWithin(
      'probabilities of all photos',
      this.#probabilities,
      this.#expectedProbabilities,
    );
    return (
      `${count / 1001} photos: features ${this.worstFeatures.toExponential(1)} at most, ` +
      `probabilities ${relativeL2.toExponential(1)} together, ${this.worstProbabilities.toExponential(1)} at most, ` +
      `${this.closePhotos} photos within 1e-5`
    );
  }
}
