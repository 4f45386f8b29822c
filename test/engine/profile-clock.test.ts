import { describe, expect, test } from 'vitest';
import type { GpuClock, PassWork } from '../../engine/profile/clock.ts';
import { clockStep } from '../../engine/profile/clock-step.ts';
import { placeGpuInterval } from '../../engine/profile/recorded-run.ts';
import { sampleWork } from '../../engine/profile/sample.ts';
import { median, medianUncertainty } from '../../engine/profile/statistics.ts';
import { uniform } from '../../engine/random.ts';

/** Readings of a clock at moments that are up to `longest` apart. */
function readings(count: number, longest: number, read: (moment: number) => number, seed = 1): number[] {
  let moment = 1e6;
  return Array.from({ length: count }, (_, index) => {
    moment += longest * uniform(seed, index);
    return read(moment);
  });
}

const rounded = (step: number) => (moment: number) => Math.floor(moment / step) * step;

describe('the step of a clock', () => {
  test.each([
    ['Chrome: 100 µs', 100_000, 40_000],
    ['Chrome: 100 µs, readings far apart', 100_000, 3_000_000],
    ['Dawn in Node: 2¹⁶ ns', 65_536, 300_000],
    ['Firefox: 1 ms', 1_000_000, 500_000],
  ])('%s', (_, step, longest) => {
    expect(clockStep(readings(400, longest, rounded(step)))).toBeCloseTo(step, 3);
  });

  test('is found although ticks were rounded to nanoseconds', () => {
    const tick = 52.083; // 19.2 MHz
    const found = clockStep(readings(400, 500, (moment) => Math.round(rounded(tick)(moment))));
    expect(Math.abs(found - tick)).toBeLessThan(1.5);
  });

  test('is found in spite of an outlier and of a clock that was reset', () => {
    const seen = readings(200, 300_000, rounded(100_000));
    seen[50]! += 12_345;
    seen[90] = Number.NaN;
    for (let index = 120; index < 200; index += 1) seen[index]! -= 1e6 + 200_000;
    expect(clockStep(seen)).toBeCloseTo(100_000, 3);
  });

  test('is next to nothing where the clock is continuous', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const seen = readings(300, 100_000, (moment) => moment, seed);
      expect(clockStep(seen)).toBeLessThan(1000);
    }
  });

  test('is unknown after too few readings, or of a clock that stands still', () => {
    expect(clockStep([0, 100, 200])).toBe(0);
    expect(clockStep(new Array(100).fill(7))).toBe(0);
  });
});

describe('the interval of a median', () => {
  test.each([6, 9, 15, 40])('holds the true median 95 times in a hundred, %i samples', (count) => {
    const draws = 2000;
    let held = 0;
    for (let draw = 0; draw < draws; draw += 1) {
      // Exponentially distributed: skewed, as timings are. Its median is ln 2.
      const samples = Array.from({ length: count }, (_, index) => -Math.log(1 - uniform(draw, index)));
      if (Math.abs(median(samples) - Math.LN2) <= medianUncertainty(samples)) held += 1;
    }
    expect(held / draws).toBeGreaterThan(0.93);
  });

  test('is nothing for one sample, and the range for few', () => {
    expect(medianUncertainty([3])).toBe(0);
    expect(medianUncertainty([1, 2, 6])).toBe(4);
  });
});

/** A GPU whose work lasts as long as it is said to, behind a clock of a certain step. */
class SimulatedGpu implements GpuClock {
  readonly kind = 'timestamp-query';
  readonly stepMs: number;
  readonly #noise: number;
  #moment = 0.0123;
  #draws = 0;
  measured = 0;

  constructor(stepMs: number, noise = 0) {
    this.stepMs = stepMs;
    this.#noise = noise;
  }

  /** Work of a duration in ms; `encode` runs it. */
  work(milliseconds: number): PassWork {
    return () => {
      this.#draws += 1;
      this.#moment += milliseconds * (1 + this.#noise * uniform(3, this.#draws));
    };
  }

  async measure(passes: readonly PassWork[]): Promise<number[]> {
    return passes.map((pass) => {
      this.#moment += 0.037 * uniform(5, this.measured);
      const begin = this.#read();
      pass({} as GPUComputePassEncoder);
      this.measured += 1;
      return this.#read() - begin;
    });
  }

  dispose(): void {}

  #read(): number {
    return this.stepMs > 0 ? Math.floor(this.#moment / this.stepMs) * this.stepMs : this.#moment;
  }
}

describe('sampling', () => {
  const durations = [0.0004, 0.003, 0.05, 0.0999, 0.7, 1.99, 2.5, 30];

  test('a clock of 100 µs sees 0.4 µs, within the stated uncertainty', async () => {
    const gpu = new SimulatedGpu(0.1);
    const estimates = await sampleWork(
      gpu,
      durations.map((ms) => gpu.work(ms)),
      5,
    );
    durations.forEach((ms, index) => {
      const { milliseconds, uncertaintyMs, passRepeats } = estimates[index]!;
      expect(Math.abs(milliseconds - ms)).toBeLessThanOrEqual(uncertaintyMs);
      // Repeated until the clock sees it, but no more than needed.
      expect(milliseconds * passRepeats).toBeGreaterThanOrEqual(Math.min(1.9, 4096 * ms) - 0.1);
      if (passRepeats > 1) expect(milliseconds * passRepeats).toBeLessThan(6);
      expect(uncertaintyMs / ms).toBeLessThan(ms < 0.001 ? 0.2 : 0.11);
    });
  });

  test('noise shows in the uncertainty', async () => {
    const noise = 0.5;
    const gpu = new SimulatedGpu(0.1, noise);
    const estimates = await sampleWork(
      gpu,
      durations.map((ms) => gpu.work(ms)),
      9,
    );
    durations.forEach((ms, index) => {
      const { milliseconds, uncertaintyMs } = estimates[index]!;
      expect(Math.abs(milliseconds - ms * (1 + noise / 2))).toBeLessThanOrEqual(uncertaintyMs + 0.01 * ms);
    });
  });

  test('a continuous clock needs no repetition', async () => {
    const gpu = new SimulatedGpu(0);
    const [estimate] = await sampleWork(gpu, [gpu.work(0.001)], 3);
    expect(estimate).toMatchObject({ passRepeats: 1 });
    expect(estimate!.milliseconds).toBeCloseTo(0.001, 9);
  });

  test('a budget bounds the repetition of much work, and the uncertainty says so', async () => {
    const gpu = new SimulatedGpu(0.1);
    const work = Array.from({ length: 1000 }, () => gpu.work(0.002));
    const estimates = await sampleWork(gpu, work, 5, { budgetMs: 1000 });
    for (const estimate of estimates) {
      expect(estimate!.passRepeats * 0.002).toBeLessThan(1);
      expect(Math.abs(estimate!.milliseconds - 0.002)).toBeLessThanOrEqual(estimate!.uncertaintyMs);
    }
  });

  test('a clock that is reset now and then costs samples, not truth', async () => {
    const gpu = new SimulatedGpu(0.1);
    let passes = 0;
    const flaky: GpuClock = {
      ...gpu,
      kind: 'timestamp-query',
      stepMs: 0.1,
      measure: async (work) => (await gpu.measure(work)).map((ms) => (++passes % 3 === 0 ? Number.NaN : ms)),
      dispose() {},
    };
    const [estimate] = await sampleWork(flaky, [gpu.work(0.4)], 6);
    expect(Math.abs(estimate!.milliseconds - 0.4)).toBeLessThanOrEqual(estimate!.uncertaintyMs);
  });

  test('an interval that was long by accident does not spoil the rest', async () => {
    const gpu = new SimulatedGpu(0.1);
    let passes = 0;
    const hiccup: GpuClock = {
      kind: 'timestamp-query',
      stepMs: 0.1,
      measure: async (work) => (await gpu.measure(work)).map((ms) => (++passes === 1 ? ms + 30 : ms)),
      dispose() {},
    };
    const [estimate] = await sampleWork(hiccup, [gpu.work(0.004)], 5);
    expect(estimate!.passRepeats).toBeGreaterThan(200);
    expect(Math.abs(estimate!.milliseconds - 0.004)).toBeLessThanOrEqual(estimate!.uncertaintyMs);
    expect(estimate!.uncertaintyMs).toBeLessThan(0.001);
  });

  test('a clock that never answers gives no estimate', async () => {
    const silent: GpuClock = {
      kind: 'timestamp-query',
      stepMs: 0.1,
      measure: async (work) => work.map(() => Number.NaN),
      dispose() {},
    };
    expect(await sampleWork(silent, [() => {}], 3)).toEqual([null]);
  });

  test('can be stopped between rounds', async () => {
    const gpu = new SimulatedGpu(0.1);
    const beforeRound = () => {
      if (gpu.measured > 3) throw new Error('stopped');
    };
    await expect(sampleWork(gpu, [gpu.work(1)], 50, { beforeRound })).rejects.toThrow('stopped');
    expect(gpu.measured).toBe(4);
  });
});

describe('the place of the GPU interval on the host clock', () => {
  const passes = (length: number) => [
    { begin: 5, end: 6 },
    { begin: 6, end: 5 + length },
  ];

  test('shares the slack equally', () => {
    expect(placeGpuInterval(100, 110, passes(8))).toEqual({ from: 101, to: 109 });
  });

  test('is the whole wait without timestamps, where they are broken, or where they do not fit', () => {
    expect(placeGpuInterval(100, 110, [])).toEqual({ from: 100, to: 110 });
    expect(placeGpuInterval(100, 110, [{ begin: Number.NaN, end: 3 }])).toEqual({ from: 100, to: 110 });
    expect(placeGpuInterval(100, 110, passes(12))).toEqual({ from: 100, to: 110 });
    expect(placeGpuInterval(100, 99, [])).toEqual({ from: 100, to: 100 });
  });
});
