/** Whether what a kernel wrote is what it should have written, in words. */
import { compare, coordinates, FLOAT32_TOLERANCE, type Tolerance, within } from '../reference/compare.ts';
import type { Written } from './test-bed.ts';

/** float16 has 11 bits of mantissa: one rounding is 5e-4. */
export const FLOAT16_TOLERANCE: Tolerance = { relativeL2: 1e-3, relativeWorst: 1e-2 };

export interface WrongElements {
  readonly text: string;
  readonly at: readonly number[];
  readonly actual: number;
  readonly expected: number;
  readonly wrongElements: number;
  readonly elements: number;
}

/**
 * Compares an output with what was expected.
 *
 * @param workgroups that were dispatched, for advice
 * @returns the relative L2 error, or what is wrong
 */
export function judge(
  { values, isUnwritten, outside }: Written,
  expected: ArrayLike<number>,
  shape: readonly number[],
  tolerance: Tolerance = FLOAT32_TOLERANCE,
  workgroups: readonly number[],
): number | WrongElements {
  const comparison = compare(values, expected);
  if (within(comparison, tolerance) && !outside) return comparison.relativeL2;
  const elements = expected.length;
  let largest = 0;
  for (let i = 0; i < elements; i++) largest = Math.max(largest, Math.abs(expected[i]!) || 0);
  const bound = (tolerance.relativeWorst ?? Number.POSITIVE_INFINITY) * largest;
  let first = -1;
  let wrongElements = 0;
  let firstUnwritten = -1;
  let unwritten = 0;
  for (let i = 0; i < elements; i++) {
    if (Math.abs(values[i]! - expected[i]!) <= bound) continue;
    if (first < 0) first = i;
    wrongElements += 1;
    if (!isUnwritten(i)) continue;
    if (firstUnwritten < 0) firstUnwritten = i;
    unwritten += 1;
  }
  // All of them a little off: the worst stands for all.
  if (first < 0) first = comparison.worst.index;
  if (unwritten > 0) first = firstUnwritten;
  const at = coordinates(first, shape);
  const found = {
    at,
    actual: values[first]!,
    expected: expected[first]!,
    wrongElements: Math.max(wrongElements, 1),
    elements,
  };
  const place = `[${at.join(', ')}]`;
  if (unwritten > 0) {
    const advice = `set workgroups, which are ${workgroups.join(', ')}, by a comment // workgroups: x, y, z`;
    return {
      ...found,
      text: `${unwritten} of ${elements} elements were not written, the first at ${place}: compute them, or ${advice}`,
    };
  }
  if (outside && wrongElements === 0) return { ...found, text: 'wrote outside its output' };
  const number = (value: number): string => String(Number(value.toPrecision(7)));
  const some =
    wrongElements > 0
      ? `${wrongElements} of ${elements} elements`
      : `relative L2 error ${comparison.relativeL2.toExponential(1)}`;
  return {
    ...found,
    text: `wrong at ${place}: ${number(found.actual)} instead of ${number(found.expected)} (${some})`,
  };
}
