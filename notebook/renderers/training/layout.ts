/** Where the curves of a training lie: pure geometry. */
import type { TrainingData } from '../../training/data.ts';
import { formatNumber } from '../../training/words.ts';
import { niceStep } from '../profile/scale.ts';

/** A point in the plane of a chart, pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface AxisTick {
  readonly at: number;
  readonly label: string;
}

/** One chart: its frame, and how numbers become places. */
export interface Panel {
  readonly top: number;
  readonly height: number;
  readonly ticks: readonly AxisTick[];
  y(value: number): number;
}

/** Ticks at round numbers from `low` to `high`. */
export function roundTicks(low: number, high: number, most: number): number[] {
  const step = niceStep(high - low, most);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/**
 * A panel for these numbers. Its ends are the numbers' own, a little apart from the frame; equal numbers lie in the middle.
 *
 * @param top pixels
 * @param height pixels
 */
export function panel(numbers: readonly number[], top: number, height: number): Panel {
  const least = Math.min(...numbers);
  const greatest = Math.max(...numbers);
  const middle = Math.abs(least) || 1;
  const room = greatest > least ? 0.06 * (greatest - least) : 0.5 * middle;
  // No loss is below 0, so no axis need be.
  const low = least >= 0 ? Math.max(0, least - room) : least - room;
  const high = greatest + room;
  const y = (value: number) => top + height * (1 - (value - low) / (high - low));
  const ticks = roundTicks(low, high, height / 36).map((value) => ({
    at: y(value),
    label: value === 0 ? '0' : formatTick(value),
  }));
  return { top, height, ticks, y };
}

function formatTick(value: number): string {
  return Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5 ? String(value) : formatNumber(value);
}

/** The step at the right end: all of them, or where training ended early. */
export function lastStep({ state, step, steps }: TrainingData): number {
  return state === 'early' ? Math.max(1, step) : steps;
}

/** `M 0 1 L 2 3`, for an SVG path. */
export function path(points: readonly Point[]): string {
  return points
    .map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`)
    .join('');
}
