/** The curves of a training: loss, and validations in a panel of their own, since they are on another scale. */
import { svg, type TemplateResult } from 'lit';
import type { TrainingData } from '../../training/data.ts';
import { type AxisTick, lastStep, type Panel, panel, path, roundTicks } from './layout.ts';

const margin = { left: 52, right: 12, top: 20, bottom: 36 };
const lossHeight = 150;
const validationHeight = 70;
const gap = 34;

/** @param width pixels */
export function drawCurves(data: TrainingData, width: number): TemplateResult {
  const { losses, validations, bestStep } = data;
  const end = lastStep(data);
  const right = width - margin.right;
  const x = (step: number) => margin.left + ((right - margin.left) * step) / end;
  const loss = panel(
    losses.flatMap(({ low, high }) => [low, high]),
    margin.top,
    lossHeight,
  );
  const validation =
    validations.length > 0
      ? panel(
          validations.map(({ value }) => value),
          margin.top + lossHeight + gap,
          validationHeight,
        )
      : undefined;
  const lowest = validation ?? loss;
  const bottom = lowest.top + lowest.height;
  const steps = roundTicks(0, end, (right - margin.left) / 90)
    .filter(Number.isInteger)
    .map((step): AxisTick => ({ at: x(step), label: String(step) }));

  const above = losses.map(({ step, high }) => ({ x: x(step), y: loss.y(high) }));
  const below = losses.map(({ step, low }) => ({ x: x(step), y: loss.y(low) }));
  const mean = losses.map((stretch) => ({ x: x(stretch.step), y: loss.y(stretch.mean) }));
  const points = validation
    ? validations.map(({ step, value }) => ({ step, x: x(step), y: validation.y(value) }))
    : [];
  const best = points.find(({ step }) => step === bestStep);
  return svg`<svg viewBox="0 0 ${width} ${bottom + margin.bottom}" height=${bottom + margin.bottom} aria-hidden="true">
    ${frame(loss, 'Loss', right)}
    <path class="band" d="${path([...above, ...below.toReversed()])}Z" />
    <path class="curve" d=${path(mean)} />
    ${mean.length === 1 ? svg`<circle class="curve" cx=${mean[0]!.x} cy=${mean[0]!.y} r="1" />` : ''}
    ${validation ? frame(validation, 'Validation', right) : ''}
    <path class="curve validation" d=${path(points)} />
    ${points.map(({ x, y }) => svg`<circle class="point" cx=${x} cy=${y} r=${points.length > 60 ? 1.5 : 2.5} />`)}
    ${best ? svg`<circle class="best" cx=${best.x} cy=${best.y} r="5.5" />` : ''}
    ${steps.map(
      ({ at, label }) =>
        svg`<line class="axis" x1=${at} x2=${at} y1=${bottom} y2=${bottom + 4} />
        <text x=${at} y=${bottom + 17} text-anchor="middle">${label}</text>`,
    )}
    <text x=${right} y=${bottom + 32} text-anchor="end">step</text>
  </svg>`;
}

function frame({ top, height, ticks }: Panel, title: string, right: number): TemplateResult {
  const bottom = top + height;
  return svg`
    <text class="title" x=${margin.left} y=${top - 8}>${title}</text>
    ${ticks.map(
      ({ at, label }) =>
        svg`<line class="grid" x1=${margin.left} x2=${right} y1=${at} y2=${at} />
        <text x=${margin.left - 8} y=${at + 4} text-anchor="end">${label}</text>`,
    )}
    <line class="axis" x1=${margin.left} x2=${right} y1=${bottom} y2=${bottom} />`;
}
