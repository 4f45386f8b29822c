import { expect, test } from 'vitest';
import { parseOptions } from './options.ts';

test('defaults: every workload that runs a model, every runtime, in Chromium', () => {
  expect(parseOptions([])).toEqual({
    workloads: ['mobilenet', 'head', 'together'],
    batches: [1, 8, 32],
    photos: 8,
    rounds: undefined,
    quick: false,
    runtimes: ['warpbook', 'tensorflow.js', 'onnxruntime-web', 'jax-js'],
    host: 'chromium',
    json: undefined,
    save: false,
  });
});

test('options are read; lists take the order of the table', () => {
  const options = parseOptions([
    '--workloads=head,mobilenet',
    '--batch=4,4,2',
    '--photos=30',
    '--rounds=9',
    '--runtimes=jax-js,warpbook',
    '--host=node',
    '--json=a.json',
    '--save',
  ]);
  expect(options).toEqual({
    workloads: ['mobilenet', 'head'],
    batches: [4, 2],
    photos: 30,
    rounds: 9,
    quick: false,
    runtimes: ['warpbook', 'jax-js'],
    host: 'node',
    json: 'a.json',
    save: true,
  });
});

test('the environment names the browser, and the option overrules it', () => {
  expect(parseOptions([], { WARPBOOK_BROWSER: 'firefox' }).host).toBe('firefox');
  expect(parseOptions(['--host=node'], { WARPBOOK_BROWSER: 'firefox' }).host).toBe('node');
});

test('train stands for the workloads that train', () => {
  expect(parseOptions(['train']).workloads).toEqual(['train-head', 'train-mobilenet']);
  expect(parseOptions(['train', '--workloads=train-head']).workloads).toEqual(['train-head']);
  expect(parseOptions(['--workloads=train-mobilenet,head']).workloads).toEqual(['head', 'train-mobilenet']);
  expect(() => parseOptions(['tune'])).toThrow('no "tune"');
});

test('a quick run has one round unless told, and is not kept', () => {
  expect(parseOptions(['train', '--quick'])).toMatchObject({ quick: true, rounds: 1 });
  expect(parseOptions(['train', '--quick', '--rounds=2']).rounds).toBe(2);
  expect(() => parseOptions(['train', '--quick', '--save'])).toThrow('--quick');
});

test('wrong values are refused by name', () => {
  expect(() => parseOptions(['--batch=1,x'])).toThrow('--batch is "x"');
  expect(() => parseOptions(['--rounds=0'])).toThrow('--rounds is "0"');
  expect(() => parseOptions(['--runtimes=onnx'])).toThrow('--runtimes has "onnx"');
  expect(() => parseOptions(['--workloads=training'])).toThrow('--workloads has "training"');
  expect(() => parseOptions([], { WARPBOOK_BROWSER: 'safari' })).toThrow('--host has "safari"');
});
