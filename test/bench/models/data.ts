/**
 * Writes the files that the runtimes load: weights, models, and inputs in the layout that each runtime takes, so that
 * nobody pays for another's layout. A program of its own, since it needs packages that are installed by the benchmark.
 *
 * Usage: `tsx models/data.ts FOLDER TASK…`, each task as JSON.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSafetensors, serializeSafetensors } from '../../../engine/formats/safetensors.ts';
import { initializeAggregationHead } from '../../../engine/models/aggregation-head.ts';
import { readMobilenetV1 } from '../../../engine/models/mobilenet_v1_weights.ts';
import { imagesToChannelsFirst, membershipMask, paddedMask, padRows } from '../layout.ts';
import { featureCount, imageSize } from '../network.ts';
import type { Task } from '../tasks.ts';
import { OnnxBuilder } from './builder.ts';
import { addMembershipHead, addPaddedHead } from './head-onnx.ts';
import { addFeatures, addMobilenet, type Weights } from './mobilenet-onnx.ts';
import { noise } from './noise.ts';
import { normalizedMobilenet, trainingBatches } from './training.ts';

function mobilenetWeights(): { weights: Weights; bytes: Uint8Array } {
  const bytes = readFileSync(new URL('../../../weights/mobilenet_v1_1.0_224.safetensors', import.meta.url));
  const { parameters } = readMobilenetV1(parseSafetensors(new Uint8Array(bytes).buffer, 'mobilenet_v1'));
  const weights = Object.fromEntries(
    Object.entries(parameters).map(([name, data]) => {
      if (!(data instanceof Float32Array)) throw new TypeError(`The weights '${name}' are not float32.`);
      return [name, data];
    }),
  );
  return { weights, bytes };
}

/** Seeded as before training, but with biases: a forgotten one must be seen. */
function headWeights(): { weights: Weights; bytes: Uint8Array } {
  const options = { kind: 'two-attention-gated', capacity: 1, sets: 1 } as const;
  const weights = initializeAggregationHead(options, 3);
  Object.keys(weights).forEach((name, index) => {
    if (name.endsWith('/bias')) weights[name] = noise(weights[name]!.length, 100 + index, -0.1, 0.1);
  });
  const tensors = Object.entries(weights).map(([name, data]) => {
    const outputs = weights[name.replace('/kernel', '/bias')]?.length;
    const shape = name.endsWith('/kernel') ? [data.length / outputs!, outputs!] : [data.length];
    return [name, { dataType: 'float32' as const, shape, data }] as const;
  });
  return { weights, bytes: serializeSafetensors(new Map(tensors)) };
}

function writeTask(folder: string, task: Task): void {
  const write = (name: string, data: Uint8Array | Float32Array): void =>
    writeFileSync(join(folder, name), new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  const { name, workload, photos, counts } = task;
  if (task.training) {
    for (const [kind, data] of trainingBatches(task)) write(`${name}.${kind}`, data);
    if (workload === 'train-head') write('head.safetensors', headWeights().bytes);
    else write('normalized.safetensors', normalizedMobilenet(mobilenetWeights().weights));
    return;
  }
  const longest = Math.max(...counts);
  const model = new OnnxBuilder();
  const mobilenet = workload === 'head' ? undefined : mobilenetWeights();
  const head = workload === 'mobilenet' ? undefined : headWeights();
  if (mobilenet) {
    write('mobilenet.safetensors', mobilenet.bytes);
    const image = noise(photos * imageSize * imageSize * 3, 1, -1, 1);
    write(`image-${photos}.nhwc`, image);
    write(`image-${photos}.nchw`, imagesToChannelsFirst(image, [photos, imageSize, imageSize, 3]));
  }
  if (head) write('head.safetensors', head.bytes);
  if (workload === 'mobilenet') addMobilenet(model, mobilenet!.weights, photos);
  if (workload === 'head') {
    // As MobileNet's features are: not negative.
    const features = noise(photos * featureCount, 2, 0, 2);
    write(`${name}.ragged`, features);
    write(`${name}.padded`, padRows(features, featureCount, counts));
    write(`${name}.mask`, paddedMask(counts));
    addPaddedHead(model, head!.weights, counts.length, longest);
  }
  if (workload === 'together') {
    write(`${name}.mask`, membershipMask(counts));
    model.input('image', [photos, 3, imageSize, imageSize]);
    const features = addFeatures(model, mobilenet!.weights);
    addMembershipHead(model, head!.weights, features, counts.length, photos);
  }
  write(`${name}.onnx`, model.bytes(name));
}

const [folder, ...tasks] = process.argv.slice(2);
if (!folder) throw new Error('Name the folder to write to.');
mkdirSync(folder, { recursive: true });
for (const text of tasks) writeTask(folder, JSON.parse(text) as Task);
