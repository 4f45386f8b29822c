/**
 * One training step as one graph: forward, backward and the optimiser's update, so that a step is one submit. Nothing is
 * read back but the loss.
 */
import { InputError } from '../errors.ts';
import { gradients } from '../gradient/gradients.ts';
import { clipFactor } from '../graph/clip.ts';
import { input, parameter } from '../graph/leaf.ts';
import { accumulate } from '../graph/updates.ts';
import { elementCount, type Graph, leaves, named, type Value } from '../graph/value.ts';
import type { Optimizer } from './optimizer.ts';

/** What a step learns, and how. */
export interface TrainingStepOptions {
  /** `[1]`. Every float32 parameter that it depends on is learned, but for those frozen. */
  readonly loss: Value;
  readonly optimizer: Optimizer;
  /** Which parameters stay as they are; they cost nothing in the backward pass. */
  readonly frozen?: (parameter: string) => boolean;
  /**
   * The longest gradient, as one vector of all parameters' gradients: a longer one is shortened to this length.
   *
   * Source: Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks" (ICML 2013), algorithm 1.
   */
  readonly clipNorm?: number;
  /** Further updates of every micro-batch, for example of moving averages. */
  readonly updates?: Readonly<Record<string, Value>>;
  /** Micro-batches a step; their gradients are averaged. Default 1. */
  readonly accumulate?: number;
  /** Which forward values stay for the backward pass; others are computed again. Default: all. */
  readonly keep?: (forward: Value) => boolean;
}

export interface TrainingStep {
  /** One micro-batch: output `loss`. Where there is one a step, its updates are the optimiser's, else sums of gradients. */
  readonly graph: Graph;
  /** The optimiser's update from the sums of gradients, where there are several micro-batches a step. */
  readonly apply: Graph | undefined;
  readonly optimizer: Optimizer;
  /** Micro-batches a step. */
  readonly accumulate: number;
  /** Names of the parameters that are learned. */
  readonly trainable: readonly string[];
  /** The optimiser's state and the sums of gradients as they are before the first step, by name. */
  initialState(): Record<string, Float32Array>;
}

/** The name of the sum of a parameter's gradients. */
function sumName(name: string): string {
  return `gradient/${name}`;
}

/**
 * Builds a training step.
 *
 * Inputs of the graphs besides those of the loss: `optimizer` float32 `[4]`, the optimiser's `numbers`; with several
 * micro-batches `accumulation` float32 `[2]`: 0 for the first of a step and 1 for the others, and 1 / micro-batches.
 *
 * @throws InputError where nothing is to be learned, or an option is out of range; ShapeError where the loss is no scalar
 * or cannot be differentiated
 */
export function trainingStep(options: TrainingStepOptions): TrainingStep {
  const { optimizer, frozen = () => false, clipNorm, updates = {}, keep } = options;
  const loss = named('loss', options.loss);
  const microBatches = options.accumulate ?? 1;
  if (!(Number.isInteger(microBatches) && microBatches > 0)) {
    throw new InputError(`A step takes a whole number of micro-batches from 1, not ${microBatches}.`);
  }
  if (clipNorm !== undefined && !(clipNorm > 0)) {
    throw new InputError(`The longest gradient must have a length above 0, not ${clipNorm}.`);
  }
  const parameters = [...leaves({ outputs: { loss } }, 'parameter')].flatMap(([name, { shape, dataType }]) =>
    dataType === 'float32' && !frozen(name) && !(name in updates) ? parameter(name, shape) : [],
  );
  if (parameters.length === 0) {
    throw new InputError('The loss depends on no parameter that is not frozen; there is nothing to learn.');
  }
  // The last layer's first: its gradient is there first, and can be given up.
  const learned = parameters.toReversed();
  const found = gradients(loss, learned, keep ? { keep } : {});
  const state = learned.flatMap((leaf) =>
    optimizer.slots.map((slot) => parameter(`${optimizer.name}/${slot}/${leaf.label}`, leaf.shape)),
  );
  const update = (gradientOf: (index: number) => Value): Record<string, Value> => {
    const clip =
      clipNorm === undefined
        ? undefined
        : clipFactor(
            learned.map((_, i) => gradientOf(i)),
            clipNorm,
          );
    const step = { step: input('optimizer', [4]), clip };
    return Object.fromEntries(
      learned.flatMap((leaf, index) => {
        const first = index * optimizer.slots.length;
        const held = [leaf, ...state.slice(first, first + optimizer.slots.length)];
        const changed = optimizer.update(held, gradientOf(index), step);
        return changed.map((value, part) => [held[part]!.label, value] as const);
      }),
    );
  };

  const several = microBatches > 1;
  const sums = several ? learned.map((leaf) => parameter(sumName(leaf.label), leaf.shape)) : [];
  const sumUpdates = Object.fromEntries(
    sums.map((sum, index) => [sum.label, accumulate(sum, found[index]!, {}, input('accumulation', [2]))]),
  );
  return {
    graph: {
      outputs: { loss },
      updates: { ...(several ? sumUpdates : update((index) => found[index]!)), ...updates },
    },
    apply: several ? { outputs: {}, updates: update((index) => sums[index]!) } : undefined,
    optimizer,
    accumulate: microBatches,
    trainable: parameters.map(({ label }) => label),
    initialState: () =>
      Object.fromEntries(
        [...state, ...sums].map(({ label, shape }) => [label, new Float32Array(elementCount(shape))]),
      ),
  };
}
