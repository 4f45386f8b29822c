/**
 * The small trainings whose loss curves are compared with another framework: where they start, and what they see. Numbers
 * come of seeds by exact arithmetic, so that they are the same everywhere.
 */
import { raggedOffsets } from '../../engine/data/ragged.ts';
import { elementCount } from '../../engine/graph/value.ts';
import {
  type AggregationHeadOptions,
  initializeAggregationHead,
} from '../../engine/models/aggregation-head.ts';
import { randomBits, uniform } from '../../engine/random.ts';

/** Steps of a curve. */
export const steps = 20;

/** Batches; each is seen every fourth step. */
const batches = 4;

export const positiveWeight = 4;

type Numbers = Readonly<Record<string, Float32Array>>;

/** What one step is given, by name. */
export interface Batch {
  readonly inputs: Readonly<Record<string, Float32Array | Uint32Array>>;
}

/** Optimisers of the curves; Adam with the paper's β and Keras's ε. */
export const optimizers = {
  adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  momentum: { momentum: 0.9 },
} as const;

export type OptimizerName = keyof typeof optimizers;

export interface TrainingCase {
  readonly name: 'head' | 'mobilenet';
  readonly learningRate: Readonly<Record<OptimizerName, number>>;
  /** Parameters and their shapes before the first step, by name. */
  initial(): { readonly numbers: Numbers; readonly shapes: Readonly<Record<string, readonly number[]>> };
  /** @param step from 0 */
  batch(step: number): Batch;
}

function random(count: number, seed: number, from = -1, to = 1): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => from + (to - from) * uniform(seed, index));
}

/** `[rows, categories]`: each row has the category of its number, and others by chance. */
function someTargets(rows: number, categories: number, seed: number): Float32Array {
  return Float32Array.from({ length: rows * categories }, (_, index) => {
    const row = Math.floor(index / categories);
    return index % categories === row % categories || uniform(seed, index) < 0.15 ? 1 : 0;
  });
}

export const headOptions = {
  kind: 'two-attention-gated',
  capacity: 32,
  sets: 6,
  features: 32,
  hidden: 48,
  categories: 20,
} as const satisfies AggregationHeadOptions;

/** Photos of each person, in all at most the capacity. */
const setSizes: readonly (readonly number[])[] = [
  [5, 1, 9, 3, 7, 5],
  [8, 8, 2, 4, 5, 5],
  [1, 1, 20, 2, 3, 4],
  [6, 5, 4, 6, 5, 6],
];

export const headCase: TrainingCase = {
  name: 'head',
  learningRate: { adam: 0.01, momentum: 0.1 },
  initial: () => {
    const { features: k, hidden, categories } = headOptions;
    return {
      numbers: initializeAggregationHead(headOptions, 41),
      shapes: {
        'attention1/query': [k],
        'attention2/kernel': [k, k],
        'attention2/bias': [k],
        'gate/kernel': [k, k],
        'gate/bias': [k],
        'hidden/kernel': [k, hidden],
        'hidden/bias': [hidden],
        'output/kernel': [hidden, categories],
        'output/bias': [categories],
      },
    };
  },
  batch: (step) => {
    const which = step % batches;
    const { capacity, sets, features, categories } = headOptions;
    return {
      inputs: {
        features: random(capacity * features, 100 + which, 0, 2),
        offsets: raggedOffsets(setSizes[which]!, capacity),
        targets: someTargets(sets, categories, 200 + which),
      },
    };
  },
};

export const mobilenetOptions = {
  batch: 8,
  alpha: 0.25,
  depth: 4,
  imageSize: 32,
  categories: 6,
  hidden: 16,
} as const;

/** Input and output channels of the blocks of the small MobileNet, and the stride of their depthwise convolution. */
export const mobilenetBlocks: readonly (readonly [inputs: number, outputs: number, stride: 1 | 2])[] = [
  [8, 16, 1],
  [16, 32, 2],
  [32, 32, 1],
  [32, 64, 2],
];

function mobilenetShapes(): Record<string, readonly number[]> {
  const shapes: Record<string, readonly number[]> = {};
  const layer = (name: string, kernel: readonly number[]) => {
    const channels = kernel.at(-1)!;
    shapes[`${name}/kernel`] = kernel;
    shapes[`${name}/scale`] = [channels];
    shapes[`${name}/shift`] = [channels];
    shapes[`${name}/moving_moments`] = [2, channels];
  };
  layer('conv1', [3, 3, 3, 8]);
  mobilenetBlocks.forEach(([inputs, outputs], index) => {
    layer(`block${index + 1}/depthwise`, [3, 3, inputs]);
    layer(`block${index + 1}/pointwise`, [1, 1, inputs, outputs]);
  });
  const { hidden, categories } = mobilenetOptions;
  shapes['hidden/kernel'] = [64, hidden];
  shapes['hidden/bias'] = [hidden];
  shapes['output/kernel'] = [hidden, categories];
  shapes['output/bias'] = [categories];
  return shapes;
}

function initialNumbers(name: string, shape: readonly number[], seed: number): Float32Array {
  const count = elementCount(shape);
  if (name.endsWith('moving_moments')) return Float32Array.from({ length: count }, (_, i) => (i < count / 2 ? 0 : 1));
  if (name.endsWith('bias')) return new Float32Array(count);
  if (name.endsWith('scale')) return random(count, seed, 0.8, 1.2);
  if (name.endsWith('shift')) return random(count, seed, 0, 0.5);
  const fanIn = name.includes('depthwise') ? 9 : elementCount(shape.slice(0, -1));
  const limit = Math.sqrt(6 / fanIn);
  return random(count, seed, -limit, limit);
}

export const mobilenetCase: TrainingCase = {
  name: 'mobilenet',
  learningRate: { adam: 0.003, momentum: 0.02 },
  initial: () => {
    const shapes = mobilenetShapes();
    const numbers = Object.fromEntries(
      Object.entries(shapes).map(([name, shape], index) => [
        name,
        initialNumbers(name, shape, randomBits(7, index)),
      ]),
    );
    return { numbers, shapes };
  },
  batch: (step) => {
    const which = step % batches;
    const { batch, imageSize, categories } = mobilenetOptions;
    return {
      inputs: {
        photos: random(batch * imageSize * imageSize * 3, 300 + which),
        targets: someTargets(batch, categories, 400 + which),
      },
    };
  },
};

export const trainingCases: readonly TrainingCase[] = [headCase, mobilenetCase];
