/** One operation on given numbers, in the reference. */
import { input } from '../../engine/graph/leaf.ts';
import type { DataType, Value } from '../../engine/graph/value.ts';
import { uniform } from '../../engine/random.ts';
import { interpret } from '../../engine/reference/interpreter.ts';

/** Numbers with their shape. */
export interface Operand {
  readonly shape: readonly number[];
  readonly numbers: ArrayLike<number>;
  readonly dataType?: DataType;
}

export function array(shape: readonly number[], numbers: ArrayLike<number>): Operand {
  return { shape, numbers };
}

export function offsets(...numbers: number[]): Operand {
  return { shape: [numbers.length], numbers, dataType: 'uint32' };
}

/** Seeded numbers in [−1, 1). */
export function randomArray(shape: readonly number[], seed: number): Operand {
  const count = shape.reduce((product, size) => product * size, 1);
  return { shape, numbers: Float64Array.from({ length: count }, (_, i) => 2 * uniform(seed, i) - 1) };
}

/** Builds a graph of the operands, runs it, and returns its only output. */
export function compute(build: (...values: Value[]) => Value, ...operands: Operand[]): Float64Array {
  const values = operands.map(({ shape, dataType }, i) => input(`operand${i}`, shape, dataType));
  const inputs = operands.map(({ numbers }, i) => [`operand${i}`, Float64Array.from(numbers)] as const);
  return interpret({ outputs: { y: build(...values) } }, { inputs: Object.fromEntries(inputs) }).y!;
}
