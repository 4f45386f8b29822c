/** The timeline as geometry: blocks on two tracks, and the window of time that is seen. Milliseconds and CSS pixels. */
import type { Profile } from '../../../engine/profile/profile.ts';

/** A stretch of time, ms. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A stage on the host's track or a dispatch on the GPU's. */
export interface Block extends Span {
  /** Index among the profile's stages or dispatches. */
  readonly index: number;
  readonly label: string;
}

export interface Timeline {
  /** In order of time. */
  readonly host: readonly Block[];
  readonly gpu: readonly Block[];
  /** Everything, compiling included. */
  readonly all: Span;
  /** The run without compiling. Its start is time 0. */
  readonly run: Span;
}

/** Lays out a profile. Compiling comes before time 0, where the recorded run starts. */
export function layOutTimeline({ stages, dispatches }: Profile): Timeline {
  const running = stages.filter(({ name }) => name !== 'compile');
  const origin = running.length > 0 ? Math.min(...running.map(({ startMs }) => startMs)) : 0;
  const block = (start: number, milliseconds: number, index: number, label: string): Block => ({
    start,
    end: start + milliseconds,
    index,
    label,
  });
  const host = stages.map(({ name, startMs, milliseconds }, index) =>
    block(startMs - origin, milliseconds, index, name),
  );
  const gpuStart = (stages.find(({ name }) => name === 'gpu')?.startMs ?? origin) - origin;
  const gpu = dispatches.map(({ label, startMs, milliseconds }, index) =>
    block(gpuStart + startMs, milliseconds, index, label),
  );
  gpu.sort((a, b) => a.start - b.start);
  const extent = (blocks: readonly Block[]): Span =>
    blocks.reduce<Span>(
      (span, { start, end }) => ({ start: Math.min(span.start, start), end: Math.max(span.end, end) }),
      { start: 0, end: 0 },
    );
  const nonEmpty = ({ start, end }: Span): Span => ({ start, end: Math.max(end, start + 1e-3) });
  return {
    host,
    gpu,
    all: nonEmpty(extent([...host, ...gpu])),
    run: nonEmpty(extent([...host.filter(({ label }) => label !== 'compile'), ...gpu])),
  };
}

/** The shortest span that can be zoomed to: 0.1 µs, finer than any GPU's clock. */
const shortest = 1e-4;

/** A window that lies within `all`, as long as asked for where that is possible. */
export function clampSpan({ start, end }: Span, all: Span): Span {
  const length = Math.min(Math.max(end - start, shortest), all.end - all.start);
  const from = Math.min(Math.max(start, all.start), all.end - length);
  return { start: from, end: from + length };
}

/** Zooms by `factor` (above 1: nearer) around the instant `anchor`, which stays where it is on the screen. */
export function zoomSpan(view: Span, factor: number, anchor: number, all: Span): Span {
  const length = Math.min(Math.max((view.end - view.start) / factor, shortest), all.end - all.start);
  const part = (anchor - view.start) / (view.end - view.start);
  const start = anchor - part * length;
  return clampSpan({ start, end: start + length }, all);
}

/** Moves the window by a part of its length. */
export function panSpan(view: Span, part: number, all: Span): Span {
  const shift = part * (view.end - view.start);
  return clampSpan({ start: view.start + shift, end: view.end + shift }, all);
}

/** The window moved, and widened where need be, so that `block` is in it. */
export function revealSpan(view: Span, block: Span, all: Span): Span {
  if (block.start >= view.start && block.end <= view.end) return view;
  const length = Math.max(view.end - view.start, (block.end - block.start) * 1.5);
  const middle = (block.start + block.end) / 2;
  return clampSpan({ start: middle - length / 2, end: middle + length / 2 }, all);
}

/** What is painted of a block, or of neighbours that share a pixel. Pixels from the left edge. */
export interface PaintedBlock {
  readonly block: Block;
  readonly x: number;
  readonly width: number;
  /** True where it stands for several blocks. */
  readonly merged: boolean;
}

/**
 * The blocks in sight, at most a few a pixel: of those narrower than half a pixel that begin in one pixel, the longest is painted.
 */
export function paintedBlocks(blocks: readonly Block[], view: Span, width: number): PaintedBlock[] {
  const scale = width / (view.end - view.start);
  const painted: PaintedBlock[] = [];
  for (const block of blocks) {
    if (block.end < view.start || block.start > view.end) continue;
    const x = Math.max((block.start - view.start) * scale, -2);
    const right = Math.min((block.end - view.start) * scale, width + 2);
    const size = Math.max(right - x, 0.5);
    const last = painted.at(-1);
    if (last && size <= 0.5 && last.width <= 1 && Math.floor(last.x) === Math.floor(x)) {
      const longer = block.end - block.start > last.block.end - last.block.start ? block : last.block;
      painted[painted.length - 1] = { block: longer, x: last.x, width: 1, merged: true };
    } else {
      painted.push({ block, x, width: size, merged: false });
    }
  }
  return painted;
}

/** The block at an instant, or the nearest within `tolerance` ms; of several, the shortest. */
export function blockAt(blocks: readonly Block[], instant: number, tolerance: number): Block | undefined {
  let best: { block: Block; distance: number } | undefined;
  for (const block of blocks) {
    const distance = Math.max(block.start - instant, instant - block.end, 0);
    if (distance > tolerance) continue;
    const shorter = best && block.end - block.start < best.block.end - best.block.start;
    if (!best || distance < best.distance || (distance === best.distance && shorter))
      best = { block, distance };
  }
  return best?.block;
}
