import { describe, expect, test } from 'vitest';
import { imagePreprocess } from '../../engine/graph/image-preprocess.ts';
import { input } from '../../engine/graph/leaf.ts';
import { segmentMean } from '../../engine/graph/segments.ts';
import { elementCount, type Graph, leaves, topologicalOrder } from '../../engine/graph/value.ts';
import {
  classify,
  mobilenetV1,
  mobilenetV1Parameters,
  mobilenetV1Values,
} from '../../engine/models/mobilenet_v1.ts';
import { kernelOf, problemOf } from '../../engine/plan/kernels.ts';
import { uniform } from '../../engine/random.ts';
import { interpret } from '../../engine/reference/interpreter.ts';

/** Multiply-adds of convolutions and matrix products, as the paper counts. */
function multiplyAdds(graph: Graph): number {
  return topologicalOrder(graph)
    .filter(({ operation }) => ['conv2d', 'depthwise_conv2d', 'matmul'].includes(operation.kind))
    .reduce((sum, value) => sum + kernelOf(value.operation.kind)!.cost(problemOf(value)).operations / 2, 0);
}

function parameterCount(options: Parameters<typeof mobilenetV1Parameters>[0]): number {
  return [...mobilenetV1Parameters(options).values()].reduce(
    (sum, { shape }) => sum + elementCount(shape),
    0,
  );
}

/** Seeded parameters for a small network. */
function someParameters(options: Parameters<typeof mobilenetV1Parameters>[0]): Record<string, Float32Array> {
  const parameters: Record<string, Float32Array> = {};
  let counter = 0;
  for (const [name, { shape }] of mobilenetV1Parameters(options)) {
    const scale = 2 / Math.sqrt(elementCount(shape.slice(0, -1)));
    parameters[name] = Float32Array.from(
      { length: elementCount(shape) },
      () => (uniform(11, counter++) - 0.45) * scale,
    );
  }
  return parameters;
}

describe('MobileNet v1', () => {
  test('has the sizes of table 1 in every layer', () => {
    const shapes = Object.fromEntries(
      Object.entries(mobilenetV1Values({ batch: 2 })).map(([name, { shape }]) => [name, shape.join('×')]),
    );
    expect(shapes).toEqual({
      conv1: '2×112×112×32',
      'block1/depthwise': '2×112×112×32',
      'block1/pointwise': '2×112×112×64',
      'block2/depthwise': '2×56×56×64',
      'block2/pointwise': '2×56×56×128',
      'block3/depthwise': '2×56×56×128',
      'block3/pointwise': '2×56×56×128',
      'block4/depthwise': '2×28×28×128',
      'block4/pointwise': '2×28×28×256',
      'block5/depthwise': '2×28×28×256',
      'block5/pointwise': '2×28×28×256',
      'block6/depthwise': '2×14×14×256',
      'block6/pointwise': '2×14×14×512',
      'block7/depthwise': '2×14×14×512',
      'block7/pointwise': '2×14×14×512',
      'block8/depthwise': '2×14×14×512',
      'block8/pointwise': '2×14×14×512',
      'block9/depthwise': '2×14×14×512',
      'block9/pointwise': '2×14×14×512',
      'block10/depthwise': '2×14×14×512',
      'block10/pointwise': '2×14×14×512',
      'block11/depthwise': '2×14×14×512',
      'block11/pointwise': '2×14×14×512',
      'block12/depthwise': '2×7×7×512',
      'block12/pointwise': '2×7×7×1024',
      'block13/depthwise': '2×7×7×1024',
      'block13/pointwise': '2×7×7×1024',
      features: '2×1024',
      logits: '2×1001',
      probabilities: '2×1001',
    });
  });

  test('pads stride 2 on bottom and right only', () => {
    const convolutions = topologicalOrder(mobilenetV1()).flatMap(({ operation }) =>
      operation.kind === 'depthwise_conv2d' || operation.kind === 'conv2d' ? [operation] : [],
    );
    for (const { strides, padding } of convolutions) {
      if (strides[0] === 2) expect(padding).toEqual({ top: 0, bottom: 1, left: 0, right: 1 });
    }
    expect(convolutions.filter(({ strides }) => strides[0] === 2)).toHaveLength(5);
    expect(convolutions).toHaveLength(27);
  });

  // Tables 4, 6 and 7 of the paper, for the 1000 classes it has, in millions.
  test.each([
    { alpha: 1, imageSize: 224, millionMultiplyAdds: 569, millionParameters: 4.2 },
    { alpha: 0.75, imageSize: 224, millionMultiplyAdds: 325, millionParameters: 2.6 },
    { alpha: 0.5, imageSize: 224, millionMultiplyAdds: 149, millionParameters: 1.3 },
    { alpha: 0.25, imageSize: 224, millionMultiplyAdds: 41, millionParameters: 0.5 },
    { alpha: 1, imageSize: 192, millionMultiplyAdds: 418, millionParameters: 4.2 },
    { alpha: 1, imageSize: 128, millionMultiplyAdds: 186, millionParameters: 4.2 },
  ])('costs what the paper says at α = $alpha, $imageSize pixels', ({ alpha, imageSize, ...published }) => {
    const options = { alpha, imageSize, classes: 1000 };
    expect(Math.round(multiplyAdds(mobilenetV1(options)) / 1e6)).toBe(published.millionMultiplyAdds);
    expect(parameterCount(options) / 1e6).toBeCloseTo(published.millionParameters, 1);
  });

  test('has 4,222,057 parameters with 1001 classes, in layouts that end in the output channels', () => {
    expect(parameterCount({})).toBe(4_222_057);
    const shape = (name: string) => mobilenetV1Parameters().get(name)!.shape;
    expect(mobilenetV1Parameters().size).toBe(2 * 28);
    expect(shape('conv1/kernel')).toEqual([3, 3, 3, 32]);
    expect(shape('block12/depthwise/kernel')).toEqual([3, 3, 512]);
    expect(shape('block12/pointwise/kernel')).toEqual([1, 1, 512, 1024]);
    expect(shape('block12/pointwise/bias')).toEqual([1024]);
    expect(shape('classifier/kernel')).toEqual([1024, 1001]);
  });

  test('never has fewer than 8 channels', () => {
    expect(mobilenetV1Values({ alpha: 0.1 }).conv1!.shape[3]).toBe(8);
    expect(mobilenetV1Values({ alpha: 0.1 }).features!.shape[1]).toBe(102);
  });

  test('may end after fewer blocks', () => {
    const { features, 'block3/pointwise': last, 'block4/depthwise': none } = mobilenetV1Values({ depth: 3 });
    expect(features!.inputs[0]).toBe(last);
    expect(features!.shape).toEqual([1, 128]);
    expect(none).toBeUndefined();
  });

  test('lists the values it has when asked for another', () => {
    expect(() => mobilenetV1({ outputs: ['block14/pointwise'] })).toThrow(
      /^MobileNet has no value 'block14\/pointwise'; it has: conv1, block1\/depthwise, .*, probabilities\.$/,
    );
    expect(() => mobilenetV1({ outputs: ['toString'] })).toThrow("no value 'toString'");
    expect(() => mobilenetV1({ outputs: [] })).toThrow('at least one');
    expect(() => mobilenetV1({ alpha: 0 })).toThrow('alpha must be greater than 0, but it is 0');
    expect(() => mobilenetV1({ depth: 14 })).toThrow('depth must be from 1 to 13, but it is 14');
    expect(() => mobilenetV1({ image: input('image', [1, 224, 224, 4]) })).toThrow('[B, H, W, 3]');
  });

  test('an intermediate alone needs only the layers before it', () => {
    const graph = mobilenetV1({ outputs: ['block1/depthwise'] });
    expect([...leaves(graph, 'parameter').keys()]).toEqual([
      'conv1/kernel',
      'conv1/bias',
      'block1/depthwise/kernel',
      'block1/depthwise/bias',
    ]);
  });

  test('takes preprocessed photos, of a ragged batch, and their number from them', () => {
    const image = imagePreprocess(input('pixels', [1000, 4], 'uint8'), input('layout', [3, 3], 'uint32'), {
      height: 160,
      width: 160,
    });
    const graph = mobilenetV1({ image });
    expect(graph.outputs.features!.shape).toEqual([3, 1024]);
    expect([...leaves(graph, 'input').keys()]).toEqual(['pixels', 'layout']);
  });

  const small = { alpha: 0.25, imageSize: 32, classes: 10, batch: 2 };

  test('photos of a batch do not influence each other', () => {
    const parameters = someParameters(small);
    const image = Float64Array.from({ length: 2 * 32 * 32 * 3 }, (_, i) => 2 * uniform(12, i) - 1);
    const both = interpret(mobilenetV1(small), { inputs: { image }, parameters });
    const second = interpret(mobilenetV1({ ...small, batch: 1 }), {
      inputs: { image: image.slice(32 * 32 * 3) },
      parameters,
    });
    expect(both.features!.slice(256)).toEqual(second.features);
    expect(both.features!.slice(0, 256)).not.toEqual(second.features);
    expect(both.probabilities!.slice(0, 10).reduce((sum, p) => sum + p)).toBeCloseTo(1, 12);
  });

  test('every intermediate is after ReLU6', () => {
    const names = Object.keys(mobilenetV1Values(small)).filter((name) => /^(conv1|block)/.test(name));
    const values = interpret(mobilenetV1({ ...small, outputs: names }), {
      inputs: { image: Float64Array.from({ length: 2 * 32 * 32 * 3 }, (_, i) => 2 * uniform(12, i) - 1) },
      parameters: someParameters(small),
    });
    expect(names).toHaveLength(27);
    for (const name of names) {
      for (const number of values[name]!) expect(number >= 0 && number <= 6).toBe(true);
      expect(Math.max(...values[name]!), name).toBeGreaterThan(0);
    }
  });

  test('the classifier alone, on features pooled over the photos of a set', () => {
    const features = input('features', [2, 64]);
    const pooled = segmentMean(features, input('offsets', [2], 'uint32'));
    const { probabilities } = classify(pooled, { classes: 3 });
    const graph = { outputs: { probabilities } };
    const { probabilities: p } = interpret(graph, {
      inputs: { features: new Float64Array(128).fill(1), offsets: Uint32Array.of(0, 2) },
      parameters: {
        'classifier/kernel': Float64Array.from({ length: 64 * 3 }, (_, i) => (i % 3) / 64),
        'classifier/bias': new Float64Array(3),
      },
    });
    const total = 1 + Math.E + Math.E ** 2;
    p!.forEach((probability, i) => {
      expect(probability).toBeCloseTo(Math.E ** i / total, 14);
    });
    expect(() => classify(input('x', [1, 7, 7, 1024]))).toThrow('features must be [B, K]');
  });
});
