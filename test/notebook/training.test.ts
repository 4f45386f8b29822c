import { describe, expect, it } from 'vitest';
import type { TrainingProgress } from '../../engine/train/history.ts';
import { panel, roundTicks } from '../../notebook/renderers/training/layout.ts';
import { mostPoints, stretches, trainingData } from '../../notebook/training/data.ts';
import { readTraining } from '../../notebook/training/read.ts';
import { describeTraining, formatNumber } from '../../notebook/training/words.ts';
import { mimeTypes } from '../../notebook/worker/protocol.ts';
import { TrainingProgressDisplay } from '../../notebook/worker/training-progress.ts';

function progressAt(step: number, ended?: 'complete' | 'early'): TrainingProgress {
  const losses = Array.from({ length: step }, (_, index) => 1 / (index + 1));
  const validations = losses.flatMap((_, index) =>
    index % 10 === 9 ? [{ step: index + 1, value: 0.5 }] : [],
  );
  return {
    step,
    steps: 1000,
    epoch: { number: Math.ceil(step / 100), of: 10 },
    loss: losses.at(-1)!,
    learningRate: 0.01,
    stepsPerSecond: 20,
    remainingSeconds: (1000 - step) / 20,
    checkpointStep: 100,
    history: {
      losses,
      validations,
      best: validations[0],
      milliseconds: 50 * step,
      stepsPerSecond: 19,
      ended,
      checkpointProblem: undefined,
    },
  };
}

describe('the course of a training', () => {
  it('is a bounded number of stretches, each with its mean and its ends', () => {
    expect(stretches([3, 1, 2, 6, 5], 3)).toEqual([
      { step: 2, mean: 2, low: 1, high: 3 },
      { step: 4, mean: 4, low: 2, high: 6 },
      { step: 5, mean: 5, low: 5, high: 5 },
    ]);
    const many = stretches(Array.from({ length: 100_000 }, (_, index) => index));
    expect(many.length).toBeLessThanOrEqual(mostPoints);
    expect(many.at(-1)).toMatchObject({ step: 100_000, high: 99_999 });
    const { validations } = trainingData('', { ...progressAt(1000), steps: 1000 }, false);
    expect(validations).toHaveLength(100);
  });

  it('survives a document, and nothing that is not one is drawn', () => {
    const data = trainingData('Head', progressAt(250), false);
    const stored = JSON.parse(JSON.stringify(data)) as Record<string, unknown>;
    expect(readTraining(stored)).toEqual(data);
    for (const [name, wrong] of [
      ['steps', 0],
      ['loss', null],
      ['state', 'odd'],
      ['losses', [{ step: 1, mean: '1' }]],
      ['validations', 'x'.repeat(9)],
      ['epoch', { number: -1, of: 2 }],
      ['problem', {}],
      ['losses', Array.from({ length: 1000 }, () => data.losses[0])],
    ] as const) {
      expect(readTraining({ ...stored, [name]: wrong }), name).toBeUndefined();
    }
    expect(readTraining(null)).toBeUndefined();
  });

  it('is said in words', () => {
    expect(describeTraining(trainingData('Head', progressAt(250), false))).toBe(
      'Head: Step 250 of 1000, Epoch 3 of 10, Loss 0.004000, Validation 0.5000 best 0.5000, Steps/s 20.0, Left 37.5 s. Checkpoint of step 100.',
    );
    expect(describeTraining(trainingData('', progressAt(40, 'early'), true))).toContain(
      'Stopped early: no better validation since step 10, whose parameters are back.',
    );
    expect([0, 0.01234, 12.3456, 1234567, 0.00001].map(formatNumber)).toEqual([
      '0',
      '0.01234',
      '12.35',
      '1.23e+6',
      '1.00e-5',
    ]);
  });

  it('lies within its panel, also when all numbers are equal', () => {
    expect(roundTicks(0, 1000, 5)).toEqual([0, 200, 400, 600, 800, 1000]);
    expect(roundTicks(0.12, 0.34, 4)).toEqual([0.2, 0.3]);
    const { y, ticks } = panel([2, 10], 20, 100);
    expect(y(10)).toBeGreaterThan(20);
    expect(y(2)).toBeLessThan(120);
    expect(y(6)).toBeCloseTo(70);
    expect(ticks.map(({ label }) => label)).toEqual(['5', '10']);
    expect(panel([3, 3], 0, 100).y(3)).toBeCloseTo(50);
    expect(panel([0, 0], 0, 100).ticks.length).toBeGreaterThan(0);
  });
});

describe('a training shown by a cell', () => {
  function display(check = () => {}) {
    const drawn: object[] = [];
    const sent: (object | Promise<object>)[] = [];
    const shown = new TrainingProgressDisplay({
      label: 'Head',
      draw: (bundle) => drawn.push(bundle),
      send: (bundle) => sent.push(bundle),
      check,
    });
    return { shown, drawn, sent };
  }

  it('is drawn at the first step, sent now and then, and complete at the end', async () => {
    const { shown, drawn, sent } = display();
    for (let step = 1; step < 50; step++) shown.update(progressAt(step));
    expect(drawn).toMatchObject([{ [mimeTypes.training]: { step: 1, state: 'running' } }]);
    expect(sent.length).toBeLessThanOrEqual(1);
    shown.update(progressAt(50, 'complete'));
    shown.finish();
    expect(await sent.at(-1)).toMatchObject({
      [mimeTypes.training]: { step: 50, state: 'complete' },
      [mimeTypes.chart]: { vconcat: [{}, {}] },
      [mimeTypes.svg]: expect.stringContaining('<svg'),
      [mimeTypes.plain]: expect.stringContaining('All steps are made'),
    });
  });

  it('shows the last step of a training that was stopped, and lets the check stop it', async () => {
    let asked = false;
    const { shown, sent } = display(() => {
      if (asked) throw new Error('stopped');
    });
    shown.update(progressAt(7));
    asked = true;
    expect(() => shown.update(progressAt(8))).toThrow('stopped');
    shown.finish();
    expect(await sent.at(-1)).toMatchObject({ [mimeTypes.training]: { step: 8, state: 'stopped' } });
    const { sent: none, shown: never } = display();
    never.finish();
    expect(none).toEqual([]);
  });
});
