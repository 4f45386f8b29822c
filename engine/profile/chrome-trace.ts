/**
 * A profile in the Trace Event Format of Chrome, JSON object form, for ui.perfetto.dev and chrome://tracing.
 *
 * Format: Google, "Trace Event Format" (document 1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU).
 */
import type { Profile } from './profile.ts';
import { intensity, rooflinePercent } from './roofline.ts';

/** An event: complete (`X`), counter (`C`) or metadata (`M`). Times in microseconds. */
export type TraceEvent = {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly args: Readonly<Record<string, string | number>>;
} & (
  | { readonly ph: 'X'; readonly ts: number; readonly dur: number; readonly cat: string }
  | { readonly ph: 'C'; readonly ts: number }
  | { readonly ph: 'M' }
);

export interface ChromeTrace {
  readonly traceEvents: readonly TraceEvent[];
  readonly displayTimeUnit: 'ms';
  readonly otherData: Readonly<Record<string, string>>;
}

const host = 1;
const gpu = 2;

/**
 * The recorded run: stages on the host (process 1), dispatches on the GPU (process 2), each as long as its median, and the
 * arena's bytes that are in use at each dispatch, as a counter. `JSON.stringify` makes a file of it.
 */
export function toChromeTrace(profile: Profile): ChromeTrace {
  const { dispatches, stages, memory, ceilings } = profile;
  const events: TraceEvent[] = [];
  const name = (kind: string, text: string, pid: number, tid = 0): void =>
    void events.push({ name: kind, ph: 'M', pid, tid, args: { name: text } });
  name('process_name', 'Host', host);
  name('thread_name', 'Run', host, 1);
  name('process_name', profile.device, gpu);
  name('thread_name', 'Queue', gpu, 1);
  name('thread_name', 'Dispatches', gpu, 2);
  for (const { name, startMs, milliseconds } of stages) {
    const place = name === 'gpu' ? { pid: gpu, tid: 1 } : { pid: host, tid: 1 };
    events.push({
      name,
      ph: 'X',
      cat: 'stage',
      ts: 1e3 * startMs,
      dur: 1e3 * milliseconds,
      ...place,
      args: {},
    });
  }
  const beginMs = stages.find(({ name }) => name === 'gpu')?.startMs ?? 0;
  const counter = (ms: number, bytes: number): void =>
    void events.push({ name: 'Arena', ph: 'C', ts: 1e3 * ms, pid: gpu, tid: 0, args: { bytes } });
  dispatches.forEach((dispatch, index) => {
    const { label, startMs, milliseconds, operations, bytes, shape, workgroups, workgroupSize } = dispatch;
    events.push({
      name: label,
      ph: 'X',
      cat: dispatch.operation,
      ts: 1e3 * (beginMs + startMs),
      dur: 1e3 * milliseconds,
      pid: gpu,
      tid: 2,
      args: {
        operation: dispatch.operation,
        kernel: dispatch.kernel,
        variant: dispatch.variant,
        shape: shape.join('×'),
        workgroups: workgroups.join('×'),
        'workgroup size': workgroupSize.join('×'),
        'register tile': dispatch.registerTile ?? 'none',
        'uncertainty (ms)': dispatch.uncertaintyMs,
        'executions in a pass': dispatch.passRepeats,
        operations,
        bytes,
        // JSON knows neither infinity nor NaN.
        ...(bytes > 0 && { 'operations per byte': intensity(dispatch) }),
        ...(milliseconds > 0 && {
          'GFLOP/s': operations / milliseconds / 1e6,
          'GB/s': bytes / milliseconds / 1e6,
          ...(ceilings && { '% of roofline': rooflinePercent(dispatch, ceilings) }),
        }),
      },
    });
    const live = memory.residencies.filter(({ first, last }) => first <= index && index <= last);
    counter(
      beginMs + startMs,
      live.reduce((sum, { bytes }) => sum + bytes, 0),
    );
  });
  const last = dispatches.at(-1);
  if (last) counter(beginMs + last.startMs + last.milliseconds, 0);
  return {
    traceEvents: events,
    displayTimeUnit: 'ms',
    otherData: {
      device: profile.device,
      clock: profile.clock,
      'clock step (ms)': String(profile.resolutionMs),
      'run without profiling (ms)': String(profile.overhead.plainMs),
      'run with profiling (ms)': String(profile.overhead.profiledMs),
    },
  };
}
