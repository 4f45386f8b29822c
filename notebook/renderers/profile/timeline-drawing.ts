/** Paints the timeline on a canvas: thousands of blocks at the speed of the hand. */
import { inkOn } from './colours.ts';
import { fitted } from './fitted.ts';
import { timeTicks } from './scale.ts';
import { type Block, paintedBlocks, type Span, type Timeline } from './timeline-layout.ts';

/** Heights and positions, CSS pixels. */
export const rows = {
  axis: 22,
  host: { top: 28, height: 26 },
  gpu: { top: 60, height: 52 },
  map: { top: 124, height: 18 },
  height: 144,
  /** Where tracks begin; their names stand to the left. */
  gutter: 42,
} as const;

export interface TimelineColours {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly inset: string;
  readonly accent: string;
  readonly stage: string;
  readonly font: string;
  /** Colour of each dispatch, by index. */
  readonly dispatches: readonly string[];
}

export interface TimelinePicture {
  readonly timeline: Timeline;
  readonly view: Span;
  /** Name of the track of dispatches. */
  readonly processor: 'GPU' | 'CPU';
  /** The block that pointer or keys have chosen. */
  readonly chosen: Block | undefined;
  /** CSS pixels. */
  readonly width: number;
  readonly colours: TimelineColours;
}

type Context = CanvasRenderingContext2D;

/** Paints all of it. The context's unit is a CSS pixel. */
export function paintTimeline(context: Context, picture: TimelinePicture): void {
  const { timeline, view, width, colours } = picture;
  const { gutter, host, gpu, map } = rows;
  const inner = width - gutter;
  context.clearRect(0, 0, width, rows.height);
  context.font = `11px ${colours.font}`;
  context.textBaseline = 'middle';
  context.fillStyle = colours.muted;
  for (const [name, { top, height }] of [
    ['Host', host],
    [picture.processor, gpu],
    ['All', map],
  ] as const) {
    context.fillText(name, 0, top + height / 2);
  }
  context.save();
  context.translate(gutter, 0);
  paintAxis(context, view, inner, colours);
  context.beginPath();
  context.rect(0, 0, inner, rows.height);
  context.clip();
  for (const { top, height } of [host, gpu]) {
    context.fillStyle = colours.inset;
    context.fillRect(0, top, inner, height);
  }
  paintTrack(context, timeline.host, host, picture, inner, ({ label }) => stageFill(label, colours));
  paintTrack(context, timeline.gpu, gpu, picture, inner, ({ index }) => colours.dispatches[index]!);
  paintOverview(context, picture, inner);
  context.restore();
}

/** While the GPU works the host waits: no work of its own, so no full colour. */
function stageFill(name: string, colours: TimelineColours): string | undefined {
  return name === 'gpu' ? undefined : colours.stage;
}

function paintAxis(context: Context, view: Span, width: number, colours: TimelineColours): void {
  const scale = width / (view.end - view.start);
  context.strokeStyle = colours.line;
  context.lineWidth = 1;
  for (const { value, label } of timeTicks(view.start, view.end, Math.max(2, width / 95))) {
    const x = Math.round((value - view.start) * scale) + 0.5;
    context.beginPath();
    context.moveTo(x, rows.axis - 4);
    context.lineTo(x, rows.gpu.top + rows.gpu.height);
    context.stroke();
    const half = context.measureText(label).width / 2;
    context.fillStyle = colours.muted;
    context.fillText(label, Math.min(Math.max(x - half, 0), width - 2 * half), 9);
  }
}

function paintTrack(
  context: Context,
  blocks: readonly Block[],
  { top, height }: { top: number; height: number },
  { view, chosen, colours }: TimelinePicture,
  width: number,
  fillOf: (block: Block) => string | undefined,
): void {
  const measure = (text: string) => context.measureText(text).width;
  let chosenAt: { x: number; width: number } | undefined;
  for (const { block, x, width: size } of paintedBlocks(blocks, view, width)) {
    const fill = fillOf(block);
    // A hairline between neighbours, where there is room for one.
    const painted = size > 3 ? size - 1 : size;
    if (fill === undefined) {
      context.strokeStyle = colours.stage;
      context.setLineDash([3, 3]);
      context.strokeRect(x + 0.5, top + 0.5, Math.max(painted - 1, 0.5), height - 1);
      context.setLineDash([]);
    } else {
      context.fillStyle = fill;
      context.fillRect(x, top, painted, height);
    }
    if (block === chosen) chosenAt = { x, width: painted };
    if (painted > 24) {
      const left = Math.max(x, 0);
      const room = Math.min(x + painted, width) - left - 6;
      const text = fitted(measure, fill === undefined ? 'waits for the GPU' : block.label, room);
      context.fillStyle = fill === undefined ? colours.muted : inkOn(fill);
      if (text) context.fillText(text, left + 3, top + height / 2 + 0.5);
    }
  }
  if (chosenAt) {
    context.strokeStyle = colours.text;
    context.lineWidth = 2;
    context.strokeRect(chosenAt.x, top - 1, Math.max(chosenAt.width, 2), height + 2);
    context.lineWidth = 1;
  }
}

/** Everything in small, with the window that is seen. */
function paintOverview(context: Context, { timeline, view, colours }: TimelinePicture, width: number): void {
  const { top, height } = rows.map;
  const { all } = timeline;
  const scale = width / (all.end - all.start);
  context.fillStyle = colours.inset;
  context.fillRect(0, top, width, height);
  context.fillStyle = colours.stage;
  for (const { block, x, width: size } of paintedBlocks(timeline.host, all, width)) {
    if (block.label !== 'gpu') context.fillRect(x, top + 2, Math.max(size, 1), 4);
  }
  for (const { block, x, width: size } of paintedBlocks(timeline.gpu, all, width)) {
    context.fillStyle = colours.dispatches[block.index]!;
    context.fillRect(x, top + 8, Math.max(size, 0.5), height - 10);
  }
  const left = (view.start - all.start) * scale;
  const size = Math.max((view.end - view.start) * scale, 3);
  context.strokeStyle = colours.accent;
  context.lineWidth = 1.5;
  context.strokeRect(
    Math.min(left + 0.75, width - 3.75),
    top + 0.75,
    Math.max(Math.min(size, width) - 1.5, 3),
    height - 1.5,
  );
  context.lineWidth = 1;
}
