import { expect, test } from 'vitest';
import { fromFloat16, toFloat16 } from '../../engine/data-type.ts';
import {
  parseSafetensors,
  serializeSafetensors,
  type TensorToStore,
} from '../../engine/formats/safetensors.ts';
import { aggregationKinds, initializeAggregationHead, loadAggregationHead } from '../../engine/index.ts';
import {
  type AggregationHeadSizes,
  readAggregationHead,
  serializeAggregationHead,
  type TrainedAggregationHead,
} from '../../engine/models/aggregation-head-weights.ts';

const result = {
  k: 5,
  precision: 0.5,
  recall: 0.25,
  f1: 0.3,
  f1OfMeans: 1 / 3,
  precisionCeiling: 0.9,
  recommended: 5,
  users: 7,
  skipped: 0,
};

function head(kind: AggregationHeadSizes['kind']): TrainedAggregationHead {
  const sizes = { kind, features: 4, hidden: 3, categories: 2 };
  const initial = initializeAggregationHead({ ...sizes, capacity: 1, sets: 1 }, 7);
  const rounded = Object.entries(initial).map(([name, values]) => [name, fromFloat16(toFloat16(values))]);
  return {
    sizes,
    parameters: Object.fromEntries(rounded),
    categories: ['Apple', 'Äpfel & Birnen'],
    label: 'made for a test',
    metrics: { test: [result], baselines: { guess: [{ ...result, f1: 0.2 }] } },
    metadata: { seed: '7' },
  };
}

const read = (bytes: ArrayBuffer) => readAggregationHead(parseSafetensors(bytes, 'head.safetensors'));

/** The file with other metadata or tensors. */
async function changed(
  metadata: Record<string, string>,
  tensors: (all: Map<string, TensorToStore>) => void = () => {},
): Promise<ArrayBuffer> {
  const written = await serializeAggregationHead(head('two-attention-gated'));
  const file = parseSafetensors(written.buffer, 'head.safetensors');
  const all = new Map<string, TensorToStore>(file.tensors);
  tensors(all);
  const entries = Object.entries({ ...file.metadata, ...metadata }).filter(([, text]) => text !== '');
  return serializeSafetensors(all, Object.fromEntries(entries)).buffer;
}

test.each(aggregationKinds)('a head of kind %s is the same after a file', async (kind) => {
  const given = head(kind);
  const bytes = await serializeAggregationHead(given);
  expect(await read(bytes.buffer)).toEqual(given);
  expect(await serializeAggregationHead(given)).toEqual(bytes);
});

test('a damaged file is a clear sentence, wherever the damage is', async () => {
  const bytes = await serializeAggregationHead(head('two-attention-gated'));
  const flipped = bytes.slice();
  flipped[flipped.length - 20]! ^= 1;
  await expect(read(flipped.buffer)).rejects.toThrow(
    'head.safetensors: the parameters are not those that were written, so the file is damaged; get it again.',
  );
  await expect(async () => read(bytes.slice(0, -2).buffer)).rejects.toThrow(
    /^head\.safetensors: .*(download or copy|get) it again\.$/,
  );
  const address = `data:application/octet-stream;base64,${Buffer.from(flipped).toString('base64')}`;
  await expect(loadAggregationHead(address, { fileName: 'mine' })).rejects.toThrow(
    'mine: the parameters are not those that were written, so the file is damaged; get it again.',
  );
});

test.each(['kind', 'hidden', 'categories', 'label', 'metrics', 'parameters_sha256'])(
  'a file without "%s" is no head, and says so',
  async (key) => {
    await expect(changed({ [key]: '' }).then(read)).rejects.toThrow(
      `head.safetensors: its metadata have no proper "${key}", so it is no trained aggregation head; get the file again or train one.`,
    );
  },
);

test.each([
  ['kind', 'max'],
  ['hidden', '1.5'],
  ['metrics', '{"test": 3'],
  ['metrics', '{"test": [{"k": 5}], "baselines": {}}'],
  ['metrics', '{"test": []}'],
  ['metrics', 'null'],
])('a file whose %s is %s says so', async (key, text) => {
  await expect(changed({ [key]: text }).then(read)).rejects.toThrow(`no proper "${key}"`);
});

test('tensors that do not fit are named', async () => {
  await expect(changed({ categories: 'one' }).then(read)).rejects.toThrow(
    'head.safetensors: tensor "output/kernel" has shape [3, 2], but [3, 1] is needed',
  );
  await expect(changed({}, (all) => all.delete('gate/bias')).then(read)).rejects.toThrow(
    'head.safetensors: there is no tensor "gate/bias"',
  );
  await expect(changed({}, (all) => all.clear()).then(read)).rejects.toThrow(
    'there is no tensor "hidden/kernel"',
  );
});
