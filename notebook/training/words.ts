/** The course of a training in words. */
import { formatSignificant } from '../profile/format.ts';
import { formatDuration } from '../state/duration.ts';
import type { TrainingData } from './data.ts';

/** A figure under its name. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  /** What stands behind it, smaller. */
  readonly note?: string;
}

/** Numbers of any size: `0.0123`, `12.3`, `1.2e-5`. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(2) : formatSignificant(value, 4);
}

function bestOf({ validations, bestStep }: TrainingData) {
  return validations.find(({ step }) => step === bestStep);
}

/** What stands above the chart. */
export function figures(data: TrainingData): Figure[] {
  const { step, steps, epoch, loss, validations, stepsPerSecond, remainingSeconds, elapsedMs, state } = data;
  const found: Figure[] = [{ name: 'Step', value: String(step), note: `of ${steps}` }];
  if (epoch) found.push({ name: 'Epoch', value: String(epoch.number), note: `of ${epoch.of}` });
  found.push({ name: 'Loss', value: formatNumber(loss) });
  const last = validations.at(-1);
  const best = bestOf(data);
  if (last) {
    const note = best && best !== last ? `best ${formatNumber(best.value)}` : best ? 'the best' : '';
    found.push({ name: 'Validation', value: formatNumber(last.value), note });
  }
  if (stepsPerSecond > 0) found.push({ name: 'Steps/s', value: formatSignificant(stepsPerSecond) });
  if (state !== 'running') found.push({ name: 'Took', value: formatDuration(elapsedMs) });
  else if (remainingSeconds !== null) {
    found.push({ name: 'Left', value: formatDuration(1000 * remainingSeconds) });
  }
  return found;
}

/** How it stands, in a phrase. */
export function stateInWords({ state, step, bestStep, checkpointStep }: TrainingData): string {
  const kept = checkpointStep === null ? '' : `; the checkpoint of step ${checkpointStep} is in store`;
  switch (state) {
    case 'running':
      return checkpointStep === null ? '' : `Checkpoint of step ${checkpointStep}`;
    case 'complete':
      return bestStep === null || bestStep === step
        ? 'All steps are made'
        : `All steps are made; parameters are those of step ${bestStep}, the best`;
    case 'early':
      return `Stopped early: no better validation since step ${bestStep ?? 0}, whose parameters are back`;
    case 'stopped':
      return `Stopped after step ${step}${kept}`;
  }
}

/** One line for programs that show text only, and for screen readers. */
export function describeTraining(data: TrainingData): string {
  const parts = figures(data).map(({ name, value, note }) => `${name} ${value}${note ? ` ${note}` : ''}`);
  const state = stateInWords(data);
  const head = data.label === '' ? '' : `${data.label}: `;
  return `${head}${parts.join(', ')}${state ? `. ${state}` : ''}.`;
}
