/** How coarse a clock is, found by looking at what it said. */

/** Of the gaps, so many must be whole steps. Some noise is tolerated: converting ticks to nanoseconds rounds. */
const fitting = 0.95;

/**
 * The step of a clock: the largest length of which nearly all gaps between its readings are whole multiples, each within
 * 2 % of a step (a greatest common divisor that forgives noise). A continuous clock fits no step, since only one gap in
 * 25 lies so near a multiple by chance. Where all gaps are equal, nothing tells the step from the gap, and the gap is
 * given: too long, which is the safe side.
 *
 * @param readings in order, any unit; such that cannot be (NaN, or a clock that went backwards) are passed over
 * @returns in the same unit; 0 where no step can be seen or fewer than eight gaps could be used
 */
export function clockStep(readings: readonly number[]): number {
  const gaps = readings
    .slice(1)
    .map((reading, index) => reading - readings[index]!)
    .filter((gap) => gap > 0)
    .sort((a, b) => a - b)
    .slice(0, 256); // The shortest say most, and rounding adds up in long ones.
  if (gaps.length < 8) return 0;
  const differences = gaps.map((gap, index) => gap - (gaps[index - 1] ?? 0));
  const smallest = gaps[0]! / 1e6;
  const lengths = [...new Set([...gaps.slice(0, 32), ...differences])].filter((length) => length > smallest);
  const candidates = lengths.flatMap((length) =>
    Array.from({ length: 8 }, (_, parts) => length / (parts + 1)),
  );
  const fits = (step: number): boolean => {
    if (step > gaps.at(-1)! * 1.02) return false;
    const misses = gaps.filter(
      (gap) => Math.abs(gap - Math.max(Math.round(gap / step), 1) * step) > 0.02 * step,
    ).length;
    return misses <= (1 - fitting) * gaps.length;
  };
  return candidates.sort((a, b) => b - a).find(fits) ?? 0;
}
