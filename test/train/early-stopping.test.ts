import { expect, test } from 'vitest';
import { ReferenceBackend } from '../../engine/reference/backend.ts';
import { memoryFiles } from '../../engine/storage.ts';
import { bestValidation, isOutOfPatience } from '../../engine/train/early-stopping.ts';
import { openTrainer } from '../../engine/training.ts';
import { smallTraining } from './small-training.ts';

const course = (...values: number[]) => values.map((value, index) => ({ step: 10 * (index + 1), value }));

test('the first of the best validations counts', () => {
  expect(bestValidation(course(3, 1, 2, 1), true)).toEqual({ step: 20, value: 1 });
  expect(bestValidation(course(3, 1, 3, 2), false)).toEqual({ step: 10, value: 3 });
  expect(bestValidation(course(Number.NaN, 5), true)).toEqual({ step: 20, value: 5 });
  expect(bestValidation(course(Number.NaN), true)).toBeUndefined();
});

test('patience is the number of validations without a better one', () => {
  expect(isOutOfPatience(course(3, 2, 2), true, 2)).toBe(false);
  expect(isOutOfPatience(course(3, 2, 2, 2), true, 2)).toBe(true);
  expect(isOutOfPatience(course(1, 2, 3), false, 1)).toBe(false);
  expect(isOutOfPatience(course(Number.NaN, Number.NaN), true, 2)).toBe(true);
});

/** Becomes better until step 6. */
const values: Record<number, number> = { 2: 5, 4: 4, 6: 1, 8: 3, 10: 2, 12: 0 };

test('training stops without a better validation, with the best parameters', async () => {
  const store = memoryFiles();
  const seen = new Map<number, Float32Array>();
  const options = smallTraining({
    validate: {
      every: 2,
      patience: 2,
      run: async (parameters, step) => {
        seen.set(step, (await parameters.read(['output/kernel']))['output/kernel']!);
        return values[step]!;
      },
    },
    checkpoint: { store, name: 'head', every: 100 },
  });
  const trainer = await openTrainer(new ReferenceBackend(), options);
  const history = await trainer.run();
  expect(history).toMatchObject({ ended: 'early', best: { step: 6, value: 1 } });
  expect(history.losses).toHaveLength(10);
  expect(history.validations.map(({ step }) => step)).toEqual([2, 4, 6, 8, 10]);
  const { 'output/kernel': kernel } = await trainer.read(['output/kernel']);
  expect(kernel).toEqual(seen.get(6));
  expect(kernel).not.toEqual(seen.get(10));

  // It has ended: opened again it has nothing to do, and has the best parameters all the same.
  const again = await openTrainer(new ReferenceBackend(), options);
  expect(again.resumedAt).toBe(10);
  expect((await again.run()).losses).toEqual(history.losses);
  expect((await again.read(['output/kernel']))['output/kernel']).toEqual(kernel);
});

test('a training resumed between validations stops where an uninterrupted one does', async () => {
  const run = (_: unknown, step: number) => values[step]!;
  const validate = { every: 2, patience: 2, run };
  const plain = await openTrainer(new ReferenceBackend(), smallTraining({ validate }));
  const expected = await plain.run();

  const options = smallTraining({ validate, checkpoint: { store: memoryFiles(), name: 'head', every: 100 } });
  const controller = new AbortController();
  const first = await openTrainer(new ReferenceBackend(), options);
  const onProgress = ({ step }: { step: number }) => step === 7 && controller.abort();
  await expect(first.run({ signal: controller.signal, onProgress })).rejects.toThrow();
  const second = await openTrainer(new ReferenceBackend(), options);
  const { milliseconds: _, stepsPerSecond: __, ...history } = await second.run();
  expect(expected).toMatchObject(history);
  expect(await second.parameters.read()).toEqual(await plain.parameters.read());
});

test('where larger is better, and the last step is no multiple', async () => {
  const validate = { every: 5, lowerIsBetter: false, run: (_: unknown, step: number) => step };
  const trainer = await openTrainer(new ReferenceBackend(), smallTraining({ validate }));
  const history = await trainer.run();
  expect(history.validations.map(({ step }) => step)).toEqual([5, 10, 12]);
  expect(history.best).toEqual({ step: 12, value: 12 });
});

test('a validation that returns no number is named', async () => {
  const validate = { every: 2, run: () => undefined as unknown as number };
  const trainer = await openTrainer(new ReferenceBackend(), smallTraining({ validate }));
  await expect(trainer.run()).rejects.toThrow('after step 2 it returned undefined');
});
