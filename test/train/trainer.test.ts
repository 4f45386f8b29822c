import { expect, test } from 'vitest';
import { ReferenceBackend } from '../../engine/reference/backend.ts';
import { memoryFiles } from '../../engine/storage/file-store.ts';
import { openTrainer, type TrainerOptions } from '../../engine/training.ts';
import { smallTraining } from './small-training.ts';

/** Trains to the end. */
async function whole(options: TrainerOptions) {
  const trainer = await openTrainer(new ReferenceBackend(), options);
  const history = await trainer.run();
  return { history, parameters: await trainer.read(), all: await trainer.parameters.read() };
}

/** Trains, stopped after this many steps, and then in another trainer to the end. */
async function interrupted(options: TrainerOptions, after: number) {
  const controller = new AbortController();
  const first = await openTrainer(new ReferenceBackend(), options);
  const stopped = first.run({
    signal: controller.signal,
    onProgress: ({ step }) => step === after && controller.abort(),
  });
  await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
  expect(first.step).toBe(after);
  const second = await openTrainer(new ReferenceBackend(), options);
  expect(second.resumedAt).toBe(after);
  const history = await second.run();
  return { history, parameters: await second.read(), all: await second.parameters.read() };
}

test('the loss falls, and every step is in the history', async () => {
  const trainer = await openTrainer(new ReferenceBackend(), smallTraining({ steps: 30, learningRate: 0.02 }));
  const seen: number[] = [];
  const history = await trainer.run({ onProgress: ({ step }) => seen.push(step) });
  expect(history.losses).toHaveLength(30);
  const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b) / numbers.length;
  expect(mean(history.losses.slice(-5))).toBeLessThan(0.9 * mean(history.losses.slice(0, 5)));
  expect(seen.slice(0, 30)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  expect(history).toMatchObject({ ended: 'complete', checkpointProblem: undefined });
});

test.each([1, 3])(
  'stopped and resumed is the same as never stopped, %d micro-batches',
  async (accumulate) => {
    const plain = await whole(smallTraining({ accumulate }));
    const store = memoryFiles();
    const checkpoint = { store, name: 'head', every: 4 };
    const resumed = await interrupted(smallTraining({ accumulate, checkpoint }), 5);
    expect(resumed.history.losses).toEqual(plain.history.losses);
    expect(resumed.all).toEqual(plain.all);
    // Dropout and optimiser state matter: another seed gives other losses.
    const other = await whole(smallTraining({ accumulate, seed: 4 }));
    expect(other.history.losses).not.toEqual(plain.history.losses);
  },
);
