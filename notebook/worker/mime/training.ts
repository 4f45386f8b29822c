/** The course of a training as an output: live for Warpbook, and at the end a chart for everything else. */
import type { JsonObject, MimeBundle } from '../../document/nbformat.ts';
import type { TrainingData } from '../../training/data.ts';
import { describeTraining } from '../../training/words.ts';
import { mimeTypes } from '../protocol.ts';
import { chart } from './chart.ts';
import { mimeMethod } from './displayable.ts';

/** What is shown while it runs. */
export function trainingBundle(data: TrainingData): MimeBundle {
  return { [mimeTypes.training]: data as unknown as JsonObject, [mimeTypes.plain]: describeTraining(data) };
}

/** What stays: the same, and the curves in Vega-Lite and as SVG. */
export async function finalTrainingBundle(data: TrainingData): Promise<MimeBundle> {
  const drawn = await chart(trainingChart(data))[mimeMethod]();
  return { ...drawn, ...trainingBundle(data) };
}

/** Loss by step, and below it the validations where there are any. */
function trainingChart({ label, steps, losses, validations, bestStep }: TrainingData): object {
  const width = 560;
  const x = (title: string | null) => ({
    field: 'step',
    type: 'quantitative',
    title,
    scale: { domain: [0, steps], nice: false },
  });
  const y = (field: string, title: string) => ({
    field,
    type: 'quantitative',
    title,
    scale: { zero: false },
  });
  const loss = {
    width,
    height: 180,
    data: { values: losses },
    encoding: { x: x(validations.length > 0 ? null : 'step') },
    layer: [
      { mark: { type: 'area', opacity: 0.2 }, encoding: { y: y('low', 'loss'), y2: { field: 'high' } } },
      { mark: { type: 'line' }, encoding: { y: y('mean', 'loss') } },
    ],
  };
  const title = label || 'Training';
  if (validations.length === 0) return { title, ...loss };
  const points = validations.map(({ step, value }) => ({ step, value, best: step === bestStep }));
  const validation = {
    width,
    height: 90,
    data: { values: points },
    encoding: { x: x('step'), y: y('value', 'validation') },
    layer: [
      { mark: { type: 'line', color: '#c4622d' } },
      {
        mark: { type: 'point', filled: true, color: '#c4622d' },
        encoding: { size: { condition: { test: 'datum.best', value: 120 }, value: 30 } },
      },
    ],
  };
  return { title, vconcat: [loss, validation] };
}
