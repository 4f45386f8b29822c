/** One run, watched: which stage took when, and when each dispatch ran. */
import type { HostArray } from '../backend.ts';
import type { WebGpuDevice } from '../gpu/device.ts';
import type { Plan } from '../plan/plan.ts';
import { type EncodableDispatch, encodeDispatch } from '../run/encode.ts';
import type { PassTimer, PassTimes } from './pass-timer.ts';
import type { StageProfile } from './profile.ts';

/** Is told when a stage of a run begins (before the first, inputs are written); may encode the dispatches itself. */
export interface RunWatch {
  stage(name: 'encode' | 'submit' | 'gpu'): void;
  encode?(encoder: GPUCommandEncoder): void;
}

/** What is profiled: a compiled graph. */
export interface ProfiledProgram {
  readonly gpu: WebGpuDevice;
  readonly plan: Plan;
  /** What compiling took, ms. */
  readonly compileMs: number;
  readonly dispatches: readonly EncodableDispatch[];
  run(inputs: Readonly<Record<string, HostArray>>, watch?: RunWatch): Promise<unknown>;
  /** Throws where the program cannot run any more. */
  requireUsable(): void;
}

export interface RecordedRun {
  readonly wallMs: number;
  readonly stages: readonly StageProfile[];
  /** Begin and end of each dispatch on the GPU's clock, ms; empty without a timer. */
  readonly passes: readonly PassTimes[];
}

/** Runs once with every dispatch in a timed pass of its own, or in one pass and without times where there is no timer. */
export async function recordRun(
  program: ProfiledProgram,
  inputs: Readonly<Record<string, HostArray>>,
  timer: PassTimer | undefined,
): Promise<RecordedRun> {
  const at: Partial<Record<StageProfile['name'], number>> = {};
  let done: Promise<number> | undefined;
  const start = performance.now();
  await program.run(inputs, {
    stage(name) {
      at[name] = performance.now();
      if (name === 'gpu') {
        done = program.gpu.device.queue.onSubmittedWorkDone().then(() => performance.now());
      }
    },
    ...(timer && {
      encode: (encoder: GPUCommandEncoder) =>
        timer.encode(
          encoder,
          program.dispatches.map((dispatch) => (pass) => encodeDispatch(pass, dispatch)),
        ),
    }),
  });
  const end = performance.now();
  const passes = (await timer?.read()) ?? [];
  const { encode = start, submit = encode, gpu: submitted = submit } = at;
  const gpu = placeGpuInterval(submitted, Math.min((await done) ?? end, end), passes);
  const shift = start - program.compileMs;
  const stage = (name: StageProfile['name'], from: number, to: number): StageProfile => ({
    name,
    startMs: from - shift,
    milliseconds: Math.max(to - from, 0),
  });
  return {
    wallMs: end - start,
    passes,
    stages: [
      stage('compile', shift, start),
      stage('write inputs', start, encode),
      stage('encode', encode, submit),
      stage('submit', submit, submitted),
      stage('gpu', gpu.from, gpu.to),
      stage('read back', gpu.to, end),
    ],
  };
}

/**
 * Where on the host's clock the GPU worked, between the return of `submit` and the news that it was done. Without
 * timestamps: all that time. With them the length is known, and what is left is shared equally by the latencies before
 * and after, which nothing tells apart.
 */
export function placeGpuInterval(
  submitted: number,
  done: number,
  passes: readonly PassTimes[],
): { readonly from: number; readonly to: number } {
  const length = passes.length > 0 ? passes.at(-1)!.end - passes[0]!.begin : Number.NaN;
  const slack = done - submitted - length;
  // Where the GPU took longer than the host saw, a clock is coarse, or the GPU began while `submit` still ran.
  if (!(length >= 0 && slack >= 0)) return { from: submitted, to: Math.max(done, submitted) };
  return { from: submitted + slack / 2, to: done - slack / 2 };
}
