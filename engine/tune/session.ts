/** The course of a tuning: which variants are tried on which problem, in which order, until the time is up. */
import type { KernelVariant } from '../../kernels/kernel.ts';
import type { WebGpuBackend } from '../gpu/backend.ts';
import type { Dispatch } from '../plan/plan.ts';
import type { GpuClock } from '../profile/clock.ts';
import { type Contest, type ContestOptions, holdContest, multiply } from './contest.ts';
import type { TuningRow } from './result.ts';
import { revisionOf, type Tuning, type TuningMeasurement } from './tuning.ts';

/** One problem of a graph; `variant` is the one to beat. */
export interface TuningJob extends Pick<Dispatch, 'label' | 'operation' | 'kernel' | 'problem' | 'variant'> {
  /** How many dispatches have it. */
  readonly dispatches: number;
}

/** A job and how far it is. */
interface State {
  readonly job: TuningJob;
  /** All that run on this GPU but the one to beat. */
  readonly challengers: readonly KernelVariant[];
  /** A hash of their names and WGSL. */
  readonly candidates: string;
  contest?: Contest;
  row?: TuningRow;
}

export interface SessionOptions extends Omit<ContestOptions, 'onTrial'> {
  /** Whether remembered winners count. */
  readonly recall: boolean;
  readonly onTrial: (job: TuningJob, variant: string) => void;
}

export class Session {
  readonly #backend: WebGpuBackend;
  readonly #tuning: Tuning;
  readonly #options: SessionOptions;
  readonly #states: readonly State[];
  /** By kernel and variant: how often it took the lead, less how often it was hopeless. */
  readonly #form = new Map<string, number>();

  constructor(backend: WebGpuBackend, tuning: Tuning, jobs: readonly TuningJob[], options: SessionOptions) {
    this.#backend = backend;
    this.#tuning = tuning;
    this.#options = options;
    this.#states = jobs.map((job) => {
      const { kernel, problem, variant } = job;
      const running = kernel.variants.filter((other) => other.supports(problem, backend.target));
      return {
        job,
        challengers: running.filter(({ name }) => name !== variant.name),
        candidates: revisionOf(running.map((other) => other.name + other.build(problem).wgsl).join()),
      };
    });
  }

  /** In the order of the jobs, without those that were not reached. */
  get rows(): TuningRow[] {
    return this.#states.flatMap(({ row }) => row ?? []);
  }

  /** Tries all there is, until it is over. What is measured is remembered at once. */
  async run(clock: GpuClock): Promise<void> {
    for (const state of this.#options.recall ? this.#states : []) {
      const known = this.#known(state);
      if (known?.complete) state.row = rowOf(state.job, known, []);
    }
    const open = this.#states.filter(({ row }) => !row);
    // What is hopeless on one shape seldom wins on another, and may take long to compile: it waits until all the others
    // had their turn.
    for (const state of open) await this.#measure(clock, state, 0);
    for (const state of open) await this.#measure(clock, state, Number.NEGATIVE_INFINITY);
  }

  /** What is remembered of the same variants. */
  #known({ job, candidates }: State): TuningMeasurement | undefined {
    const known = this.#tuning.find(job.kernel, job.problem);
    return known?.candidates === candidates && known.default === job.variant.name ? known : undefined;
  }

  async #measure(clock: GpuClock, state: State, leastForm: number): Promise<void> {
    const { job, challengers, candidates, contest: before } = state;
    const { kernel, problem, variant } = job;
    const form = (name: string) => this.#form.get(`${kernel.name}/${name}`) ?? 0;
    const next = challengers
      .filter(
        ({ name }) => form(name) >= leastForm && !before?.trials.some((trial) => trial.variant === name),
      )
      .sort((a, b) => form(b.name) - form(a.name));
    if (before && next.length === 0) return;
    const contest = await holdContest(
      { gpu: this.#backend, clock, ...job },
      before?.winner ?? variant,
      next,
      { ...this.#options, onTrial: (name) => this.#options.onTrial(job, name) },
    );
    if (!contest) return;
    for (const { variant: name, outcome } of contest.trials) {
      const change = outcome === 'faster' ? 1 : outcome === 'hopeless' ? -1 : 0;
      this.#form.set(`${kernel.name}/${name}`, form(name) + change);
    }
    const { winner, trials, ...times } = before ? continued(before, contest) : contest;
    state.contest = { winner, trials, ...times };
    const measurement: TuningMeasurement = {
      ...times,
      default: variant.name,
      best: winner.name,
      revision: revisionOf(winner.build(problem).wgsl),
      candidates,
      complete: trials.length > challengers.length,
    };
    state.row = rowOf(job, measurement, trials);
    // One cut short does not replace one that came further.
    if (!measurement.complete && (this.#known(state)?.ratio ?? 0) > measurement.ratio) return;
    await this.#tuning.remember(kernel, problem, measurement);
  }
}

/** Two contests as one, the second begun with the winner of the first. */
function continued(first: Contest, second: Contest): Contest {
  return {
    ...second,
    defaultMs: second.defaultMs * first.ratio,
    ratio: first.ratio * second.ratio,
    interval: multiply(first.interval, second.interval),
    trials: [...first.trials, ...second.trials.slice(1)],
  };
}

function rowOf(job: TuningJob, measurement: TuningMeasurement, trials: Contest['trials']): TuningRow {
  const { label, dispatches, kernel, problem } = job;
  return {
    ...measurement,
    label,
    dispatches,
    kernel: kernel.name,
    shape: problem.output.shape,
    trials,
    remembered: trials.length === 0,
  };
}
