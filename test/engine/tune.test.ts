import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AdapterSummary } from '../../engine/gpu/adapter.ts';
import { InputError, input, openBackend, relu, tune } from '../../engine/index.ts';
import { medianInterval } from '../../engine/profile/statistics.ts';
import { uniform } from '../../engine/random.ts';
import { partOf } from '../../engine/tune/contest.ts';
import { fileTuning } from '../../engine/tune/file-store.ts';
import { TuningResult } from '../../engine/tune/result.ts';
import { isHopeless, judge } from '../../engine/tune/statistics.ts';
import {
  revisionOf,
  Tuning,
  type TuningMeasurement,
  type TuningRecord,
  type TuningStore,
} from '../../engine/tune/tuning.ts';
import type { Kernel, KernelProblem, KernelTarget, KernelVariant } from '../../kernels/kernel.ts';

describe('judging pairs', () => {
  test('the interval is that of the sign test: the ranks that tables of the median give', () => {
    const samples = (count: number) => Array.from({ length: count }, (_, index) => count - index);
    expect(medianInterval(samples(5))).toEqual([0, Number.POSITIVE_INFINITY]);
    expect(medianInterval(samples(6))).toEqual([1, 6]);
    expect(medianInterval(samples(9))).toEqual([2, 8]);
    expect(medianInterval(samples(15))).toEqual([4, 12]);
    expect(medianInterval(samples(20))).toEqual([6, 15]);
  });

  test('it contains the median in 95 of 100 trials, whatever the distribution', () => {
    let contained = 0;
    for (let trial = 0; trial < 2000; trial += 1) {
      // Skewed as timings are: most near 1, a few far above. Its median is 1 + 0.5 ** 4.
      const samples = Array.from({ length: 9 }, (_, i) => 1 + uniform(trial, i) ** 4);
      const [low, high] = medianInterval(samples);
      if (low <= 1.0625 && 1.0625 <= high) contained += 1;
    }
    expect(contained).toBeGreaterThan(1900 - 30);
    expect(contained).toBeLessThan(1980);
  });

  test('one outlier decides nothing, in neither direction', () => {
    const equal = [0.99, 1.01, 1, 0.98, 1.02, 1, 0.99, 1.01];
    expect(judge([...equal, 1000]).faster).toBe(false);
    expect(judge([...equal, 1000]).ratio).toBeCloseTo(1, 1);
    const faster = [1.31, 1.29, 1.3, 1.32, 1.28, 1.3, 1.33, 1.27];
    expect(judge([...faster, 0.001])).toEqual({ ratio: 1.3, interval: [1.27, 1.32], faster: true });
  });

  test('too few pairs, noise, and gains not worth a shader settle nothing', () => {
    expect(judge([2, 2, 2, 2, 2]).faster).toBe(false);
    expect(judge([1.4, 0.7, 1.5, 0.8, 1.3, 0.9, 1.2, 0.75, 1.6]).faster).toBe(false);
    expect(judge(Array.from({ length: 9 }, () => 1.01)).faster).toBe(false);
    expect(judge(Array.from({ length: 9 }, () => 1.03)).faster).toBe(true);
  });

  test('false alarms are rare where two are equal and the machine is noisy', () => {
    let alarms = 0;
    for (let trial = 0; trial < 1000; trial += 1) {
      const ratios = Array.from({ length: 9 }, (_, i) => Math.exp(uniform(trial, i) - 0.5));
      if (judge(ratios).faster) alarms += 1;
    }
    expect(alarms).toBeLessThan(40); // 2 % are expected.
  });

  test('hopeless is who loses the first three pairs clearly', () => {
    expect(isHopeless([0.5, 0.5])).toBe(false);
    expect(isHopeless([0.5, 0.6, 0.8])).toBe(true);
    expect(isHopeless([0.5, 0.6, 0.95])).toBe(false);
  });
});

test('a part of a grid of workgroups is its beginning, in whole rows', () => {
  expect(partOf([4096, 1, 1], 1 / 4096)).toEqual([1, 1, 1]);
  expect(partOf([64, 25, 1], 1 / 64)).toEqual([25, 1, 1]);
  expect(partOf([64, 25, 1], 1 / 8)).toEqual([64, 4, 1]);
  expect(partOf([4, 4, 10], 1 / 8)).toEqual([4, 4, 2]);
  expect(partOf([7, 3, 2], 1)).toEqual([7, 3, 2]);
});

const target: KernelTarget = {
  features: new Set(),
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupStorageSize: 16_384,
  software: true,
};
const adapter: AdapterSummary = {
  vendor: 'v',
  architecture: 'a',
  device: 'd',
  description: 'played',
  software: true,
  features: ['subgroups'],
};
const problem: KernelProblem = { inputs: [], output: { shape: [4], dataType: 'float32' }, epilogue: [] };

const variant = (name: string, wgsl = name, supported = true): KernelVariant => ({
  name,
  supports: () => supported,
  build: () => ({ wgsl, workgroupSize: [1, 1, 1], workgroups: [1, 1, 1] }),
});

function kernelOf(...variants: KernelVariant[]): Kernel {
  return {
    name: 'played',
    formula: 'y = x',
    variants,
    defaultVariant: () => variants[0]!,
    cost: () => ({ operations: 0, bytesRead: 0, bytesWritten: 0 }),
  };
}

const measurement: TuningMeasurement = {
  default: 'slow',
  best: 'fast',
  defaultMs: 2,
  bestMs: 1,
  ratio: 2,
  interval: [1.9, 2.1],
  compileMs: 10,
  complete: true,
  revision: revisionOf('fast'),
  candidates: revisionOf('all'),
};

class MemoryStore implements TuningStore {
  kept: unknown[] = [];
  async read() {
    return this.kept;
  }
  async write(record: TuningRecord) {
    this.kept.push(JSON.parse(JSON.stringify(record)));
  }
}

describe('remembering', () => {
  const kernel = kernelOf(variant('slow'), variant('fast'));

  test('a remembered winner is chosen by another session, for this problem and adapter only', async () => {
    const store = new MemoryStore();
    await (await Tuning.open(adapter, store)).remember(kernel, problem, measurement);
    const tuning = await Tuning.open(adapter, store);
    expect(tuning.problems).toEqual([]);
    expect(tuning.choose(kernel, problem, target).name).toBe('fast');
    const larger = { ...problem, output: { shape: [5], dataType: 'float32' } } as const;
    expect(tuning.choose(kernel, larger, target).name).toBe('slow');
    const other = await Tuning.open({ ...adapter, features: [] }, store);
    expect([other.size, other.choose(kernel, problem, target).name]).toEqual([0, 'slow']);
    expect(other.problems).toEqual([]);
  });

  test('a winner that was edited, removed, or does not run here is not chosen', async () => {
    const tuning = new Tuning(adapter);
    await tuning.remember(kernel, problem, measurement);
    const chosen = (...variants: KernelVariant[]) =>
      tuning.choose(kernelOf(variant('slow'), ...variants), problem, target).name;
    expect(chosen(variant('fast'))).toBe('fast');
    expect(chosen(variant('fast', 'edited'))).toBe('slow');
    expect(chosen(variant('fast', 'fast', false))).toBe('slow');
    expect(chosen()).toBe('slow');
  });

  test('damaged and foreign entries are ignored, counted and said', async () => {
    const store = new MemoryStore();
    await new Tuning(adapter, store).remember(kernel, problem, measurement);
    const [good] = store.kept as [TuningRecord];
    const damaged = [
      null,
      'text',
      7,
      [],
      {},
      { ...good, version: 2 },
      { ...good, revision: 5 },
      { ...good, bestMs: null },
      { ...good, interval: [1] },
      { ...good, interval: ['1', '2'] },
    ];
    store.kept.push(...damaged);
    const tuning = await Tuning.open(adapter, store);
    expect(tuning.size).toBe(1);
    expect(tuning.choose(kernel, problem, target).name).toBe('fast');
    expect(tuning.problems).toHaveLength(1);
    expect(tuning.problems[0]).toContain(`${damaged.length} of ${damaged.length + 1} kept measurements`);
  });

  test('a store that fails costs the memory, not the session', async () => {
    const failing: TuningStore = {
      read: () => Promise.reject(new Error('no such disk')),
      write: () => Promise.reject(new Error('disk full')),
    };
    const tuning = await Tuning.open(adapter, failing);
    await tuning.remember(kernel, problem, measurement);
    expect(tuning.choose(kernel, problem, target).name).toBe('fast');
    expect(tuning.problems.join()).toMatch(/cannot be read: .*no such disk.*cannot be kept: .*disk full/);
  });

  test('the hash is FNV-1a', () => {
    expect(revisionOf('')).toBe((0x811c9dc5).toString(36));
    expect(revisionOf('foobar')).toBe((0xbf9cf968).toString(36));
  });
});

describe('a file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'warpbook-tuning-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const record = (name: string): TuningRecord => ({
    ...measurement,
    version: 1,
    adapter: 'a',
    kernel: name,
    problem: '{}',
    date: '2026-01-01T00:00:00.000Z',
  });

  test('keeps records between openings, the newest of a kind, and all of those written at once', async () => {
    const path = join(folder, 'deep', 'tuning.json');
    expect(await fileTuning(path).read()).toEqual([]);
    const store = fileTuning(path);
    await Promise.all(['one', 'two', 'three'].map((name) => store.write(record(name))));
    await store.write({ ...record('two'), best: 'slow' });
    expect(await fileTuning(path).read()).toEqual([
      record('one'),
      record('three'),
      { ...record('two'), best: 'slow' },
    ]);
    expect(await readdir(join(folder, 'deep'))).toEqual(['tuning.json']);
  });

  test('that holds something else is refused, said, and left alone', async () => {
    const path = join(folder, 'tuning.json');
    for (const text of ['{ "half', '{"other": 1}']) {
      await writeFile(path, text);
      const tuning = await Tuning.open(adapter, fileTuning(path));
      expect(tuning.problems.join()).toContain(path);
      await tuning.remember(kernelOf(variant('slow'), variant('fast')), problem, measurement);
      expect(tuning.problems).toHaveLength(2);
      expect(await readFile(path, 'utf8')).toBe(text);
    }
  });

  test('may hold entries of others, which stay', async () => {
    const path = join(folder, 'tuning.json');
    await writeFile(path, '[null, {"mine": true}]');
    await fileTuning(path).write(record('one'));
    expect(await fileTuning(path).read()).toEqual([null, { mine: true }, record('one')]);
  });
});

test('a result reads as a table', () => {
  const result = new TuningResult({
    rows: [
      {
        ...measurement,
        label: 'dense',
        dispatches: 5,
        kernel: 'matmul',
        shape: [1, 7],
        trials: [],
        remembered: true,
      },
    ],
    notReached: 2,
    ended: 'budget',
    milliseconds: 1500,
    choose: () => variant('fast'),
  });
  expect(String(result).split('\n')).toEqual([
    'label  shape  default  best  default ms  best ms  ratio  interval  kernel  dispatches  compile ms  tried',
    'dense  1×7  slow  fast  2  1  2  1.90–2.10  matmul  5  10  remembered',
    '1 problems in 1.5 s (budget), 2 not reached; 10.00 ms by default, 5.00 ms at best.',
  ]);
  const { 'application/vnd.dataresource+json': resource } = result.toMimeBundle() as {
    'application/vnd.dataresource+json': { schema: { fields: object[] }; data: object[] };
  };
  expect(resource.schema.fields).toContainEqual({ name: 'ratio', type: 'number' });
  expect(resource.data).toMatchObject([{ label: 'dense', shape: '1×7', ratio: 2 }]);
});

test('the reference has nothing to tune', async () => {
  const reference = await openBackend('reference');
  await expect(tune(reference, { outputs: { y: relu(input('x', [4])) } })).rejects.toThrow(InputError);
});
