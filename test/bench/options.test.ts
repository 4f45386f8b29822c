import { expect, test } from 'vitest';
import { parseOptions } from './options.ts';

test('defaults: every workload, every runtime, in Chromium', () => {
  expect(parseOptions([])).toEqual({
    workloads: ['mobilenet', 'head', 'together'],
    batches: [1, 8, 32],
    photos: 8,
    rounds: undefined,
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

test('wrong values are refused by name', () => {
  expect(() => parseOptions(['--batch=1,x'])).toThrow('--batch is "x"');
  expect(() => parseOptions(['--rounds=0'])).toThrow('--rounds is "0"');
  expect(() => parseOptions(['--runtimes=onnx'])).toThrow('--runtimes has "onnx"');
  expect(() => parseOptions(['--workloads=training'])).toThrow('--workloads has "training"');
  expect(() => parseOptions([], { WARPBOOK_BROWSER: 'safari' })).toThrow('--host has "safari"');
});
