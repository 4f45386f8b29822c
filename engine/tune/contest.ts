/** Which variant of a kernel computes one problem fastest on the device at hand. */
import type { KernelProblem, KernelProgram, KernelVariant } from '../../kernels/kernel.ts';
import type { HostArray } from '../backend.ts';
import { GpuValidationError, OutOfMemoryError } from '../errors.ts';
import type { WebGpuDevice } from '../gpu/device.ts';
import { PipelineCache } from '../gpu/pipeline-cache.ts';
import type { GpuClock } from '../profile/clock.ts';
import { median } from '../profile/statistics.ts';
import { compare, explain, within } from '../reference/compare.ts';
import { Scratch } from './scratch.ts';
import { formatInterval, isHopeless, judge, type Verdict } from './statistics.ts';

/**
 * What became of a variant. `faster` took the lead, `equal` and `slower` did not; `hopeless` was given up because a part of
 * it took longer than all of the leader; `slow to compile` is faster, but not enough to earn its compilation; `wrong`
 * computes something else than the default; `failed` does not compile or run.
 */
export type TrialOutcome =
  | 'default'
  | 'faster'
  | 'equal'
  | 'slower'
  | 'hopeless'
  | 'slow to compile'
  | 'wrong'
  | 'failed';

/** One variant, tried. */
export interface Trial {
  readonly variant: string;
  readonly outcome: TrialOutcome;
  /** Of one execution; null where that was not measured. */
  readonly milliseconds: number | null;
  /** Of the pipeline; what the browser had compiled before costs next to nothing. Null where it failed. */
  readonly compileMs: number | null;
  /** In a few words, where there is more to say: what is wrong, how much faster than who led before. */
  readonly detail: string;
}

/** What a contest came to. */
export interface Contest {
  readonly winner: KernelVariant;
  /** Of one execution: the best as it was measured, the default as many times that as the ratio says. */
  readonly defaultMs: number;
  readonly bestMs: number;
  /** Default's time / best's, and its 95 % interval; where the lead changed twice, the products of both. */
  readonly ratio: number;
  readonly interval: readonly [number, number];
  /** Of the winner's pipeline. */
  readonly compileMs: number;
  readonly trials: readonly Trial[];
}

export interface ContestOptions {
  /** Pairs of a duel. */
  readonly repeats: number;
  /** Runs within which a faster variant must have earned what it takes longer to compile. */
  readonly payBackRuns: number;
  /** Asked before every compilation and measurement. */
  readonly isOver: () => boolean;
  /** Told what is tried next. */
  readonly onTrial: (variant: string) => void;
}

type Workgroups = KernelProgram['workgroups'];

/** A variant ready to run. */
interface Contender {
  readonly variant: KernelVariant;
  readonly compileMs: number;
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: Workgroups;
  /** Executions in a pass. */
  readonly repeats: number;
  /** Of one execution, as measured last. */
  milliseconds: number;
}

/** Thrown between measurements when time is up; never leaves this module. */
class Stopped extends Error {}

/**
 * A variant is first tried with so much work that the leader needs this long, ms, then with 8 times as much, and so on:
 * barriers can make one a thousand times slower than the leader.
 */
const firstPartMs = 0.05;
/** What a variant may take, for a part of its workgroups or all, relative to the leader's whole run. */
const mostTimesLeader = 1.5;
const mostRepeats = 4096;
/** What the clock must be able to measure at once. */
export const mostPasses = 6;

/**
 * Two variants, each within 1e-5 of the truth (`FLOAT32_TOLERANCE`), differ by at most twice that; float16 outputs are
 * rounded to 2⁻¹¹.
 */
const tolerances = {
  float32: { relativeL2: 2e-5, relativeWorst: 2e-4 },
  float16: { relativeL2: 2e-3, relativeWorst: 1e-2 },
};

/** One problem on one device. */
export interface Arena {
  readonly gpu: WebGpuDevice;
  readonly clock: GpuClock;
  /** Of the operation, in errors. */
  readonly label: string;
  readonly operation: string;
  readonly problem: KernelProblem;
}

/**
 * Tries variants of a kernel against the one that leads, beginning with `standard`. Each is compiled; given up where a part
 * of its workgroups takes longer than all of the leader's; compared with the standard's result; then timed in pairs
 * with the leader, in alternating order.
 *
 * @returns null where it was stopped before the standard was measured
 * @throws OutOfMemoryError, DeviceLostError, and GpuValidationError where the standard itself fails
 */
export async function holdContest(
  arena: Arena,
  standard: KernelVariant,
  challengers: readonly KernelVariant[],
  options: ContestOptions,
): Promise<Contest | null> {
  const { gpu, label, operation, problem } = arena;
  if (options.isOver()) return null;
  const scratch = await Scratch.create(gpu, problem, operation, `tuning '${label}'`);
  const match = new Match(arena, scratch, options);
  try {
    await match.open(standard);
    for (const variant of challengers) await match.challenge(variant);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  } finally {
    scratch.dispose();
  }
  return match.result;
}

class Match {
  readonly #arena: Arena;
  readonly #scratch: Scratch;
  readonly #options: ContestOptions;
  /** Of its own, so that variants which lose are not kept, and every compilation is seen. */
  readonly #pipelines: PipelineCache;
  readonly #trials: Trial[] = [];
  #expected!: HostArray;
  #standard: Contender | undefined;
  #leader!: Contender;
  #ratio = 1;
  #interval: readonly [number, number] = [1, 1];

  constructor(arena: Arena, scratch: Scratch, options: ContestOptions) {
    this.#arena = arena;
    this.#scratch = scratch;
    this.#options = options;
    this.#pipelines = new PipelineCache(arena.gpu.device);
  }

  get result(): Contest | null {
    return (
      (this.#standard && {
        winner: this.#leader.variant,
        defaultMs: this.#leader.milliseconds * this.#ratio,
        bestMs: this.#leader.milliseconds,
        ratio: this.#ratio,
        interval: this.#interval,
        compileMs: this.#leader.compileMs,
        trials: this.#trials,
      }) ??
      null
    );
  }

  /** Measures the variant that leads first, whose result counts as right. */
  async open(variant: KernelVariant): Promise<void> {
    const contender = await this.#compile(variant);
    await this.#time(contender); // First use of memory and caches.
    this.#expected = await this.#scratch.read();
    this.#leader = await this.#calibrate(contender);
    this.#standard = this.#leader;
    this.#record(this.#leader, 'default', this.#leader.milliseconds);
  }

  /** Tries a variant; it leads from now on if it is right and faster. */
  async challenge(variant: KernelVariant): Promise<void> {
    let contender: Contender | undefined;
    try {
      contender = await this.#compile(variant);
      await this.#fight(contender);
    } catch (error) {
      if (!(error instanceof GpuValidationError || error instanceof OutOfMemoryError)) throw error;
      // A device that goes away fails compilations with errors that speak of the shader.
      const lost = await this.#arena.gpu.lostSoon();
      if (lost) throw lost;
      this.#record({ variant, compileMs: contender?.compileMs ?? null }, 'failed', null, error.message);
    }
  }

  async #fight(contender: Contender): Promise<void> {
    const { output } = this.#arena.problem;
    for (let share = firstPartMs / this.#leader.milliseconds, whole = false; !whole; share *= 8) {
      whole = share >= 1;
      const slowMs = await this.#tooSlow({
        ...contender,
        workgroups: partOf(contender.workgroups, Math.min(share, 1)),
      });
      if (slowMs) return this.#record(contender, 'hopeless', whole ? slowMs : null);
    }
    // Until here it wrote where the leader had written the same.
    this.#scratch.poison();
    await this.#time(contender);
    const comparison = compare(await this.#scratch.read(), this.#expected);
    if (!within(comparison, tolerances[output.dataType === 'float16' ? 'float16' : 'float32'])) {
      return this.#record(contender, 'wrong', null, explain(comparison, output.shape));
    }
    const leader = this.#leader;
    const challenger = await this.#calibrate(contender);
    const { ratio, interval, faster } = await this.#duel(leader, challenger);
    let outcome: TrialOutcome = interval[1] < 1 || ratio < 0.9 ? 'slower' : 'equal';
    if (faster) {
      const earned = leader.milliseconds * (1 - 1 / ratio) * this.#options.payBackRuns;
      outcome = earned < challenger.compileMs - leader.compileMs ? 'slow to compile' : 'faster';
    }
    const certainty = Number.isFinite(interval[1]) ? formatInterval(interval) : 'given up early';
    const detail = `${ratio.toFixed(2)}× as fast as ${leader.variant.name} (${certainty})`;
    this.#record(challenger, outcome, challenger.milliseconds, detail);
    if (outcome !== 'faster') return;
    this.#leader = challenger;
    this.#ratio *= ratio;
    this.#interval = multiply(this.#interval, interval);
  }

  /** Its time where it takes too long beside the leader, each alone in its pass, twice: something else may have held it up. */
  async #tooSlow(contender: Contender): Promise<number | undefined> {
    const leader = { ...this.#leader, repeats: 1 };
    const { stepMs } = this.#arena.clock;
    let shortest = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const [leaderMs, ms] = await this.#time(leader, contender);
      if (ms! <= mostTimesLeader * leaderMs! + stepMs) return undefined;
      shortest = Math.min(shortest, ms!);
    }
    return shortest;
  }

  /** Times both in pairs, and notes their medians. */
  async #duel(leader: Contender, challenger: Contender): Promise<Verdict> {
    const leaderTimes: number[] = [];
    const challengerTimes: number[] = [];
    const ratios: number[] = [];
    const { repeats } = this.#options;
    // Short ones go several pairs a submission, which may take far longer than they.
    const pairMs = leader.milliseconds * leader.repeats + challenger.milliseconds * challenger.repeats;
    const batch = pairMs < 20 ? mostPasses / 2 : 1;
    while (ratios.length < repeats && !isHopeless(ratios)) {
      const pairs = Array.from({ length: Math.min(batch, repeats - ratios.length) }, (_, index) =>
        (ratios.length + index) % 2 === 0 ? [leader, challenger] : [challenger, leader],
      );
      const times = await this.#time(...pairs.flat());
      pairs.forEach(([first], index) => {
        const pair = times.slice(2 * index, 2 * index + 2);
        const [leaderMs, challengerMs] = first === leader ? pair : pair.reverse();
        leaderTimes.push(leaderMs! / leader.repeats);
        challengerTimes.push(challengerMs! / challenger.repeats);
        ratios.push(leaderTimes.at(-1)! / challengerTimes.at(-1)!);
      });
    }
    leader.milliseconds = median(leaderTimes);
    challenger.milliseconds = median(challengerTimes);
    return judge(ratios);
  }

  async #compile(variant: KernelVariant): Promise<Contender> {
    this.#checkTime();
    this.#options.onTrial(variant.name);
    const { gpu, label, problem } = this.#arena;
    const program = variant.build(problem);
    const { workgroups } = program;
    const start = performance.now();
    const pipeline = await this.#pipelines.get(program.wgsl, `${variant.name} of '${label}'`);
    const compileMs = performance.now() - start;
    const bindGroup = await gpu.guard(`binding '${label}'`, () => this.#scratch.bind(pipeline, program));
    return { variant, compileMs, pipeline, bindGroup, workgroups, repeats: 1, milliseconds: 0 };
  }

  /** Repeats a contender in its pass until the clock can see it within a few per cent. */
  async #calibrate(contender: Contender): Promise<Contender> {
    const targetMs = Math.max(1, 40 * this.#arena.clock.stepMs);
    let { repeats } = contender;
    for (;;) {
      const [elapsed] = await this.#time({ ...contender, repeats });
      const factor = Math.min(targetMs / elapsed!, 16);
      if (factor < 1.4 || repeats === mostRepeats) {
        return { ...contender, repeats, milliseconds: elapsed! / repeats };
      }
      repeats = Math.min(Math.ceil(repeats * factor), mostRepeats);
    }
  }

  /** Milliseconds of each whole pass. */
  async #time(...passes: readonly Contender[]): Promise<number[]> {
    this.#checkTime();
    this.#arena.gpu.requireDevice();
    const { clock } = this.#arena;
    const times = await clock.measure(
      passes.map(({ pipeline, bindGroup, workgroups, repeats }) => (pass) => {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, bindGroup);
        for (let repeat = 0; repeat < repeats; repeat += 1) pass.dispatchWorkgroups(...workgroups);
      }),
    );
    // Shorter than a step is not nothing; a clock that was reset meanwhile (NaN) spoils the whole pair.
    if (times.some(Number.isNaN)) return this.#time(...passes);
    return times.map((ms) => Math.max(ms, clock.stepMs / 2, 1e-6));
  }

  #record(
    { variant, compileMs }: { variant: KernelVariant; compileMs: number | null },
    outcome: TrialOutcome,
    milliseconds: number | null,
    detail = '',
  ): void {
    this.#trials.push({ variant: variant.name, outcome, milliseconds, compileMs, detail });
  }

  #checkTime(): void {
    if (this.#options.isOver()) throw new Stopped();
  }
}

/** The interval of a product, from those of its factors. */
export function multiply(
  a: readonly [number, number],
  b: readonly [number, number],
): readonly [number, number] {
  return [a[0] * b[0], a[1] * b[1]];
}

/** The first share of a grid of workgroups, in whole rows where it is more than one, at least one workgroup. */
export function partOf([x, y, z]: Workgroups, share: number): Workgroups {
  const wanted = Math.ceil(x * y * z * share);
  if (wanted <= x) return [wanted, 1, 1];
  return wanted <= x * y ? [x, Math.ceil(wanted / x), 1] : [x, y, Math.ceil(wanted / (x * y))];
}
