import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  attentionScores,
  globalAveragePool,
  InputError,
  imagePreprocess,
  indexedDbTuning,
  input,
  matmul,
  multiply,
  openWebGpu,
  parameter,
  relu,
  segmentSoftmax,
  segmentWeightedSum,
  sigmoid,
  type TuningRecord,
  type TuningStore,
  tune,
  type WebGpuBackend,
} from '../../engine/index.ts';
import { planGraph, type VariantChoice } from '../../engine/plan/plan.ts';
import type { TuningJob } from '../../engine/tune/session.ts';
import { tuneJobs } from '../../engine/tune/tune.ts';
import { revisionOf } from '../../engine/tune/tuning.ts';
import type { Kernel, KernelVariant } from '../../kernels/kernel.ts';

class MemoryStore implements TuningStore {
  readonly kept: TuningRecord[] = [];
  async read() {
    return this.kept;
  }
  async write(record: TuningRecord) {
    this.kept.push(record);
  }
}

const elements = 2 ** 12;
const workgroupSize = 4;

/** y = 2x, the statement given, by as many workgroups as a kernel that is far too slow needs to be given up in time. */
function doubling(name: string, statement: string, before = ''): KernelVariant {
  const wgsl = `@group(0) @binding(0) var<storage, read> x: array<f32, ${elements}>;
@group(0) @binding(1) var<storage, read_write> y: array<f32, ${elements}>;
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let i = id.x;
  var value = x[i];
  ${before}
  ${statement}
}
`;
  const workgroups = [elements / workgroupSize, 1, 1] as const;
  return {
    name,
    supports: () => true,
    build: () => ({ wgsl, workgroupSize: [workgroupSize, 1, 1], workgroups }),
  };
}

/** Turns of a random number generator on which the value depends, though it hardly ever changes: no compiler may skip one. */
const turns = (count: number) =>
  `var state = i;
  for (var turn = 0u; turn < ${count}u; turn++) { state = state * 1664525u + (1013904223u ^ turn); }
  if (state == 7u) { value += 1.0; }`;

const right = 'y[i] = 2.0 * value;';
const slow = doubling('slow', right, turns(3000));
const fast = doubling('fast', right);
const endless = doubling('far too slow', right, turns(100_000));
const wrong = doubling('wrong', 'y[i] = 2.001 * value;');
const lazy = doubling('lazy', `if (i != ${elements - 1}u) { y[i] = 2.0 * value; }`);
const broken = doubling('broken', 'y[i] = 2.0 * valu;');

/** One dispatch, `variants[0]` its default. */
function jobOf(...variants: KernelVariant[]): TuningJob {
  const kernel: Kernel = {
    name: 'doubling',
    formula: 'y = 2x',
    variants,
    defaultVariant: () => variants[0]!,
    cost: () => ({ operations: elements, bytesRead: 4 * elements, bytesWritten: 4 * elements }),
  };
  const specification = { shape: [elements], dataType: 'float32' } as const;
  return {
    label: 'double',
    operation: 'multiply',
    kernel,
    problem: { inputs: [specification], output: specification, epilogue: [] },
    variant: variants[0]!,
    dispatches: 1,
  };
}

describe('tuning', () => {
  let backend: WebGpuBackend;
  beforeAll(async () => {
    backend = await openWebGpu();
  });
  afterAll(() => backend.dispose());

  /** What must not change: buffers in use. */
  const held = ({ memory }: WebGpuBackend) => {
    const { liveBytes, liveBuffers } = memory.statistics;
    return { liveBytes, liveBuffers };
  };

  test('corrects a bad default; rejects what is wrong, unwritten or broken; gives up what is hopeless', async () => {
    const before = held(backend);
    const job = jobOf(slow, wrong, lazy, broken, fast, endless);
    const result = await tuneJobs(backend, [job]);
    expect(result.ended).toBe('complete');
    const [row] = result.rows;
    expect(row).toMatchObject({ default: 'slow', best: 'fast', dispatches: 1, complete: true });
    expect(row!.interval[0]).toBeGreaterThan(1.5);
    expect(row!.ratio).toBeGreaterThan(row!.interval[0]);
    expect(row!.defaultMs / row!.bestMs).toBeGreaterThan(2);
    const outcomes = Object.fromEntries(row!.trials.map(({ variant, outcome }) => [variant, outcome]));
    expect(outcomes).toEqual({
      slow: 'default',
      wrong: 'wrong',
      lazy: 'wrong',
      broken: 'failed',
      fast: 'faster',
      'far too slow': 'hopeless',
    });
    const trial = (name: string) => row!.trials.find(({ variant }) => variant === name)!;
    expect(trial('lazy').detail).toContain(`not finite at [${elements - 1}]`);
    expect(trial('broken').detail).toMatch(/valu/);
    // It never ran as a whole, where that takes long.
    expect(trial('far too slow').milliseconds === null || row!.bestMs < 0.05).toBe(true);
    expect(trial('slow').compileMs).toBeGreaterThan(0);
    expect(result.choose(job.kernel, job.problem, backend.target).name).toBe('fast');
    expect(held(backend)).toEqual(before);
  });

  test('a shader that runs faster but never earns its compilation is left', async () => {
    const { rows } = await tuneJobs(backend, [jobOf(slow, { ...fast, build: fast.build })], {
      payBackRuns: 0,
    });
    const { outcome, compileMs } = rows[0]!.trials[1]!;
    const defaultCompileMs = rows[0]!.trials[0]!.compileMs!;
    // With no runs to earn in, whichever compiled in less time stays.
    expect(outcome).toBe(compileMs! > defaultCompileMs ? 'slow to compile' : 'faster');
    expect(rows[0]!.best).toBe(compileMs! > defaultCompileMs ? 'slow' : 'fast');
  });

  test('the budget ends it, and what was measured counts', async () => {
    const before = held(backend);
    const nothing = await tuneJobs(backend, [jobOf(slow, fast)], { budgetMs: 0 });
    expect(nothing).toMatchObject({ ended: 'budget', rows: [], notReached: 1 });
    const copies = Array.from({ length: 400 }, (_, index) =>
      doubling(`copy ${index}`, right, turns(300 + index)),
    );
    const budgetMs = 1500;
    const begun: number[] = [];
    const result = await tuneJobs(backend, [jobOf(slow, fast, ...copies), jobOf(slow, wrong)], {
      budgetMs,
      onProgress: ({ elapsedMs }) => begun.push(elapsedMs),
    });
    expect(result).toMatchObject({ ended: 'budget', notReached: 1 });
    expect(result.rows[0]!.trials.length).toBeLessThan(400);
    expect(result.rows[0]!.complete).toBe(false);
    // Nothing was begun when it was over. What was under way took its time, on a machine that may be busy.
    expect(begun.length).toBeGreaterThan(1);
    expect(Math.max(...begun)).toBeLessThan(budgetMs);
    expect(held(backend)).toEqual(before);
  });

  test('a signal stops it, and what was measured counts', async () => {
    const before = held(backend);
    const store = new MemoryStore();
    const stored = await openWebGpu({ tuning: store });
    try {
      const abort = new AbortController();
      const seen: string[] = [];
      const second = { ...jobOf(slow, wrong, fast), label: 'second' };
      const result = await tuneJobs(stored, [jobOf(slow, fast), second], {
        signal: abort.signal,
        onProgress: ({ done, total, label, variant }) => {
          seen.push(`${done}/${total} ${label} ${variant}`);
          if (label === 'second' && variant === 'fast') abort.abort();
        },
      });
      // What won before is tried first.
      expect(seen).toEqual(['0/2 double slow', '0/2 double fast', '1/2 second slow', '1/2 second fast']);
      expect(result).toMatchObject({ ended: 'aborted', notReached: 0 });
      expect(result.rows.map(({ best, complete }) => [best, complete])).toEqual([
        ['fast', true],
        ['slow', false],
      ]);
      expect(held(stored)).toEqual({ liveBytes: 0, liveBuffers: 0 });
      const already = await tuneJobs(stored, [second], { signal: AbortSignal.abort() });
      expect(already).toMatchObject({ ended: 'aborted', notReached: 1 });
    } finally {
      stored.dispose();
    }
    expect(held(backend)).toEqual(before);
  });

  test('a winner is not forgotten because measuring it again was stopped', async () => {
    const store = new MemoryStore();
    const stored = await openWebGpu({ tuning: store });
    try {
      const job = jobOf(slow, fast);
      await tuneJobs(stored, [job]);
      const abort = new AbortController();
      const stopped = await tuneJobs(stored, [job], {
        again: true,
        signal: abort.signal,
        onProgress: ({ variant }) => {
          if (variant === 'fast') abort.abort();
        },
      });
      expect(stopped.rows[0]).toMatchObject({ best: 'slow', complete: false });
      expect(store.kept.map(({ best }) => best)).toEqual(['fast']);
      expect(stopped.choose(job.kernel, job.problem, stored.target).name).toBe('fast');
    } finally {
      stored.dispose();
    }
  });

  test('says what it cannot be asked for', async () => {
    const graph = { outputs: { y: relu(input('x', [4])) } };
    await expect(tune(backend, graph, { repeats: 5 })).rejects.toThrow(InputError);
    await expect(tune(backend, graph, { budgetMs: Number.NaN })).rejects.toThrow(/budgetMs from 0/);
  });

  test('ragged and fused operands hold what kernels expect, and all variants agree', async () => {
    const offsets = input('offsets', [4], 'uint32');
    const photos = imagePreprocess(input('pixels', [400, 4], 'uint8'), input('layout', [2, 3], 'uint32'), {
      height: 8,
      width: 8,
    });
    const x = input('x', [12, 16]);
    const e = attentionScores(x, parameter('q', [16]), offsets);
    const weighted = segmentWeightedSum(segmentSoftmax(e, offsets), x, offsets);
    const result = await tune(backend, {
      outputs: { e, photos, weighted: sigmoid(multiply(weighted, input('y', [3, 16]))) },
    });
    expect(result).toMatchObject({ ended: 'complete', notReached: 0 });
    expect(result.rows.map(({ kernel }) => kernel)).toContain('attention_pool');
    const trials = result.rows.flatMap(({ trials }) => trials);
    expect(trials.filter(({ outcome }) => outcome === 'wrong' || outcome === 'failed')).toEqual([]);
    expect(trials.length).toBeGreaterThan(result.rows.length + 3);
  });

  test('a matrix product whose default is meant for single rows gets a register tile', async () => {
    const graph = { outputs: { y: matmul(input('x', [56, 128]), parameter('w', [128, 128])) } };
    const [dispatch] = planGraph(graph, backend.target).dispatches;
    const variants = ['split-inner-32x8', 'tile-7x2-vec4-8'].map(
      (name) => dispatch!.kernel.variants.find((variant) => variant.name === name)!,
    );
    const kernel = { ...dispatch!.kernel, variants };
    const job = { ...dispatch!, kernel, variant: variants[0]!, dispatches: 1 };
    const { rows } = await tuneJobs(backend, [job], { payBackRuns: 1e9 });
    expect(rows[0]).toMatchObject({ default: 'split-inner-32x8', best: 'tile-7x2-vec4-8' });
    expect(rows[0]!.interval[0]).toBeGreaterThan(1);
  });
});

describe('a tuned backend', () => {
  const graph = { outputs: { y: globalAveragePool(input('x', [2, 7, 7, 64])) } };
  const badly: VariantChoice = ({ variants }) => variants.find(({ name }) => name === 'column')!;
  const planOf = (backend: WebGpuBackend) => planGraph(graph, backend.target, backend.tuning?.choose);
  const variantOf = (backend: WebGpuBackend) => planOf(backend).dispatches[0]!.variant.name;

  test('remembers what was measured, compiles with it, and measures nothing twice', async () => {
    const store = new MemoryStore();
    const first = await openWebGpu({ tuning: store });
    const result = await tune(first, graph, { choose: badly });
    expect(result.rows[0]!.default).toBe('column');
    expect(variantOf(first)).toBe(result.rows[0]!.best);
    // The kernel's own default was not what had to be beaten; now it is.
    await tune(first, graph);
    first.dispose();
    expect(store.kept.map(({ kernel }) => kernel)).toEqual(['global_average_pool', 'global_average_pool']);

    const second = await openWebGpu({ tuning: store });
    const off = await openWebGpu({ tuning: 'off' });
    const plain = await openWebGpu();
    const backends = [second, off, plain];
    try {
      const again = await tune(second, graph, {
        onProgress: ({ variant }) => expect.fail(`${variant} was measured again`),
      });
      expect(again.rows[0]).toMatchObject({ remembered: true, best: store.kept[1]!.best });
      // Whatever is kept counts, so another winner gives another program.
      const { kernel, problem } = planOf(second).dispatches[0]!;
      for (const variant of kernel.variants.filter((variant) => variant.supports(problem, second.target))) {
        const revision = revisionOf(variant.build(problem).wgsl);
        const kept = { ...store.kept[1]!, best: variant.name, revision };
        const third = await openWebGpu({ tuning: { read: async () => [kept], write: async () => {} } });
        backends.push(third);
        using program = await third.compile(graph);
        expect(program.plan.dispatches[0]!.variant.name).toBe(variant.name);
      }
      for (const untuned of [off, plain]) {
        expect(untuned.tuning).toBeUndefined();
        using program = await untuned.compile(graph);
        const standard = kernel.defaultVariant(problem, untuned.target);
        expect(program.plan.dispatches[0]!.variant.name).toBe(standard.name);
      }
    } finally {
      for (const backend of backends) backend.dispose();
    }
  });

  test('keeps measurements in IndexedDB; a foreign database is said and harms nothing', async () => {
    const name = `warpbook-test-${crypto.randomUUID()}`;
    const first = await openWebGpu({ tuning: indexedDbTuning(name) });
    expect(first.tuning).toMatchObject({ size: 0, problems: [] });
    await tune(first, graph, { choose: badly });
    expect(first.tuning!.problems).toEqual([]);
    first.dispose();
    const second = await openWebGpu({ tuning: indexedDbTuning(name) });
    expect(second.tuning).toMatchObject({ size: 1, problems: [] });
    second.dispose();
    indexedDB.deleteDatabase(name);

    const foreign = `${name}-foreign`;
    await new Promise((resolve) => {
      const opening = indexedDB.open(foreign, 1);
      opening.onsuccess = () => resolve(opening.result.close());
    });
    const third = await openWebGpu({ tuning: indexedDbTuning(foreign) });
    expect(third.tuning!.size).toBe(0);
    expect(third.tuning!.problems[0]).toMatch(/cannot be read/);
    third.dispose();
    indexedDB.deleteDatabase(foreign);
  });
});
