import { describe, expect, test } from 'vitest';
import { fromFloat16, toFloat16 } from '../../engine/data-type.ts';

const bitsOf = (number: number) => toFloat16(Float32Array.of(number))[0];

describe('float16', () => {
  test('every one of the 65,536 bit patterns survives a round trip', () => {
    const all = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);
    const back = toFloat16(fromFloat16(all));
    all.forEach((bits, index) => {
      const isNotANumber = (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0;
      if (isNotANumber) expect(back[index]! & 0x7fff).toBe(0x7e00);
      else expect(back[index]).toBe(bits);
    });
  });

  test('known values of IEEE 754 binary16', () => {
    expect(bitsOf(1)).toBe(0x3c00);
    expect(bitsOf(-2)).toBe(0xc000);
    expect(bitsOf(65504)).toBe(0x7bff);
    expect(bitsOf(65519.996)).toBe(0x7bff);
    expect(bitsOf(65520)).toBe(0x7c00);
    expect(bitsOf(2 ** -24)).toBe(0x0001);
    expect(bitsOf(2 ** -14)).toBe(0x0400);
    expect(bitsOf(-0)).toBe(0x8000);
    expect(bitsOf(1 / 3)).toBe(0x3555);
  });

  test('ties go to the even neighbour', () => {
    expect(bitsOf(1 + 2 ** -11)).toBe(0x3c00);
    expect(bitsOf(1 + 3 * 2 ** -11)).toBe(0x3c02);
    expect(bitsOf(2 ** -25)).toBe(0x0000);
    expect(bitsOf(3 * 2 ** -25)).toBe(0x0002);
  });
});
