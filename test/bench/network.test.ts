import { expect, test } from 'vitest';
import { mobilenetV1Parameters } from '../../engine/models/mobilenet_v1.ts';
import { classCount, featureCount, kernelSize, layers, samePadding } from './network.ts';

test('the layers name the parameters of the published weights, with their shapes', () => {
  const expected = new Map([...mobilenetV1Parameters()].map(([name, { shape }]) => [name, shape.join()]));
  const actual = new Map([
    ['classifier/kernel', `${featureCount},${classCount}`],
    ['classifier/bias', `${classCount}`],
  ]);
  for (const layer of layers) {
    const size = kernelSize(layer);
    const channels = layer.kind === 'depthwise' ? [layer.inputs] : [layer.inputs, layer.outputs];
    actual.set(`${layer.name}/kernel`, [size, size, ...channels].join());
    actual.set(`${layer.name}/bias`, `${layer.outputs}`);
  }
  expect(Object.fromEntries(actual)).toEqual(Object.fromEntries(expected));
});

test('the strides reduce 224 pixels to 7', () => {
  expect(layers.reduce((size, { stride }) => Math.ceil(size / stride), 224)).toBe(7);
});

test('SAME padding gives the odd element to the end', () => {
  expect(samePadding(224, 3, 2)).toEqual([0, 1]);
  expect(samePadding(112, 3, 1)).toEqual([1, 1]);
  expect(samePadding(7, 3, 2)).toEqual([1, 1]);
  expect(samePadding(14, 1, 1)).toEqual([0, 0]);
});
