/** A fine-tuning step of MobileNet v1 in jax-js. Photos are `[B, C, H, W]`, as its convolutions want them. */
import { lax, nn, numpy as np, tree } from '@jax-js/jax';
import { featureCount, kernelSize, type Layer, layers, samePadding } from '../../network.ts';
import { normalization, type Task } from '../../tasks.ts';
import { type Fetch, fetchWeights } from '../runtime.ts';
import { fetchBatches } from './batches.ts';
import { type Arrays, compileStep, crossEntropy, initialState, type Loss } from './jax-step.ts';

/**
 * A depthwise convolution with stride 2 as nine products with shifted photos: the gradient by the photo that jax-js 0.1.25
 * gives on WebGPU for its own strided grouped convolution is wrong by half (on its other backends it is right).
 *
 * @param kernel `[C, 1, 3, 3]`
 */
function halvingDepthwise(x: np.Array, kernel: np.Array): np.Array {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const [rows, columns] = [height / 2, width / 2];
  // Even and odd rows and columns apart: a stride that slices do not have. One row and column are for the padding.
  const phases = np
    .pad(x, [
      [0, 0],
      [0, 0],
      [0, 2],
      [0, 2],
    ])
    .reshape([batch, channels, rows + 1, 2, columns + 1, 2]);
  const terms: np.Array[] = [];
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      const [top, left] = [i >> 1, j >> 1];
      const shifted = phases.ref.slice([], [], [top, top + rows], i & 1, [left, left + columns], j & 1);
      terms.push(shifted.mul(kernel.ref.slice([], 0, i, j).reshape([1, channels, 1, 1])));
    }
  }
  tree.dispose([phases, kernel]);
  return terms.reduce((sum, term) => sum.add(term));
}

/**
 * A 1×1 convolution as a matrix product over pixels; a whole step is a fifth faster so.
 *
 * @param kernel `[O, C, 1, 1]`
 */
function pointwise(x: np.Array, kernel: np.Array): np.Array {
  const [batch, inputs, height, width] = x.shape as [number, number, number, number];
  const outputs = kernel.shape[0]!;
  const pixels = np.transpose(x, [0, 2, 3, 1]).reshape([batch * height * width, inputs]);
  const product = np.matmul(pixels, np.transpose(kernel.reshape([outputs, inputs])));
  return np.transpose(product.reshape([batch, height, width, outputs]), [0, 3, 1, 2]);
}

function convolve(layer: Layer, x: np.Array, kernel: np.Array): np.Array {
  const { kind, stride, inputs } = layer;
  if (kind === 'pointwise') return pointwise(x, kernel);
  if (kind === 'depthwise' && stride === 2) return halvingDepthwise(x, kernel);
  const padding = x.shape
    .slice(2)
    .map((size): [number, number] => [...samePadding(size, kernelSize(layer), stride)]);
  const featureGroupCount = kind === 'depthwise' ? inputs : 1;
  return lax.convGeneralDilated(x, kernel, [stride, stride], padding, { featureGroupCount });
}

const lossOf: Loss = (p, { x, targets }) => {
  const statistics: Arrays = {};
  let y = x!;
  for (const layer of layers) {
    const { name, outputs } = layer;
    const channels = [1, outputs, 1, 1];
    const convolved = convolve(layer, y, p[`${name}/kernel`]!);
    const mean = np.mean(convolved.ref, [0, 2, 3], { keepdims: true });
    const centered = convolved.sub(mean.ref);
    const variance = np.mean(np.square(centered.ref), [0, 2, 3], { keepdims: true });
    const normalized = centered.div(np.sqrt(variance.ref.add(normalization.epsilon)));
    const [scale, shift] = ['scale', 'shift'].map((kind) => p[`${name}/${kind}`]!.reshape(channels));
    y = nn.relu6(normalized.mul(scale!).add(shift!));
    statistics[`${name}/mean`] = mean.reshape([outputs]);
    statistics[`${name}/variance`] = variance.reshape([outputs]);
  }
  const logits = np.matmul(np.mean(y, [2, 3]), p['classifier/kernel']!).add(p['classifier/bias']!);
  return [crossEntropy(targets!, logits), statistics];
};

function parametersOf(weights: Readonly<Record<string, Float32Array<ArrayBuffer>>>, targets: number): Arrays {
  const parameters: Arrays = {
    'classifier/kernel': np.array(weights['classifier/kernel']!, { shape: [featureCount, targets] }),
    'classifier/bias': np.array(weights['classifier/bias']!),
  };
  for (const layer of layers) {
    const { name, kind, inputs, outputs } = layer;
    const size = kernelSize(layer);
    const shape = [size, size, kind === 'depthwise' ? 1 : inputs, outputs];
    const kernel = np.array(weights[`${name}/kernel`]!, { shape });
    parameters[`${name}/kernel`] = np.transpose(kernel, [3, 2, 0, 1]);
    for (const part of ['scale', 'shift'])
      parameters[`${name}/${part}`] = np.array(weights[`${name}/${part}`]!);
  }
  return parameters;
}

function movingAverages(): Arrays {
  return Object.fromEntries(
    layers.flatMap(({ name, outputs }) => [
      [`${name}/mean`, np.zeros([outputs])],
      [`${name}/variance`, np.ones([outputs])],
    ]),
  );
}

/** @returns what puts the weights on the GPU and gives the step, which answers with its loss */
export async function prepareMobilenet(task: Task, fetch: Fetch): Promise<() => () => Promise<number>> {
  const { photos, training } = task;
  const { imageSize, targets, learningRate } = training!;
  const [weights, batches] = await Promise.all([
    fetchWeights(fetch, 'normalized.safetensors'),
    fetchBatches(task, 'nchw', fetch),
  ]);
  return () => {
    let state = initialState(parametersOf(weights, targets), movingAverages());
    const step = compileStep(lossOf, learningRate);
    let steps = 0;
    return async () => {
      const batch = batches[steps++ % batches.length]!;
      const given: Arrays = {
        x: np.array(batch.examples, { shape: [photos, 3, imageSize, imageSize] }),
        targets: np.array(batch.targets, { shape: [photos, targets] }),
      };
      const [loss, next] = step(state, given, steps);
      state = next;
      return (await loss.data())[0]!;
    };
  };
}
