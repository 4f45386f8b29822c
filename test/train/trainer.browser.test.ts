import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openWebGpu, type WebGpuBackend } from '../../engine/index.ts';
import { memoryFiles } from '../../engine/storage.ts';
import { openTrainer, type Trainer, type TrainerOptions } from '../../engine/training.ts';
import { batch, smallTraining } from './small-training.ts';

let stops = false;
/** One for all tests: compiled shaders are found again. */
let backend: WebGpuBackend;

beforeAll(async () => {
  backend = await openWebGpu({
    checkpoint() {
      if (stops) throw new Error('The cell was stopped.');
    },
  });
});
afterAll(() => backend.dispose());

const open = (options: TrainerOptions) => openTrainer(backend, options);

/** Everything that training has changed, and the loss of each step. */
async function resultOf(trainer: Trainer) {
  return { losses: trainer.history.losses, parameters: await trainer.parameters.read() };
}

test('the same seed gives the same bits after 100 steps', async () => {
  const options = smallTraining({ steps: 100 });
  const [first, second] = [await open(options), await open(options)];
  // Both at a time: what else the GPU does makes no difference.
  await Promise.all([first.run(), second.run()]);
  const result = await resultOf(first);
  expect(result.losses).toHaveLength(100);
  expect(await resultOf(second)).toEqual(result);
  expect(result.losses[99]).toBeLessThan(result.losses[0]!);
});

test.each([1, 3])(
  'stopped and resumed is the same as never stopped, %d micro-batches',
  async (accumulate) => {
    const plain = await open(smallTraining({ accumulate }));
    await plain.run();
    const expected = await resultOf(plain);

    const checkpoint = { store: memoryFiles(), name: 'head', every: 4 };
    const options = smallTraining({ accumulate, checkpoint });
    const first = await open(options);
    const controller = new AbortController();
    const onProgress = ({ step }: { step: number }) => step === 5 && controller.abort();
    await expect(first.run({ signal: controller.signal, onProgress })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(first.step).toBeLessThan(12);
    const second = await open(options);
    expect(second.resumedAt).toBe(first.step);
    await second.run();
    expect(await resultOf(second)).toEqual(expected);
  },
);

test('batches are prepared while the GPU computes, and a bounded number of steps is under way', async () => {
  const made: number[] = [];
  let done = 0;
  const ahead: number[] = [];
  const options = smallTraining({
    batch: (step) => {
      made.push(step);
      ahead.push(step - done);
      return batch(step, 0);
    },
  });
  const trainer = await open(options);
  await trainer.run({ onProgress: ({ step }) => (done = step) });
  expect(made).toEqual(Array.from({ length: 12 }, (_, step) => step));
  expect(Math.max(...ahead)).toBe(3);
});

test('a step is one submit, and nothing but its loss is read', async () => {
  const trainer = await open(smallTraining({ steps: 5 }));
  const submit = vi.spyOn(backend.device.queue, 'submit');
  const map = vi.spyOn(GPUBuffer.prototype, 'mapAsync');
  await trainer.run();
  expect(submit).toHaveBeenCalledTimes(5);
  expect(map.mock.contexts.map((buffer) => (buffer as GPUBuffer).size)).toEqual([4, 4, 4, 4, 4]);
  submit.mockRestore();
  map.mockRestore();
});

test('a lost device ends the training, which goes on from its checkpoint on another', async () => {
  const plain = await open(smallTraining());
  await plain.run();
  const expected = await resultOf(plain);

  const options = smallTraining({ checkpoint: { store: memoryFiles(), name: 'head', every: 4 } });
  const fragile = await openWebGpu();
  const trainer = await openTrainer(fragile, options);
  const onProgress = ({ step }: { step: number }) => step === 7 && fragile.device.destroy();
  const ended = trainer.run({ onProgress });
  await expect(ended).rejects.toMatchObject({ name: 'DeviceLostError' });
  await expect(ended).rejects.toThrow(
    'The checkpoint "head" of step 4 is intact. Open the training on a new',
  );
  await expect(trainer.run()).rejects.toThrow('Open the training anew');
  const next = await open(options);
  expect(next.resumedAt).toBe(4);
  await next.run();
  expect(await resultOf(next)).toEqual(expected);
});

test.each([1, 3])(
  'a host that stops the engine finds the training between two steps, %d micro-batches',
  async (accumulate) => {
    const plain = await open(smallTraining({ accumulate }));
    await plain.run();
    const expected = await resultOf(plain);

    const trainer = await open(smallTraining({ accumulate }));
    const stopping = trainer.run();
    // As when a message comes from the page: at any moment, not only after a step.
    const timer = setInterval(() => {
      stops ||= trainer.step >= 4;
    });
    await expect(stopping).rejects.toThrow('The cell was stopped.');
    clearInterval(timer);
    expect(trainer.step).toBeGreaterThanOrEqual(4);
    expect(trainer.step).toBeLessThan(12);
    stops = false;
    await trainer.run();
    expect(await resultOf(trainer)).toEqual(expected);
  },
);

test('a loss that is no number stops the training in one sentence', async () => {
  const store = memoryFiles();
  const poisoned = smallTraining({
    batch: (step) => {
      const inputs = batch(step, 0);
      if (step === 6) inputs.features.fill(Number.NaN);
      return inputs;
    },
    checkpoint: { store, name: 'head', every: 2 },
  });
  const trainer = await open(poisoned);
  const ended = trainer.run();
  await expect(ended).rejects.toMatchObject({
    name: 'DivergedError',
    message:
      'The loss of step 7 is NaN: its input \'features\' holds numbers that are not finite; mend the data. The checkpoint "head" of step 6 is intact.',
  });
  expect((await open(poisoned)).resumedAt).toBe(6);

  const wild = await open(smallTraining({ learningRate: 1e30 }));
  await expect(wild.run()).rejects.toThrow(
    /^The loss of step \d+ is (NaN|Infinity|-Infinity): try a learning rate below 1e\+30, a warm-up, or clipNorm/,
  );
  await expect(wild.run()).rejects.toThrow('Open the training anew');
});

test('a checkpoint never holds parameters that are not finite', async () => {
  const store = memoryFiles();
  const options = { learningRate: (step: number) => (step < 2 ? 0.01 : 1e39), steps: 3 };
  const trainer = await open(smallTraining({ ...options, checkpoint: { store, name: 'head', every: 1 } }));
  await expect(trainer.run()).rejects.toThrow(
    /^After step 3 '.*' holds numbers that are not finite.*of step 2 is intact\.$/,
  );
  const kept = await open(smallTraining({ steps: 2, checkpoint: { store, name: 'head', every: 1 } }));
  expect(Object.values(await kept.read()).every((numbers) => numbers.every(Number.isFinite))).toBe(true);
});
