import { expect, test } from 'vitest';
import { expectedBits, syntheticBits } from './synthetic-bits.ts';

test('browsers draw the same bits as Node', () => {
  expect(syntheticBits()).toBe(expectedBits);
});
