/** Checks what a person hands to a program before anything is computed. */
import type { KernelProblem } from '../../kernels/kernel.ts';
import type { HostArray } from '../backend.ts';
import { checkOffsets, checkPhotoLayout } from '../data/ragged.ts';
import { hostArrayFits } from '../data-type.ts';
import { InputError } from '../errors.ts';
import { describe, elementCount, type OperationKind, type Value } from '../graph/value.ts';
import type { Dispatch } from '../plan/plan.ts';

/**
 * Throws `InputError` unless every declared input (or parameter) is given, has the right length and type, and
 * nothing else is given.
 */
export function checkArrays(
  kind: 'input' | 'parameter',
  declared: ReadonlyMap<string, Value>,
  given: Readonly<Record<string, HostArray>>,
): void {
  for (const [name, leaf] of declared) {
    const data = given[name];
    if (!data) {
      throw new InputError(`The ${kind} '${name}' is missing; give it as ${describe(leaf)}.`);
    }
    if (!hostArrayFits(leaf.dataType, data)) {
      throw new InputError(
        `The ${kind} '${name}' must hold ${describe(leaf)}, but it is a ${data.constructor.name}.`,
      );
    }
    if (data.length !== elementCount(leaf.shape)) {
      throw new InputError(
        `The ${kind} '${name}' must hold ${elementCount(leaf.shape)} elements, ${describe(leaf)}, but it holds ${data.length}.`,
      );
    }
  }
  if (kind === 'parameter') return; // A weight file may hold more than a graph uses.
  for (const name of Object.keys(given)) {
    if (!declared.has(name)) {
      throw new InputError(
        `The graph has no ${kind} '${name}'; it has ${[...declared.keys()].map((known) => `'${known}'`).join(', ') || 'none'}.`,
      );
    }
  }
}

/** An operand whose numbers point at rows of another one, or of the output. */
export interface DividingOperand {
  readonly divided: number | 'output';
  readonly by: number;
  /** Throws `InputError` where numbers point beyond the rows. Default: the check of set offsets. */
  readonly check?: (numbers: ArrayLike<number>, rows: number) => void;
}

/** Which operand of an operation divides the rows of which other one. Training adds its own. */
export const dividingOperands: Partial<Record<OperationKind, DividingOperand>> = {
  attention_scores: { divided: 0, by: 2 },
  segment_softmax: { divided: 0, by: 1 },
  segment_weighted_sum: { divided: 1, by: 2 },
  segment_mean: { divided: 0, by: 1 },
  attention_pool: { divided: 1, by: 2 },
  image_preprocess: { divided: 0, by: 1, check: checkPhotoLayout },
};

/** How many rows there are to point at. */
export function dividedRows(
  { inputs, output }: Pick<KernelProblem, 'inputs' | 'output'>,
  { divided }: DividingOperand,
): number {
  return (divided === 'output' ? output : inputs[divided]!).shape[0]!;
}

/**
 * Throws `InputError` where offsets of sets, or a layout of photos, point beyond what they divide. Kernels would read
 * nothing beyond it, but compute something else than was meant.
 */
export function checkRaggedInputs(
  dispatches: readonly Pick<Dispatch, 'operation' | 'problem' | 'inputs'>[],
  given: Readonly<Record<string, HostArray>>,
): void {
  for (const { operation, problem, inputs } of dispatches) {
    const operands = dividingOperands[operation];
    const location = operands && inputs[operands.by];
    if (location?.kind !== 'input') continue;
    const { check = checkOffsets } = operands!;
    check(given[location.name]!, dividedRows(problem, operands!));
  }
}
