import { expect, test } from 'vitest';
import { initializeAggregationHead, parameter } from '../../engine/index.ts';
import { ReferenceBackend } from '../../engine/reference/backend.ts';
import { memoryFiles } from '../../engine/storage.ts';
import {
  accumulate,
  adam,
  aggregationHeadLoss,
  openTrainer,
  sgd,
  type TrainerOptions,
  trainingStep,
} from '../../engine/training.ts';
import { batch, shape, smallTraining } from './small-training.ts';

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

/** A training of several micro-batches, each of which also moves an average. */
function withAverage(options: Partial<TrainerOptions> = {}): TrainerOptions {
  const loss = aggregationHeadLoss(shape);
  const average = accumulate(parameter('average', [1]), loss, { keep: 0.9, factor: 0.1 });
  const step = trainingStep({ loss, optimizer: sgd({ momentum: 0.9 }), accumulate: 2, updates: { average } });
  const parameters = { ...initializeAggregationHead(shape, 7), average: Float32Array.of(2) };
  return smallTraining({ step, parameters, ...options });
}

test('moving averages go on with the training', async () => {
  const plain = await whole(withAverage());
  expect(plain.parameters.average![0]).not.toBe(2);
  const resumed = await interrupted(
    withAverage({ checkpoint: { store: memoryFiles(), name: 'a', every: 4 } }),
    5,
  );
  expect(resumed).toMatchObject({ parameters: plain.parameters });
  expect(resumed.history.losses).toEqual(plain.history.losses);
});

test('a step that was stopped in its middle is made again only where it left no trace', async () => {
  let fails = true;
  const stopping: TrainerOptions['batch'] = (step, microBatch) => {
    if (fails && step === 3 && microBatch === 1) throw new Error('no such photo');
    return batch(step, microBatch);
  };
  const first = await openTrainer(new ReferenceBackend(), smallTraining({ accumulate: 2, batch: stopping }));
  await expect(first.run()).rejects.toThrow('no such photo');
  fails = false;
  const history = await first.run();
  expect(history.losses).toEqual((await whole(smallTraining({ accumulate: 2 }))).history.losses);

  fails = true;
  const second = await openTrainer(new ReferenceBackend(), withAverage({ batch: stopping }));
  await expect(second.run()).rejects.toThrow('no such photo');
  await expect(second.run()).rejects.toThrow(
    'in the middle of a step that cannot be repeated. Open the training anew',
  );
});

test('epochs are counted, and options that do not fit are named', async () => {
  const open = (options: Partial<TrainerOptions>) => {
    const { steps: _, ...rest } = smallTraining();
    return openTrainer(new ReferenceBackend(), { ...rest, ...options });
  };
  const epochs: string[] = [];
  const trainer = await open({ epochs: 2, stepsPerEpoch: 3 });
  await trainer.run({ onProgress: ({ epoch }) => epochs.push(`${epoch!.number} of ${epoch!.of}`) });
  expect(epochs.slice(0, 6)).toEqual(['1 of 2', '1 of 2', '1 of 2', '2 of 2', '2 of 2', '2 of 2']);
  await expect(open({})).rejects.toThrow('either steps, or epochs and stepsPerEpoch');
  await expect(open({ steps: 0 })).rejects.toThrow('a whole number above 0 for steps, but it is 0');
  await expect(open({ steps: 1, seed: -1 })).rejects.toThrow('a seed that is a whole number from 0');
  await expect(open({ steps: 1, parameters: {} })).rejects.toThrow(/The parameter '.*' is missing/);
  const none = await open({ steps: 2, batch: () => undefined as never });
  await expect(none.run()).rejects.toThrow('batch(0, 0) must return the inputs of the graph by name');
  const running = trainer.run();
  await expect(trainer.run()).rejects.toThrow('runs already');
  await running;
});

test('each micro-batch is told its rate, its mask and its part of the sums', async () => {
  const given: Record<string, unknown>[] = [];
  class Recording extends ReferenceBackend {
    override async compile(...[graph, parameters]: Parameters<ReferenceBackend['compile']>) {
      const program = await super.compile(graph, parameters);
      const run = program.run.bind(program);
      program.run = (inputs) => {
        const { optimizer, random, accumulation } = inputs;
        given.push({ optimizer, random, accumulation });
        return run(inputs);
      };
      return program;
    }
  }
  const optimizer = adam({ beta1: 0.8 });
  const step = trainingStep({ loss: aggregationHeadLoss(shape), optimizer, accumulate: 2 });
  const options = smallTraining({ step, steps: 3, seed: 9, learningRate: (step) => 0.01 / (step + 1) });
  await (await openTrainer(new Recording(), options)).run();
  expect(given).toEqual(
    [0, 1, 2].flatMap((step) => [
      { random: Uint32Array.of(9, 2 * step), accumulation: Float32Array.of(0, 0.5) },
      { random: Uint32Array.of(9, 2 * step + 1), accumulation: Float32Array.of(1, 0.5) },
      { optimizer: optimizer.numbers(step + 1, 0.01 / (step + 1)) },
    ]),
  );
});
