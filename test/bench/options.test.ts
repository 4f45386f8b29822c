import { expect, test } from 'vitest';
import { parseOptions } from './options.ts';

test('defaults: every runtime, batch 1 and 8', () => {
  expect(parseOptions([])).toEqual({
    batches: [1, 8],
    rounds: undefined,
    runtimes: ['warpbook', 'tensorflow.js', 'jax-js'],
    json: undefined,
    save: false,
  });
});

test('options are read', () => {
  const options = parseOptions([
    '--batch=4',
    '--rounds=9',
    '--runtimes=jax-js,warpbook',
    '--json=a.json',
    '--save',
  ]);
  expect(options).toEqual({
    batches: [4],
    rounds: 9,
    runtimes: ['warpbook', 'jax-js'],
    json: 'a.json',
    save: true,
  });
});

test('wrong values are refused by name', () => {
  expect(() => parseOptions(['--batch=1,x'])).toThrow('--batch is "x"');
  expect(() => parseOptions(['--rounds=0'])).toThrow('--rounds is "0"');
  expect(() => parseOptions(['--runtimes=onnx'])).toThrow('--runtimes has "onnx"');
});
