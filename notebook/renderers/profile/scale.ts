/** Axes: where their ticks are and what stands at them. */
import { formatSignificant } from '../../profile/format.ts';

export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** The step among 1, 2, 5 × 10ⁿ that puts at most `most` steps into `length`. */
export function niceStep(length: number, most: number): number {
  const rough = length / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  const lead = rough / power - 1e-9;
  return (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10) * power;
}

/** Ticks of time between two instants, ms, all in the unit that suits their distance. */
export function timeTicks(start: number, end: number, most: number): Tick[] {
  if (!(end > start)) return [];
  const step = niceStep(end - start, most);
  const largest = Math.max(Math.abs(start), Math.abs(end));
  const [unit, scale] = largest >= 2000 && step >= 10 ? ['s', 1e-3] : largest < 1 ? ['µs', 1e3] : ['ms', 1];
  const decimals = Math.max(0, -Math.floor(Math.log10(step * scale) + 1e-9));
  const ticks: Tick[] = [];
  for (let index = Math.ceil(start / step - 1e-9); index * step <= end + step * 1e-9; index += 1) {
    const value = index * step;
    const label = (value * scale).toFixed(decimals).replace(/^-/, '−');
    ticks.push({ value, label: index === 0 ? '0' : `${label} ${unit}` });
  }
  return ticks;
}

/** Whole powers of ten between two positive numbers; with 2 and 5 between them where there are few. */
export function logTicks(low: number, high: number): Tick[] {
  const decades = Math.log10(high / low);
  const leads = decades <= 1.3 ? [1, 2, 5] : decades <= 2.6 ? [1, 3] : [1];
  const ticks: Tick[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
    for (const lead of leads) {
      const value = lead * 10 ** power;
      if (value >= low * 0.999 && value <= high * 1.001) {
        ticks.push({ value, label: formatSignificant(value, 1) });
      }
    }
  }
  return ticks;
}

/** Position of a positive number on a logarithmic axis, 0 at `low`, 1 at `high`. */
export function logPosition(value: number, low: number, high: number): number {
  return Math.log(value / low) / Math.log(high / low);
}
