import { expect, test } from 'vitest';
import { initializeAggregationHead, parseSafetensors, serializeSafetensors } from '../../engine/index.ts';
import { ReferenceBackend } from '../../engine/reference/backend.ts';
import { storageFull } from '../../engine/storage/storage-error.ts';
import { type FileStore, memoryFiles, StorageError } from '../../engine/storage.ts';
import {
  aggregationHeadLoss,
  openTrainer,
  sgd,
  type TrainerOptions,
  trainingStep,
} from '../../engine/training.ts';
import { batch, shape, smallTraining } from './small-training.ts';

const name = 'training/head.safetensors';

function kept(store: FileStore, options: Partial<TrainerOptions> & { accumulate?: number } = {}) {
  return smallTraining({ steps: 6, checkpoint: { store, name, every: 2 }, ...options });
}

const open = (options: TrainerOptions) => openTrainer(new ReferenceBackend(), options);

async function trained(store: FileStore) {
  const trainer = await open(kept(store));
  await trainer.run();
  return trainer;
}

test('a checkpoint is a weight file with everything else beside', async () => {
  const store = memoryFiles();
  const trainer = await trained(store);
  const { tensors, metadata } = parseSafetensors((await store.read(name))!.buffer, name);
  expect(metadata).toMatchObject({ format: 'warpbook-checkpoint-1', step: '6', seed: '3' });
  const all = await trainer.parameters.read();
  for (const [parameter, { data }] of [...tensors].filter(([one]) => !one.startsWith('training/'))) {
    expect(data, parameter).toEqual(all[parameter]);
  }
  expect(tensors.get('hidden/kernel')!.shape).toEqual([shape.features, shape.hidden]);
  expect(tensors.has('adam/variance/hidden/kernel')).toBe(true);
  expect([...(tensors.get('training/losses')!.data as Float64Array)]).toEqual(trainer.history.losses);
});

test('a longer training goes on from the checkpoint of a shorter one', async () => {
  const store = memoryFiles();
  await trained(store);
  const longer = await open(kept(store, { steps: 9 }));
  expect(longer.resumedAt).toBe(6);
  const { losses } = await longer.run();
  const plain = await open(smallTraining({ steps: 9 }));
  expect(losses).toEqual((await plain.run()).losses);
});

const others: [string, string, Partial<TrainerOptions> & { accumulate?: number }][] = [
  ['another seed', 'seed', { seed: 4 }],
  ['other initial parameters', 'initial parameters', { parameters: initializeAggregationHead(shape, 8) }],
  ['another learning rate', 'learning rates so far', { learningRate: 0.02 }],
  ['other batches', 'batch of the last step', { batch: (step, part) => batch(step + 1, part) }],
  ['another number of micro-batches', 'graph of the step, number of micro-batches', { accumulate: 2 }],
  [
    'another optimiser',
    'graph of the step',
    { step: trainingStep({ loss: aggregationHeadLoss(shape), optimizer: sgd(), clipNorm: 5 }) },
  ],
];

test.each(others)('the checkpoint of a training with %s is refused', async (_, words, options) => {
  const store = memoryFiles();
  await trained(store);
  const refused = open(kept(store, options));
  await expect(refused).rejects.toMatchObject({ name: 'CheckpointError' });
  await expect(refused).rejects.toThrow(
    `"${name}" is of another training; not the same: ${words}. Give this one another name`,
  );
});

test('a damaged file and a file of something else are refused', async () => {
  const store = memoryFiles();
  await trained(store);
  const bytes = (await store.read(name))!;
  await store.write(name, bytes.subarray(0, bytes.length - 100));
  await expect(open(kept(store))).rejects.toThrow(
    /^The checkpoint is damaged: "training\/head.safetensors": .*remove it from the store/,
  );
  await store.write(name, bytes.subarray(0, 5));
  await expect(open(kept(store))).rejects.toThrow('The checkpoint is damaged');
  const weights = { dataType: 'float32', shape: [2], data: Float32Array.of(1, 2) } as const;
  await store.write(name, serializeSafetensors(new Map([['weights', weights]])));
  const foreign = open(kept(store));
  await expect(foreign).rejects.toMatchObject({ name: 'CheckpointError' });
  await expect(foreign).rejects.toThrow('is a file of tensors, but no checkpoint of a training; remove it');
});

/** A store that has room only while `hasRoom` says so. */
function limited(hasRoom: () => boolean): FileStore {
  const store = memoryFiles();
  return {
    ...store,
    async write(file, bytes) {
      if (!hasRoom()) throw storageFull(file, bytes.length, 'the test');
      await store.write(file, bytes);
    },
  };
}

test('training goes on when storage is full, says so, and the former checkpoint is intact', async () => {
  let writes = 0;
  const store = limited(() => ++writes <= 1);
  const trainer = await open(kept(store));
  const problems: (string | undefined)[] = [];
  const history = await trainer.run({ onProgress: (at) => problems.push(at.history.checkpointProblem) });
  const plain = await open(smallTraining({ steps: 6 }));
  expect(history.losses).toEqual((await plain.run()).losses);
  expect(history.checkpointProblem).toMatch(/^The checkpoint of step 6 is not in store: .* is full/);
  expect(problems.at(-1)).toBe(history.checkpointProblem);
  expect((await open(kept(store))).resumedAt).toBe(2);
  await expect(trainer.save()).rejects.toThrow(
    /of step 6 is not in store.*"training\/head.safetensors" of step 2 is intact/,
  );
  writes = 0;
  await trainer.save();
  expect((await open(kept(store))).resumedAt).toBe(6);
});

test('a training that is stopped says that it could not be kept', async () => {
  const store = limited(() => false);
  const controller = new AbortController();
  const trainer = await open(kept(store, { checkpoint: { store, name, every: 100 } }));
  const onProgress = ({ step }: { step: number }) => step === 3 && controller.abort();
  const stopped = trainer.run({ signal: controller.signal, onProgress });
  await expect(stopped).rejects.toThrow('The checkpoint of step 3 is not in store');
  await expect(stopped).rejects.not.toBeInstanceOf(StorageError);
});

test('save writes a checkpoint between two runs', async () => {
  const store = memoryFiles();
  const options = kept(store, { checkpoint: { store, name, every: 100 } });
  const trainer = await open(options);
  const onProgress = ({ step }: { step: number }) => {
    if (step === 3) throw new Error('enough');
  };
  await expect(trainer.run({ onProgress })).rejects.toThrow('enough');
  expect(await store.names()).toEqual([]);
  await trainer.save();
  const resumed = await open(options);
  expect(resumed.resumedAt).toBe(3);
  const { losses } = await resumed.run();
  // And the first goes on as well.
  expect((await trainer.run()).losses).toEqual(losses);
  await expect((await open(smallTraining())).save()).rejects.toThrow('has no checkpoint');
});
