/** How operands appear in WGSL: their element types, exact array types, and the extensions they need. */
import type { DataType, KernelProblem, KernelTarget, TensorSpecification } from './kernel.ts';

/** Elements that one WGSL array element holds: 1, or 4 in a `vec4`. */
export type Lanes = 1 | 4;

/** Number of elements of a shape. The empty shape is a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** `f32`, `vec4<f32>`, `f16`, `vec4<f16>` or `u32`: what the array of a buffer holds. */
export function elementType(dataType: DataType, lanes: Lanes): string {
  if (dataType === 'uint32' || dataType === 'uint8') return 'u32';
  const scalar = dataType === 'float16' ? 'f16' : 'f32';
  return lanes === 4 ? `vec4<${scalar}>` : scalar;
}

/** `f32` or `vec4<f32>`: what arithmetic is done in; also converts a loaded element to it. */
export function realType(lanes: Lanes): 'f32' | 'vec4<f32>' {
  return lanes === 4 ? 'vec4<f32>' : 'f32';
}

/**
 * An array of exactly as many elements as the operand has: shader compilers then know which indices are in range.
 * `uint8` operands have four elements in each `u32`.
 */
export function arrayType({ shape, dataType }: TensorSpecification, lanes: Lanes = 1): string {
  const held = dataType === 'uint8' ? 4 : lanes;
  return `array<${elementType(dataType, lanes)}, ${Math.ceil(elementCount(shape) / held)}>`;
}

/** An array of as many elements as are bound: for shaders that learn the sizes when they run. */
export function unsizedArrayType({ dataType }: TensorSpecification, lanes: Lanes = 1): string {
  return `array<${elementType(dataType, lanes)}>`;
}

/** `enable f16;` where an operand is stored in float16, else nothing. Goes before all declarations. */
export function directives({ inputs, output }: KernelProblem): string {
  return [...inputs, output].some(({ dataType }) => dataType === 'float16') ? 'enable f16;' : '';
}

/** Whether the target can store the operands: float16 needs the feature `shader-f16`. */
export function storable({ inputs, output }: KernelProblem, { features }: KernelTarget): boolean {
  return features.has('shader-f16') || [...inputs, output].every(({ dataType }) => dataType !== 'float16');
}

/** Bytes of an operand in GPU memory, rounded up to whole 32-bit words. */
export function byteLength({ shape, dataType }: TensorSpecification): number {
  const width = dataType === 'uint8' ? 1 : dataType === 'float16' ? 2 : 4;
  return Math.ceil((elementCount(shape) * width) / 4) * 4;
}
