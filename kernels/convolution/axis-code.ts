/** WGSL for positions along an axis: where an input element lies, and whether it lies inside the image. */
import { unroll } from '../unroll.ts';
import { type Axis, inputsUnderTile, mayLeaveImage } from './geometry.ts';

/**
 * Declares `${name}_0 …`, the clamped input positions under a tile, and `${name}_inside_0 …` where one of them can
 * lie outside the image.
 *
 * @param first WGSL of the tile's first output, u32
 * @param size outputs in a tile
 */
export function positions(name: string, axis: Axis, first: string, size: number): string {
  // Left of the image the unsigned position wraps to a large number, so one comparison covers both ends.
  return unroll(inputsUnderTile(axis, size), (at) => {
    const position = `${first} * ${axis.stride}u + ${at}u - ${axis.before}u`;
    if (!mayLeaveImage(axis, size, at)) return `  let ${name}_${at} = ${position};`;
    return `  let ${name}_${at}_raw = ${position};
  let ${name}_inside_${at} = ${name}_${at}_raw < ${axis.input}u;
  let ${name}_${at} = min(${name}_${at}_raw, ${axis.input - 1}u);`;
  });
}

/**
 * The loaded value where all conditions hold, else zero.
 *
 * @param conditions WGSL booleans; none means that the value is always inside
 */
export function insideOrZero(type: string, value: string, conditions: readonly string[]): string {
  if (conditions.length === 0) return value;
  return `select(${type}(), ${value}, ${conditions.join(' && ')})`;
}

/** The condition's name where the position can lie outside the image, else nothing. */
export function condition(name: string, axis: Axis, size: number, at: number): string[] {
  return mayLeaveImage(axis, size, at) ? [`${name}_inside_${at}`] : [];
}
