/** Learning rates that change from step to step: pure functions of the step, so that a resumed training has the same. */
import { InputError } from '../errors.ts';

/**
 * The learning rate of a step.
 *
 * @param step from 0
 */
export type Schedule = (step: number) => number;

function require(holds: boolean, name: string, what: string, given: number): void {
  if (!holds) throw new InputError(`A schedule takes ${name} ${what}, but it is ${given}.`);
}

function requireRate(rate: number): void {
  require(rate > 0 && Number.isFinite(rate), 'a learning rate', 'above 0', rate);
}

function requireSteps(name: string, steps: number, least: number): void {
  require(Number.isInteger(steps) && steps >= least, name, `of ${least} steps or more`, steps);
}

/** `α(s) = rate`. */
export function constantRate(rate: number): Schedule {
  requireRate(rate);
  return () => rate;
}

/**
 * Stairs: `α(s) = rate · factor^⌊s / every⌋`.
 *
 * @param options.every steps
 * @throws InputError where a number is out of range
 */
export function stepDecay(
  rate: number,
  { every, factor }: { readonly every: number; readonly factor: number },
): Schedule {
  requireRate(rate);
  requireSteps('every', every, 1);
  require(factor > 0 && factor <= 1, 'factor', 'above 0 and up to 1', factor);
  return (step) => rate * factor ** Math.floor(step / every);
}

/**
 * `α(s) = rate · factor^(s / every)`: the same decay as that of `stepDecay`, without stairs.
 *
 * @param options.every steps
 * @throws InputError where a number is out of range
 */
export function exponentialDecay(
  rate: number,
  { every, factor }: { readonly every: number; readonly factor: number },
): Schedule {
  requireRate(rate);
  requireSteps('every', every, 1);
  require(factor > 0 && factor <= 1, 'factor', 'above 0 and up to 1', factor);
  return (step) => rate * factor ** (step / every);
}

/**
 * Half a cosine from `rate` to `final`, perhaps after a warm-up:
 * `α(s) = final + (rate − final) · (1 + cos(π · (s − warmUp) / (steps − warmUp))) / 2`, and `final` after the last step.
 *
 * Source: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts" (ICLR 2017), equation 5, without
 * restarts.
 *
 * @param options.steps of the whole training, warm-up included
 * @param options.warmUp steps of a linear rise before; default 0
 * @param options.final default 0
 * @throws InputError where a number is out of range
 */
export function cosineDecay(
  rate: number,
  {
    steps,
    warmUp = 0,
    final = 0,
  }: { readonly steps: number; readonly warmUp?: number; readonly final?: number },
): Schedule {
  requireRate(rate);
  requireSteps('steps', steps, 1);
  requireSteps('warmUp', warmUp, 0);
  require(warmUp < steps, 'warmUp', `shorter than the ${steps} steps of the training`, warmUp);
  require(final >= 0 && final <= rate, 'final', `from 0 to the learning rate ${rate}`, final);
  const decay: Schedule = (step) => {
    const done = Math.min(1, step / (steps - warmUp));
    return final + ((rate - final) * (1 + Math.cos(Math.PI * done))) / 2;
  };
  return withWarmUp(warmUp, decay);
}

/**
 * A linear rise before another schedule: `α(s) = schedule(0) · (s + 1) / (steps + 1)`, then `schedule(s − steps)`.
 *
 * Source: Goyal et al., "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour" (arXiv 1706.02677, 2017), section 2.2.
 *
 * @param steps of the rise; 0 means none
 * @throws InputError where it is no number of steps
 */
export function withWarmUp(steps: number, schedule: Schedule): Schedule {
  requireSteps('a warm-up', steps, 0);
  return (step) => (step < steps ? (schedule(0) * (step + 1)) / (steps + 1) : schedule(step - steps));
}
