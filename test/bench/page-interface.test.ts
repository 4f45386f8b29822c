import { expect, test } from 'vitest';
import { decodeOutput, encodeOutput } from './page-interface.ts';

test('numbers survive the way out of the page, bit for bit, however many', () => {
  const numbers = Float32Array.from(
    { length: 100_000 },
    (_, index) => Math.sin(index) * 10 ** ((index % 60) - 30),
  );
  numbers[7] = Number.NaN;
  numbers[8] = -0;
  const bits = (array: Float32Array) => new Uint32Array(array.buffer, array.byteOffset, array.length);
  expect(bits(decodeOutput(encodeOutput(numbers)))).toEqual(bits(numbers));
  expect([...decodeOutput(encodeOutput(numbers.subarray(3, 5)))]).toEqual([...numbers.subarray(3, 5)]);
});
