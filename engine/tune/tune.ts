/** Measures which kernel variants compute a graph fastest on the GPU at hand. */
import type { KernelTarget } from '../../kernels/kernel.ts';
import type { Backend } from '../backend.ts';
import { InputError } from '../errors.ts';
import { WebGpuBackend } from '../gpu/backend.ts';
import type { Graph } from '../graph/value.ts';
import { planGraph, type VariantChoice } from '../plan/plan.ts';
import { openClock } from '../profile/clock.ts';
import { mostPasses } from './contest.ts';
import { TuningResult } from './result.ts';
import { Session, type TuningJob } from './session.ts';
import { Tuning } from './tuning.ts';

/** What is being measured. */
export interface TuningProgress {
  /** Problems done, of how many. */
  readonly done: number;
  readonly total: number;
  readonly label: string;
  readonly kernel: string;
  readonly variant: string;
  readonly elapsedMs: number;
}

export interface TuningOptions {
  /** Time to spend, ms; default one minute. A compilation or a measurement under way is not cut short. */
  readonly budgetMs?: number;
  /** Stops between two measurements; what was measured counts. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TuningProgress) => void;
  /** Pairs in which a variant is timed against the one that leads, at least 6; default 9. */
  readonly repeats?: number;
  /** Runs within which a faster variant must have earned what it takes longer to compile; default 1000. */
  readonly payBackRuns?: number;
  /** Measures again what is remembered. */
  readonly again?: boolean;
  /** Variants to begin with instead of the kernels' own defaults; nothing that is remembered counts then. */
  readonly choose?: VariantChoice;
}

/**
 * Tries, for each kernel and shape of a graph, every variant that this GPU runs, most work first, on memory of its own
 * with seeded data. A variant wins that computes the same and is faster than its predecessor by a test that one
 * outlier cannot decide.
 *
 * Winners are remembered where the backend was opened with a store (`openWebGpu({ tuning })`): it compiles with them
 * from now on, and they are not measured again. In any case `result.choose` compiles with them.
 *
 * @throws InputError for another backend than WebGPU or an impossible option; OutOfMemoryError, DeviceLostError, and
 *   whatever the host's checkpoint throws: what was measured until then is remembered.
 */
export async function tune(
  backend: Backend,
  graph: Graph,
  options: TuningOptions = {},
): Promise<TuningResult> {
  if (!(backend instanceof WebGpuBackend)) {
    throw new InputError('Only a WebGPU backend has variants to choose from; open one to tune.');
  }
  const jobs = jobsOf(graph, backend.target, options.choose);
  return tuneJobs(backend, jobs, options);
}

/** The different problems of a graph, most work first. */
function jobsOf(graph: Graph, target: KernelTarget, choose: VariantChoice | undefined): TuningJob[] {
  const jobs = new Map<string, TuningJob & { work: number }>();
  for (const dispatch of planGraph(graph, target, choose).dispatches) {
    const { label, operation, kernel, problem, variant, cost } = dispatch;
    // Changes what it reads, so that no two runs are the same; and there is little to choose.
    if (problem.inPlace) continue;
    const key = kernel.name + JSON.stringify(problem);
    const known = jobs.get(key);
    jobs.set(key, {
      ...(known ?? { label, operation, kernel, problem, variant }),
      dispatches: (known?.dispatches ?? 0) + 1,
      // A float from memory takes about as long as four operations.
      work: (known?.work ?? 0) + cost.operations + cost.bytesRead + cost.bytesWritten,
    });
  }
  return [...jobs.values()].sort((a, b) => b.work - a.work);
}

/** As `tune`, for problems in the order given. */
export async function tuneJobs(
  backend: WebGpuBackend,
  jobs: readonly TuningJob[],
  options: TuningOptions = {},
): Promise<TuningResult> {
  const { budgetMs = 60_000, signal, repeats = 9, payBackRuns = 1000, again = false } = options;
  checkAtLeast('repeats', repeats, 6);
  checkAtLeast('budgetMs', budgetMs, 0);
  checkAtLeast('payBackRuns', payBackRuns, 0);
  const tuning = backend.tuning ?? new Tuning(backend.adapter);
  const start = performance.now();
  const elapsed = () => performance.now() - start;
  const session = new Session(backend, tuning, jobs, {
    repeats,
    payBackRuns,
    recall: !again && !options.choose,
    isOver: () => signal?.aborted === true || elapsed() >= budgetMs,
    onTrial: ({ label, kernel }, variant) =>
      options.onProgress?.({
        done: session.rows.length,
        total: jobs.length,
        label,
        kernel: kernel.name,
        variant,
        elapsedMs: elapsed(),
      }),
  });
  const clock = await openClock(backend, mostPasses);
  try {
    await session.run(clock);
  } finally {
    clock.dispose();
  }
  const { rows } = session;
  const notReached = jobs.length - rows.length;
  const complete = notReached === 0 && rows.every((row) => row.complete);
  return new TuningResult({
    rows,
    notReached,
    ended: complete ? 'complete' : signal?.aborted ? 'aborted' : 'budget',
    milliseconds: elapsed(),
    choose: tuning.choose,
  });
}

function checkAtLeast(name: string, given: number, least: number): void {
  if (!(given >= least)) {
    throw new InputError(`Tuning takes ${name} from ${least}, but it was given ${given}.`);
  }
}
