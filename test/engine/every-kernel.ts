/** Small graphs that together use every kernel of the engine. */
import {
  add,
  aggregationHead,
  aggregationKinds,
  conv2d,
  depthwiseConv2d,
  type Graph,
  globalAveragePool,
  type HostArray,
  imagePreprocess,
  initializeAggregationHead,
  input,
  matmul,
  parameter,
  raggedOffsets,
  relu6,
  reshape,
  segmentMean,
  segmentSoftmax,
  segmentWeightedSum,
  sigmoid,
  softmax,
  tanh,
} from '../../engine/index.ts';
import { uniform } from '../../engine/random.ts';

export interface GraphCase {
  readonly name: string;
  readonly graph: Graph;
  readonly parameters: Readonly<Record<string, Float32Array>>;
  readonly inputs: Readonly<Record<string, HostArray>>;
}

const random = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_, index) => 2 * uniform(seed, index) - 1);

const featureInputs = { features: random(12 * 16, 2), offsets: raggedOffsets([1, 7, 4], 12) };

function heads(): GraphCase[] {
  return aggregationKinds.map((kind) => {
    const options = { kind, capacity: 12, sets: 3, features: 16, hidden: 8, categories: 8 } as const;
    return {
      name: kind,
      graph: aggregationHead(options),
      parameters: initializeAggregationHead(options, 5),
      inputs: featureInputs,
    };
  });
}

function segments(): GraphCase {
  const features = input('features', [12, 16]);
  const offsets = input('offsets', [4], 'uint32');
  const weights = segmentSoftmax(reshape(matmul(features, parameter('q', [16, 1])), [12]), offsets);
  return {
    name: 'segments and elements',
    graph: {
      outputs: {
        mean: segmentMean(features, offsets),
        weights,
        sum: segmentWeightedSum(weights, features, offsets),
        squashed: tanh(sigmoid(softmax(features))),
      },
    },
    parameters: { q: random(16, 6) },
    inputs: featureInputs,
  };
}

function network(): GraphCase {
  const photos = imagePreprocess(input('pixels', [100, 4], 'uint8'), input('layout', [2, 3], 'uint32'), {
    height: 8,
    width: 8,
  });
  const first = relu6(
    add(conv2d(photos, parameter('a', [3, 3, 3, 8]), { strides: 2 }), parameter('bias', [8])),
  );
  const second = conv2d(depthwiseConv2d(first, parameter('b', [3, 3, 8])), parameter('c', [1, 1, 8, 12]));
  return {
    name: 'a convolutional network',
    graph: { outputs: { y: globalAveragePool(second) } },
    parameters: { a: random(216, 7), bias: random(8, 8), b: random(72, 9), c: random(96, 10) },
    inputs: {
      pixels: Uint8Array.from({ length: 400 }, (_, index) => 255 * uniform(11, index)),
      layout: Uint32Array.of(0, 6, 8, 48, 5, 10),
    },
  };
}

export const everyKernel: readonly GraphCase[] = [...heads(), segments(), network()];
