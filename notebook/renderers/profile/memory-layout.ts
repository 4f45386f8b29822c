/** The arena over time as rectangles: dispatches to the right, the shared buffers stacked upwards. */
import type { Profile, Residency } from '../../../engine/profile/profile.ts';

/** A value in its buffer while it lives. */
export interface ResidencyBox {
  readonly residency: Residency;
  readonly index: number;
  /** In dispatches: from the start of the first to the end of the last. */
  readonly start: number;
  readonly end: number;
  /** In bytes from the foot of the stack. */
  readonly low: number;
  readonly high: number;
  /** Kernel that writes it. */
  readonly kernel: string;
}

export interface MemoryLayout {
  readonly boxes: readonly ResidencyBox[];
  /** Each shared buffer of the arena, the largest at the foot. */
  readonly buffers: readonly { readonly index: number; readonly low: number; readonly high: number }[];
  readonly arenaBytes: number;
  /** Bytes that live at each dispatch. */
  readonly live: readonly number[];
  /** The most that lives at once, bytes, and the dispatch at which it does. */
  readonly peak: { readonly bytes: number; readonly dispatch: number };
}

export function layOutMemory({ memory, dispatches }: Profile): MemoryLayout {
  const order = memory.buffers.map((_, index) => index);
  order.sort((a, b) => memory.buffers[b]! - memory.buffers[a]! || a - b);
  let top = 0;
  const buffers = order.map((index) => {
    const low = top;
    top += memory.buffers[index]!;
    return { index, low, high: top };
  });
  const lowOf = new Map(buffers.map(({ index, low }) => [index, low]));
  // Outputs live on after the last dispatch; there is nothing to see there.
  const lastDispatch = dispatches.length - 1;
  const boxes = memory.residencies.map((residency, index): ResidencyBox => {
    const low = lowOf.get(residency.buffer) ?? 0;
    return {
      residency,
      index,
      start: residency.first,
      end: Math.min(residency.last, Math.max(lastDispatch, residency.first)) + 1,
      low,
      high: low + residency.bytes,
      kernel: dispatches[residency.first]?.kernel ?? '',
    };
  });
  const change = new Float64Array(dispatches.length + 1);
  for (const { start, end, residency } of boxes) {
    if (start >= dispatches.length) continue;
    change[start]! += residency.bytes;
    change[Math.min(end, dispatches.length)]! -= residency.bytes;
  }
  let bytes = 0;
  const live = Array.from({ length: dispatches.length }, (_, index) => {
    bytes += change[index]!;
    return bytes;
  });
  const peak = live.reduce((best, each, dispatch) => (each > best.bytes ? { bytes: each, dispatch } : best), {
    bytes: 0,
    dispatch: 0,
  });
  return { boxes, buffers, arenaBytes: top, live, peak };
}
