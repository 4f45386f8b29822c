/** The leaves of a graph: what a run is given, and what is learned. */
import { ShapeError } from '../errors.ts';
import { requireSizes } from './check.ts';
import { type DataType, named, type Value, value } from './value.ts';

function leaf(
  kind: 'input' | 'parameter',
  name: string,
  shape: readonly number[],
  dataType: DataType,
): Value {
  if (name === '') throw new ShapeError(`An ${kind} needs a name; give it a non-empty one.`);
  requireSizes(`${kind} '${name}'`, shape);
  return named(name, value({ kind, name }, [], [...shape], dataType));
}

/** Data given anew at every run, for example photos `[B, 224, 224, 3]` or set offsets `[B + 1]` (`uint32`). */
export function input(name: string, shape: readonly number[], dataType: DataType = 'float32'): Value {
  return leaf('input', name, shape, dataType);
}

/** Data that stays on the device from run to run: weights. `float16` halves its memory where `shader-f16` exists. */
export function parameter(
  name: string,
  shape: readonly number[],
  dataType: 'float32' | 'float16' = 'float32',
): Value {
  return leaf('parameter', name, shape, dataType);
}
