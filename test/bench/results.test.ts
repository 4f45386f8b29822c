import { expect, test } from 'vitest';
import { drawResults } from './chart.ts';
import type { AloneResult } from './host.ts';
import type { Measurement } from './measure.ts';
import { renderResults } from './report.ts';
import { advantage, type Machine, mergeResults, resultsFileName, taskResult } from './results.ts';
import { mobilenetTask, type Task, trainHeadTask, trainMobilenetTask } from './tasks.ts';

const MB = 2 ** 20;

function alone(firstCallMs: number, gpuPeak: number): AloneResult {
  return {
    answer: [],
    firstCallMs,
    pageOpenMs: firstCallMs + 100,
    servedBytes: 0,
    page: {
      gpu: { liveBytes: gpuPeak / 2, peakBytes: gpuPeak, liveObjects: 3 },
      pageBytes: 12 * MB,
      wasmBytes: 0,
    },
    heapBytes: 5 * MB,
    processes: { baselineBytes: 100 * MB, peakBytes: 160 * MB, steadyBytes: 130 * MB },
  };
}

const measurements: Measurement[] = [
  { runtime: 'warpbook', alone: [alone(900, 20 * MB)], calls: [200, 100, 300], failure: null },
  { runtime: 'tensorflow.js', alone: [alone(7000, 40 * MB)], calls: [1600, 1500, 1700], failure: null },
  { runtime: 'onnxruntime-web', alone: [], calls: [], failure: 'Out of memory & <sorry>.' },
  { runtime: 'jax-js', alone: [alone(3000, 50 * MB)], calls: [1000], failure: null },
];

const measured = {
  date: '2026-01-02T03:04:05.000Z',
  command: 'npm run bench -- --batch=1',
  versions: { warpbook: '0.1.0', 'jax-js': '9' },
  load: 0.25,
};

const machine: Machine = {
  host: 'chromium',
  adapter: {
    vendor: 'google',
    architecture: 'swiftshader',
    device: '',
    description: 'SwiftShader Device (Subzero)',
  },
  browser: 'Chrome/1',
  processor: 'some processor, 2 threads',
};

const result = (task: Task) => taskResult({ task, agreement: [], measurements }, measured);

test('a task is summarized: median, ratio to ours, memory above the browser before', () => {
  const [ours, tensorflow, onnx] = result(mobilenetTask(1)).runtimes;
  expect(ours).toMatchObject({ ratio: 1, calls: { median: 200, quartiles: [150, 250] } });
  expect(ours!.memory).toMatchObject({ gpuPeak: 20 * MB, gpuSteady: 10 * MB, processesPeak: 60 * MB });
  expect(tensorflow!.ratio).toBe(8);
  expect(onnx).toMatchObject({ calls: null, ratio: null, pageOpen: null, memory: null });
});

test('ours is compared with the best of the others', () => {
  const task = result(mobilenetTask(1));
  expect(advantage(task, ({ calls }) => calls?.median)).toEqual({ factor: 5, peer: 'jax-js' });
  expect(advantage(task, ({ memory }) => memory?.gpuPeak)).toEqual({ factor: 2, peer: 'tensorflow.js' });
  expect(advantage({ ...task, runtimes: task.runtimes.slice(1) }, ({ ratio }) => ratio)).toBeNull();
});

test('the table says everything, a failure in its own words', () => {
  const text = renderResults(mergeResults(undefined, machine, [result(mobilenetTask(1))]));
  expect(text).toContain('### MobileNet v1, batch 1');
  expect(text).toMatch(
    /\| jax-js +\| +1000 \| +1000–1000 \| +1000–1000 \| +1 \| +5\.00× \| +3100 \| +3000 \|/,
  );
  expect(text).toContain('onnxruntime-web: Out of memory & <sorry>.');
  expect(text).toContain('calls 5.00× (jax-js), page open 3.10× (jax-js)');
  expect(text).toContain('by `npm run bench -- --batch=1`');
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  expect(new Set(rows.map((row) => row.split('|').length)).size).toBe(1);
});

test('a task that is measured again replaces the old one; another machine replaces all', () => {
  const first = mergeResults(undefined, machine, [result(mobilenetTask(8)), result(mobilenetTask(1))]);
  expect(first.tasks.map(({ name }) => name)).toEqual(['mobilenet-1', 'mobilenet-8']);
  const later = { ...result(mobilenetTask(8)), measured: { ...measured, date: 'later' } };
  const merged = mergeResults(JSON.parse(JSON.stringify(first)), machine, [later]);
  expect(merged.tasks.map(({ measured: { date } }) => date)).toEqual([measured.date, 'later']);
  const other = { ...machine, browser: 'Chrome/2' };
  expect(mergeResults(first, other, [later]).tasks.map(({ name }) => name)).toEqual(['mobilenet-8']);
});

test('training is measured in steps a second, and comes last', () => {
  const tasks = [trainMobilenetTask(), trainHeadTask(), mobilenetTask(8)].map(result);
  const merged = mergeResults(undefined, machine, tasks);
  expect(merged.tasks.map(({ name }) => name)).toEqual(['mobilenet-8', 'train-head-64', 'train-mobilenet-8']);
  const [inference, head] = merged.tasks;
  expect(head!.runtimes.map(({ stepsPerSecond }) => stepsPerSecond)).toEqual([5, 0.625, null, 1]);
  expect(inference!.runtimes[0]).not.toHaveProperty('stepsPerSecond');
  const text = renderResults(merged);
  expect(text).toContain('steps/s');
  expect(text).toMatch(/\| warpbook +\| +5\.00 \| +200 \|/);
  expect(text.slice(0, text.indexOf('training step'))).not.toContain('steps/s');
});

test('adapter and host name the file', () => {
  expect(resultsFileName(machine)).toBe('swiftshader-device-subzero-chromium');
});

test('the chart draws a bar for everyone, longer where a runtime is slower, and a reason where there is none', () => {
  const svg = drawResults(mergeResults(undefined, machine, [result(mobilenetTask(1))]));
  const lengths = [...svg.matchAll(/<rect x="[\d.]+" y="[\d.]+" width="([\d.]+)" [^>]*class="(\w+)"/g)];
  expect(lengths.map(([, , name]) => name)).toEqual(['warpbook', 'tensorflow', 'jax']);
  const [ours, tensorflow, jax] = lengths.map(([, length]) => Number(length));
  expect(tensorflow! / jax!).toBeCloseTo(Math.log(8) / Math.log(5), 1);
  expect(ours).toBeLessThan(jax!);
  expect(svg).toContain('Out of memory &amp; &lt;sorry&gt;.');
  expect(svg).toContain('5.00×');
  expect(svg).toContain('prefers-color-scheme: dark');
  expect(svg).not.toMatch(/NaN|undefined|Infinity|href/);
});

test('a chart without any ratio is still a chart', () => {
  const failed = measurements.map((measurement) => ({ ...measurement, calls: [] }));
  const task = taskResult({ task: mobilenetTask(1), agreement: [], measurements: failed }, measured);
  expect(drawResults(mergeResults(undefined, machine, [task]))).not.toMatch(/NaN|undefined|Infinity/);
});
