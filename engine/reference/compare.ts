/** How far numbers are from what they should be. */

/** One element of a comparison. */
export interface ComparedElement {
  /** Flat index, row-major. */
  readonly index: number;
  readonly actual: number;
  readonly expected: number;
}

/** The distance of two equally long arrays. */
export interface Comparison {
  /** Number of elements compared. */
  readonly count: number;
  /** `‖actual − expected‖₂ / ‖expected‖₂`; 0 where both are all zero, Infinity where only `expected` is. */
  readonly relativeL2: number;
  /** The element with the largest absolute difference. */
  readonly worst: ComparedElement;
  /** `|actual − expected|` of the worst element over the largest `|expected|` of all (the same rule for zeros). */
  readonly relativeWorst: number;
  /** The first element that is NaN or infinite on either side, else null. Where there is one, nothing passes. */
  readonly notFinite: ComparedElement | null;
}

/** What still counts as equal. */
export interface Tolerance {
  readonly relativeL2: number;
  /** Bound for `Comparison.relativeWorst`; without it the worst element is only reported. */
  readonly relativeWorst?: number;
}

/**
 * For float32 arithmetic against float64. One rounding is 2⁻²⁴ ≈ 6e-8; a sum of n products in any order is off by
 * about √n roundings, 2e-6 for n = 1024, and WGSL lets `exp`, division and `tanh` err by a few units more. So 1e-5
 * is near what arithmetic alone can do, and a wrong index or a missing term is far outside: one element of a million
 * that is wrong by its own size already gives 1e-3.
 */
export const FLOAT32_TOLERANCE: Tolerance = { relativeL2: 1e-5, relativeWorst: 1e-4 };

function ratio(difference: number, size: number): number {
  if (size === 0) return difference === 0 ? 0 : Number.POSITIVE_INFINITY;
  return difference / size;
}

/**
 * Compares two arrays element by element. NaN and infinities, on either side, are reported and never pass.
 *
 * @throws RangeError where the lengths differ, or both are empty.
 */
export function compare(actual: ArrayLike<number>, expected: ArrayLike<number>): Comparison {
  const count = expected.length;
  if (actual.length !== count) {
    throw new RangeError(`Cannot compare ${actual.length} numbers with ${count}; the lengths must be equal.`);
  }
  if (count === 0) throw new RangeError('Cannot compare two empty arrays; give at least one number.');
  const at = (index: number): ComparedElement => ({
    index,
    actual: actual[index]!,
    expected: expected[index]!,
  });

  let notFinite = -1;
  let worst = 0;
  let worstDifference = -1;
  let largest = 0;
  for (let i = 0; i < count; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    if (!Number.isFinite(actual[i]!) || !Number.isFinite(expected[i]!)) {
      if (notFinite < 0) notFinite = i;
      continue;
    }
    largest = Math.max(largest, Math.abs(expected[i]!));
    if (difference > worstDifference) {
      worstDifference = difference;
      worst = i;
    }
  }
  if (notFinite >= 0) {
    const element = at(notFinite);
    return { count, relativeL2: Number.NaN, worst: element, relativeWorst: Number.NaN, notFinite: element };
  }

  // Scaled, so that squares of very large or very small numbers neither overflow nor vanish.
  const scale = Math.max(largest, worstDifference) || 1;
  let differenceSquares = 0;
  let expectedSquares = 0;
  for (let i = 0; i < count; i++) {
    differenceSquares += ((actual[i]! - expected[i]!) / scale) ** 2;
    expectedSquares += (expected[i]! / scale) ** 2;
  }
  return {
    count,
    relativeL2: ratio(Math.sqrt(differenceSquares), Math.sqrt(expectedSquares)),
    worst: at(worst),
    relativeWorst: ratio(worstDifference, largest),
    notFinite: null,
  };
}

/** Whether a comparison is within a tolerance. */
export function within(comparison: Comparison, tolerance: Tolerance): boolean {
  if (comparison.notFinite) return false;
  return (
    comparison.relativeL2 <= tolerance.relativeL2 &&
    (tolerance.relativeWorst === undefined || comparison.relativeWorst <= tolerance.relativeWorst)
  );
}

/** The coordinates of a flat index in a shape. */
export function coordinates(index: number, shape: readonly number[]): number[] {
  const position: number[] = [];
  let rest = index;
  for (const size of [...shape].reverse()) {
    position.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return position;
}

/**
 * One line for people: `relative L2 error 3.1e-7, worst at [3, 17, 0]: 1.25 instead of 0.75`.
 *
 * @param shape the shape of the compared tensor, for the coordinates
 */
export function explain(comparison: Comparison, shape: readonly number[]): string {
  const { notFinite, worst, relativeL2 } = comparison;
  const element = notFinite ?? worst;
  const where = `at [${coordinates(element.index, shape).join(', ')}]: ${element.actual} instead of ${element.expected}`;
  if (notFinite) return `not finite ${where}`;
  if (worst.actual === worst.expected) return `all ${comparison.count} numbers are equal`;
  return `relative L2 error ${relativeL2.toPrecision(2)}, worst ${where}`;
}
