/** The results as a picture: an SVG that needs nothing else, on a ground of its own in light and in dark. */
import { adapterName, type Results, type RuntimeResult, type TaskResult } from './results.ts';

/** In user units. */
const width = 760;
const labels = 130;
const bars = 430;
const barHeight = 16;
const lineHeight = 22;
const groupGap = 36;
const top = 78;

const style = `
  text { font: 12px system-ui, sans-serif; fill: #1c2127 }
  .title { font-size: 16px; font-weight: 600 } .group { font-weight: 600 } .soft { fill: #57606a }
  .ground { fill: #ffffff } .grid { stroke: #d0d7de } .one { stroke: #57606a }
  .warpbook { fill: #0b6bcb } .tensorflow { fill: #c2571a } .onnxruntime { fill: #7a4fc4 } .jax { fill: #2f8552 }
  .spread { stroke: #1c2127; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .soft { fill: #9da7b3 } .ground { fill: #0d1117 } .grid { stroke: #30363d } .one { stroke: #9da7b3 }
    .warpbook { fill: #4c9df0 } .tensorflow { fill: #ec8a4b } .onnxruntime { fill: #ab87ee } .jax { fill: #57b980 }
    .spread { stroke: #e6edf3 }
  }`;

const classes = {
  warpbook: 'warpbook',
  'tensorflow.js': 'tensorflow',
  'onnxruntime-web': 'onnxruntime',
  'jax-js': 'jax',
} as const;

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function text(x: number, y: number, content: string, className = '', anchor = 'start'): string {
  const attributes = `${className && ` class="${className}"`}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}`;
  return `<text x="${x}" y="${y}"${attributes}>${escapeText(content)}</text>`;
}

function duration(ms: number): string {
  return ms < 1000 ? `${ms.toPrecision(3)} ms` : `${(ms / 1000).toPrecision(3)} s`;
}

/** Horizontal place of a ratio on the logarithmic axis. */
type Scale = (ratio: number) => number;

function bar(result: RuntimeResult, ours: number, y: number, scale: Scale): string {
  const label = text(labels - 8, y + 12, result.runtime, '', 'end');
  if (!result.calls || result.ratio === null) {
    const reason = result.failure ?? 'not measured';
    return label + text(labels + 4, y + 12, reason.length > 84 ? `${reason.slice(0, 83)}…` : reason, 'soft');
  }
  const { median, quartiles } = result.calls;
  const [start, end] = [scale(1), scale(result.ratio)];
  // A runtime as fast as ours has no length; ours is a mark at 1.
  const left = Math.min(start, end);
  const length = Math.max(Math.abs(end - start), 3);
  const [low, high] = quartiles.map((quartile) => scale(quartile / ours));
  const middle = y + barHeight / 2;
  const right = Math.max(left + length, high!);
  return [
    label,
    `<rect x="${left.toFixed(1)}" y="${y}" width="${length.toFixed(1)}" height="${barHeight}" rx="2" class="${classes[result.runtime]}"/>`,
    `<line x1="${low!.toFixed(1)}" x2="${high!.toFixed(1)}" y1="${middle}" y2="${middle}" class="spread"/>`,
    text(Number((right + 6).toFixed(1)), y + 12, `${result.ratio.toFixed(2)}×  ${duration(median)}`),
  ].join('');
}

function group(task: TaskResult, y: number, scale: Scale): { svg: string; height: number } {
  const ours = task.runtimes.find(({ runtime }) => runtime === 'warpbook')?.calls?.median ?? 1;
  const rows = task.runtimes.map((result, index) => bar(result, ours, y + 10 + index * lineHeight, scale));
  return {
    svg: text(labels, y, task.description, 'group') + rows.join('\n'),
    height: task.runtimes.length * lineHeight + groupGap,
  };
}

/** Powers of two from below the smallest ratio to above the largest. */
function ticksFor(ratios: readonly number[]): number[] {
  const low = Math.floor(Math.log2(Math.min(1, ...ratios)));
  const high = Math.max(Math.ceil(Math.log2(Math.max(1, ...ratios))), low + 1);
  return Array.from({ length: high - low + 1 }, (_, index) => 2 ** (low + index));
}

/** Time per call of every runtime over ours, a group of bars for each task, on a logarithmic axis. */
export function drawResults(results: Results): string {
  const ticks = ticksFor(
    results.tasks.flatMap(({ runtimes }) => runtimes.flatMap(({ ratio }) => ratio ?? [])),
  );
  const [low, high] = [Math.log2(ticks[0]!), Math.log2(ticks.at(-1)!)];
  const scale: Scale = (ratio) => labels + (bars * (Math.log2(ratio) - low)) / (high - low);
  let y = top + 16;
  const groups = results.tasks.map((task) => {
    const { svg, height } = group(task, y, scale);
    y += height;
    return svg;
  });
  const bottom = y - groupGap + 12;
  const grid = ticks.map(
    (tick) =>
      `<line x1="${scale(tick)}" x2="${scale(tick)}" y1="${top - 8}" y2="${bottom}" class="${tick === 1 ? 'one' : 'grid'}"/>` +
      text(scale(tick), top - 14, `${tick}×`, 'soft', 'middle'),
  );
  const dates = results.tasks.map(({ measured }) => measured.date.slice(0, 10)).sort();
  const subtitle = [adapterName(results.adapter), results.browser, results.processor, dates.at(-1) ?? ''];
  const height = bottom + 34;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>Time per call over Warpbook's, by runtime and workload</title>
<style>${style}</style>
<rect class="ground" width="${width}" height="${height}" rx="6"/>
${text(16, 26, 'Time per call over ours (median; less is faster)', 'title')}
${text(16, 46, subtitle.join(' · '), 'soft')}
${grid.join('\n')}
${groups.join('\n')}
${text(16, height - 12, 'Line: half of all calls lie within. All runtimes in one page, in turns, answers checked equal.', 'soft')}
</svg>
`;
}
