/** Profiles a program on the GPU. */
import type { HostArray } from '../backend.ts';
import { encodeDispatch } from '../run/encode.ts';
import { type GpuClock, openClock, openWallClock } from './clock.ts';
import { memoryProfile } from './memory.ts';
import { PassTimer } from './pass-timer.ts';
import type { DispatchProfile, Profile, ProfileOptions } from './profile.ts';
import { type ProfiledProgram, type RecordedRun, recordRun } from './recorded-run.ts';
import { type Estimate, sampleWork } from './sample.ts';
import { checkRepeats, median } from './statistics.ts';

/** Runs to learn what profiling costs go on for so long, ms, but there are two with and two without at least. */
const overheadBudgetMs = 1000;

/**
 * Profiles a program: times of the dispatches by timestamp queries where the device has them (else the wall-clock time of
 * each submitted alone, which the profile says), stages of one recorded run, and what profiling itself costs.
 *
 * Every dispatch is repeated in its pass until the clock can see it, so a short one finds its operands in caches.
 */
export async function profileProgram(
  program: ProfiledProgram,
  inputs: Readonly<Record<string, HostArray>>,
  { repeats = 5, ceilings = null }: ProfileOptions = {},
): Promise<Profile> {
  checkRepeats(repeats);
  const { gpu, dispatches, plan } = program;
  await program.run(inputs); // Warm-up: first use of memory and caches; and refuses inputs that do not fit.
  let clock = await openClock(gpu, dispatches.length);
  try {
    const { recorded, plain } = await runsWithAndWithout(program, inputs, clock, repeats);
    const work = dispatches.map(
      (dispatch) => (pass: GPUComputePassEncoder) => encodeDispatch(pass, dispatch),
    );
    const beforeRound = () => program.requireUsable(); // It may have been disposed of while the GPU worked.
    let estimates = await sampleWork(clock, work, repeats, { beforeRound });
    if (estimates.includes(null)) {
      clock.dispose();
      clock = await openWallClock(gpu);
      estimates = await sampleWork(clock, work, repeats, { beforeRound });
    }
    const run = recorded.sort((a, b) => a.wallMs - b.wallMs)[recorded.length >> 1]!;
    const rows = describeDispatches(program, estimates as Estimate[], run);
    return {
      version: 1,
      clock: clock.kind,
      resolutionMs: clock.stepMs,
      device: gpu.description,
      repeats,
      dispatches: rows,
      totalMs: rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
      stages: run.stages,
      overhead: { plainMs: median(plain), profiledMs: median(recorded.map(({ wallMs }) => wallMs)) },
      memory: memoryProfile(plan),
      ceilings,
    };
  } finally {
    clock.dispose();
  }
}

/** Runs with and without timestamps in turn, so that both see the same machine. */
async function runsWithAndWithout(
  program: ProfiledProgram,
  inputs: Readonly<Record<string, HostArray>>,
  { kind }: GpuClock,
  repeats: number,
): Promise<{ recorded: RecordedRun[]; plain: number[] }> {
  const { gpu, dispatches } = program;
  const recorded: RecordedRun[] = [];
  const plain: number[] = [];
  const timer =
    kind === 'timestamp-query'
      ? await gpu.guard('timestamps of a run', () => new PassTimer(gpu, dispatches.length))
      : undefined;
  try {
    const start = performance.now();
    for (
      let pair = 0;
      pair < 2 || (pair < repeats && performance.now() - start < overheadBudgetMs);
      pair += 1
    ) {
      plain.push((await recordRun(program, inputs, undefined)).wallMs);
      recorded.push(await recordRun(program, inputs, timer));
    }
  } finally {
    timer?.dispose();
  }
  return { recorded, plain };
}

function describeDispatches(
  { dispatches }: ProfiledProgram,
  estimates: readonly Estimate[],
  { passes }: RecordedRun,
): DispatchProfile[] {
  let free = 0;
  return dispatches.map(({ dispatch }, index) => {
    const { label, operation, kernel, variant, problem, program: shader, cost } = dispatch;
    const { milliseconds, uncertaintyMs, passRepeats } = estimates[index]!;
    const begun = passes.length > 0 ? passes[index]!.begin - passes[0]!.begin : free;
    const startMs = Math.max(begun || 0, free); // NaN where the clock was reset.
    free = startMs + milliseconds;
    return {
      label,
      operation,
      kernel: kernel.name,
      variant: variant.name,
      shape: problem.output.shape,
      workgroups: shader.workgroups,
      workgroupSize: shader.workgroupSize,
      registerTile: variant.registerTile ?? null,
      milliseconds,
      uncertaintyMs,
      passRepeats,
      startMs,
      operations: cost.operations,
      bytes: cost.bytesRead + cost.bytesWritten,
    };
  });
}
