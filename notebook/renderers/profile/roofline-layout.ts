/** The roofline as data: points, roofs and the range of the axes (Williams, Waterman and Patterson 2009, "Roofline"). */
import type { Ceilings, Profile } from '../../../engine/profile/profile.ts';
import { type KernelRow, kernelRows } from '../../profile/rows.ts';

/** A dispatch. */
export interface RooflinePoint {
  readonly row: KernelRow;
  /** Operations a byte. */
  readonly intensity: number;
  /** GFLOP/s; where the clock did not see the dispatch, the least that it can have been. */
  readonly gigaflops: number;
  /** True where `gigaflops` is but a lower bound. */
  readonly atLeast: boolean;
  /** CSS pixels: the area goes with the share of time. */
  readonly radius: number;
}

export interface Roof {
  readonly name: string;
  /** GFLOP/s. */
  readonly gigaflops: number;
  /** Operations a byte from which memory is no longer the limit. */
  readonly ridge: number;
}

export interface RooflineLayout {
  /** Those that take most time first, so that small ones lie on top. */
  readonly points: readonly RooflinePoint[];
  /** Dispatches that compute nothing, or that cannot be placed. */
  readonly unplaced: number;
  readonly roofs: readonly Roof[];
  /** Range of the horizontal axis, operations a byte, and of the vertical one, GFLOP/s. */
  readonly intensity: readonly [low: number, high: number];
  readonly gigaflops: readonly [low: number, high: number];
}

const smallest = 3.5;
const largest = 20;

export function layOutRoofline(profile: Profile): RooflineLayout {
  const rows = kernelRows(profile);
  const points = rows.flatMap((row): RooflinePoint[] => {
    const atLeast = row.atMostMs > 0;
    const milliseconds = atLeast ? row.atMostMs : row.milliseconds;
    if (row.operations <= 0 || row.bytes <= 0 || milliseconds <= 0) return [];
    return [
      {
        row,
        intensity: row.operations / row.bytes,
        gigaflops: row.operations / milliseconds / 1e6,
        atLeast,
        radius: Math.max(smallest, largest * Math.sqrt(Math.min(1, row.share * 3))),
      },
    ];
  });
  points.sort((a, b) => b.row.share - a.row.share);
  const roofs = profile.ceilings ? roofsOf(profile.ceilings) : [];
  return {
    points,
    unplaced: rows.length - points.length,
    roofs,
    intensity: range([...points.map((point) => point.intensity), ...roofs.map(({ ridge }) => ridge)], 1.6),
    gigaflops: range(
      [...points.map((point) => point.gigaflops), ...roofs.map((roof) => roof.gigaflops)],
      1.8,
    ),
  };
}

function roofsOf({ float32, float16, copyBandwidth }: Ceilings): Roof[] {
  if (copyBandwidth <= 0) return [];
  const roof = (name: string, gigaflops: number): Roof => ({
    name,
    gigaflops,
    ridge: gigaflops / copyBandwidth,
  });
  const roofs = float32 > 0 ? [roof('float32 multiply-add', float32)] : [];
  return float16 ? [...roofs, roof('float16 multiply-add', float16)] : roofs;
}

/** The values with room around them, at least a decade. */
function range(values: readonly number[], room: number): [number, number] {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return [0.1, 10];
  const low = Math.min(...positive) / room;
  const high = Math.max(...positive) * room;
  const widen = Math.max(1, Math.sqrt(10 / (high / low)));
  return [low / widen, high * widen];
}
