/**
 * Optimisers: how a parameter moves against its gradient. Each is state beside the parameter, an update operation, and
 * four numbers that the host computes for every step.
 */
import { InputError } from '../errors.ts';
import { adamUpdate, sgdUpdate, type UpdateStep } from '../graph/updates.ts';
import type { Value } from '../graph/value.ts';

export interface Optimizer {
  /** Names its state: slot `mean` of the parameter `hidden/kernel` is the parameter `adam/mean/hidden/kernel`. */
  readonly name: string;
  /** What is kept for each parameter, of the parameter's shape, zeros at first. */
  readonly slots: readonly string[];
  /** What distinguishes it from others of its name, JSON-able. */
  readonly options: Readonly<Record<string, number>>;
  /**
   * The update of one parameter.
   *
   * @param state the parameter, then its slots
   * @returns their new contents
   */
  update(state: readonly Value[], gradient: Value, step: UpdateStep): Value[];
  /**
   * The graph input `optimizer` of a step, `[4]`.
   *
   * @param step from 1
   */
  numbers(step: number, learningRate: number): Float32Array<ArrayBuffer>;
}

/** Constants of Adam. */
export interface AdamOptions {
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-7, as in Keras, with which the paper trained. */
  readonly epsilon?: number;
}

function checkRange(name: string, given: number, least: number, below: number): void {
  if (!(given >= least && given < below)) {
    throw new InputError(`An optimiser takes ${name} from ${least} and below ${below}, but it is ${given}.`);
  }
}

function adamFamily(
  name: string,
  options: Required<AdamOptions> & { readonly weightDecay: number },
): Optimizer {
  const { beta1, beta2, epsilon, weightDecay } = options;
  checkRange('beta1', beta1, 0, 1);
  checkRange('beta2', beta2, 0, 1);
  checkRange('epsilon', epsilon, 0, 1);
  checkRange('weightDecay', weightDecay, 0, Number.POSITIVE_INFINITY);
  return {
    name,
    slots: ['mean', 'variance'],
    options,
    update: ([parameter, mean, variance], gradient, step) =>
      adamUpdate([parameter!, mean!, variance!], gradient, options, step),
    numbers: (step, learningRate) =>
      Float32Array.of(learningRate, 1 / (1 - beta1 ** step), 1 / (1 - beta2 ** step), 0),
  };
}

/**
 * Adam.
 *
 * Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization" (ICLR 2015), algorithm 1.
 *
 * @throws InputError for a constant out of range
 */
export function adam({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 }: AdamOptions = {}): Optimizer {
  return adamFamily('adam', { beta1, beta2, epsilon, weightDecay: 0 });
}

/**
 * Adam with decoupled weight decay: each step also shrinks every parameter by learning rate · weight decay.
 *
 * Source: Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (ICLR 2019), algorithm 2.
 *
 * @param options.weightDecay default 0.01
 * @throws InputError for a constant out of range
 */
export function adamW({
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-7,
  weightDecay = 0.01,
}: AdamOptions & { readonly weightDecay?: number } = {}): Optimizer {
  return adamFamily('adamw', { beta1, beta2, epsilon, weightDecay });
}

/**
 * Stochastic gradient descent, with momentum where it is not 0; weight decay here is an L2 penalty.
 *
 * Source: Sutskever et al., "On the importance of initialization and momentum in deep learning" (ICML 2013), equations 1
 * and 2.
 *
 * @param options.momentum default 0
 * @param options.weightDecay default 0
 * @throws InputError for a constant out of range
 */
export function sgd({
  momentum = 0,
  weightDecay = 0,
}: {
  readonly momentum?: number;
  readonly weightDecay?: number;
} = {}): Optimizer {
  checkRange('momentum', momentum, 0, 1);
  checkRange('weightDecay', weightDecay, 0, Number.POSITIVE_INFINITY);
  return {
    name: 'sgd',
    slots: momentum > 0 ? ['velocity'] : [],
    options: { momentum, weightDecay },
    update: ([parameter, velocity], gradient, step) =>
      sgdUpdate(velocity ? [parameter!, velocity] : [parameter!], gradient, { momentum, weightDecay }, step),
    numbers: (_, learningRate) => Float32Array.of(learningRate, 0, 0, 0),
  };
}
