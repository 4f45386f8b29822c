/**
 * Operations that change parameters in place: the last steps of a training step. Their state operands are parameters of
 * the graph; what they return goes into `Graph.updates`, all of it.
 */
import { ShapeError } from '../errors.ts';
import type { AdamAttributes, TrainingOperation } from './training-operation.ts';
import { describe, type Value, value } from './value.ts';

type UpdateOperation = Extract<TrainingOperation, { readonly inPlace: number }>;
type WithoutPart<Operation> = Operation extends UpdateOperation ? Omit<Operation, 'part'> : never;

function update(
  operation: WithoutPart<UpdateOperation>,
  state: readonly Value[],
  operands: readonly Value[],
): Value[] {
  const [first] = state as [Value];
  for (const held of state) {
    if (held.operation.kind !== 'parameter' || held.dataType !== 'float32') {
      throw new ShapeError(
        `${operation.kind}: what is updated must be a float32 parameter, but '${held.label}' is ${describe(held)} of ${held.operation.kind}.`,
      );
    }
  }
  for (const operand of [...state, operands[0]!]) {
    if (`${operand.shape}` !== `${first.shape}`) {
      throw new ShapeError(
        `${operation.kind}: state and gradient must have one shape; got ${describe(first)} and ${describe(operand)}.`,
      );
    }
  }
  return state.map((held, part) => ({
    ...value({ ...operation, part } as UpdateOperation, [...state, ...operands], held.shape),
    label: `${operation.kind}/${first.label}`,
  }));
}

/** What an optimiser's operation is told of the step. */
export interface UpdateStep {
  /** float32 `[4]`: learning rate, then what the optimiser wants. */
  readonly step: Value;
  /** `[1]`, a factor for the gradient, for example of clipping. */
  readonly clip?: Value | undefined;
}

function stepOperands({ step, clip }: UpdateStep): Value[] {
  return clip ? [step, clip] : [step];
}

/**
 * Stochastic gradient descent: `b' = μ b + g + λ p`, `p' = p − α b'`; without momentum `p' = p − α (g + λ p)`.
 *
 * Source: Sutskever et al., "On the importance of initialization and momentum in deep learning" (ICML 2013), equations 1
 * and 2, with the learning rate outside of the velocity.
 *
 * @param state p, and the velocity b where there is momentum
 * @param step `[4]`: α and three numbers that are not read
 * @returns the new p, and the new b
 */
export function sgdUpdate(
  state: readonly [parameter: Value, velocity?: Value],
  gradient: Value,
  { momentum, weightDecay }: { readonly momentum: number; readonly weightDecay: number },
  step: UpdateStep,
): Value[] {
  const held = state.filter((one) => one !== undefined);
  return update({ kind: 'sgd', inPlace: held.length, momentum, weightDecay }, held, [
    gradient,
    ...stepOperands(step),
  ]);
}

/**
 * Adam: `m' = β₁ m + (1 − β₁) g`, `v' = β₂ v + (1 − β₂) g²`, `p' = p − α (m' c₁ / (√(v' c₂) + ε) + λ p)`.
 *
 * Source: Kingma and Ba, "Adam: A Method for Stochastic Optimization" (ICLR 2015), algorithm 1; the decoupled decay λ:
 * Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (ICLR 2019), algorithm 2.
 *
 * @param state p, m and v
 * @param step `[4]`: α, c₁ = 1 / (1 − β₁ᵗ), c₂ = 1 / (1 − β₂ᵗ), and a number that is not read
 * @returns the new p, m and v
 */
export function adamUpdate(
  state: readonly [parameter: Value, mean: Value, variance: Value],
  gradient: Value,
  attributes: AdamAttributes,
  step: UpdateStep,
): Value[] {
  return update({ kind: 'adam', inPlace: 3, ...attributes }, state, [gradient, ...stepOperands(step)]);
}

/**
 * `s' = keep · s + factor · x`: sums of gradients, moving averages. With `coefficients`, these are keep and factor, and
 * where keep is 0 the old content does not matter, NaN or not.
 *
 * @param coefficients float32 `[2]`
 */
export function accumulate(
  state: Value,
  x: Value,
  { keep = 1, factor = 1 }: { readonly keep?: number; readonly factor?: number },
  coefficients?: Value,
): Value {
  const operands = coefficients ? [x, coefficients] : [x];
  return update({ kind: 'accumulate', inPlace: 1, keep, factor }, [state], operands)[0]!;
}
