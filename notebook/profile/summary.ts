/** A profile in sentences. */
import type { Profile } from '../../engine/profile/profile.ts';
import { formatDuration, formatMeasured, formatShare } from './format.ts';
import { kernelRows, sumRows } from './rows.ts';

const clocks: Readonly<Record<Profile['clock'], string>> = {
  'timestamp-query': 'GPU timestamps',
  'wall-clock': 'wall clock, each dispatch submitted alone',
  cpu: 'processor time',
};

/** `GPU timestamps, step 0.1 ms`. */
export function describeClock({ clock, resolutionMs }: Profile): string {
  return resolutionMs > 0
    ? `${clocks[clock]}, step ${formatDuration(resolutionMs).replace(/\.0+ /, ' ')}`
    : clocks[clock];
}

/** The sum over the dispatches with its uncertainty: `1000.9 ± 3.2 ms`. */
export function describeTotal(profile: Profile): string {
  const { milliseconds, uncertaintyMs } = sumRows(kernelRows(profile), '');
  const { value, uncertainty } = formatMeasured(milliseconds, uncertaintyMs);
  return `${value} ${uncertainty}`.trim().concat(' ms');
}

/** What profiling itself costs, as one sentence; empty where it was not measured. */
export function describeOverhead({ overhead: { plainMs, profiledMs } }: Profile): string {
  if (plainMs <= 0 || profiledMs <= 0) return '';
  const times = `(${formatDuration(profiledMs)}, without it ${formatDuration(plainMs)})`;
  // A run that is quicker with the timestamps only says how much runs differ.
  return profiledMs > plainMs
    ? `Profiling makes a run ${formatShare(profiledMs / plainMs - 1)} longer ${times}.`
    : `Profiling costs nothing that could be measured ${times}.`;
}

const verbs: Readonly<Record<Profile['stages'][number]['name'], string>> = {
  compile: 'compiling',
  'write inputs': 'writing inputs',
  encode: 'encoding',
  submit: 'submitting',
  gpu: 'GPU',
  'read back': 'reading back',
};

/** Where the time of a run went, as one sentence; empty where no stages were recorded. */
export function describeStages({ stages }: Profile): string {
  const compile = stages.find(({ name }) => name === 'compile');
  const run = stages.filter(({ name }) => name !== 'compile');
  const first = run[0];
  if (!first) return '';
  const end = Math.max(...run.map(({ startMs, milliseconds }) => startMs + milliseconds));
  const parts = run.flatMap(({ name, startMs, milliseconds }) => {
    const part = `${verbs[name]} ${formatDuration(milliseconds)}`;
    if (name !== 'gpu') return [part];
    const submitted = run.findLast((stage) => stage.name === 'submit');
    const latency = submitted ? startMs - submitted.startMs - submitted.milliseconds : 0;
    return latency > 0 ? [`latency ${formatDuration(latency)}`, part] : [part];
  });
  const whole = `The recorded run took ${formatDuration(end - first.startMs)}: ${parts.join(', ')}.`;
  return compile ? `${whole} Compiling took ${formatDuration(compile.milliseconds)} before it.` : whole;
}

/** Device, clock and sums on one line, for places without a page. */
export function describeProfile(profile: Profile): string {
  const { dispatches, device, repeats } = profile;
  return `${dispatches.length} dispatches, ${describeTotal(profile)} on ${device} (${describeClock(profile)}; median of ${repeats})`;
}
