import { expect, test } from 'vitest';
import { packSizes } from '../../engine/run/sizes-buffer.ts';
import type { KernelProgram } from '../../kernels/kernel.ts';

function program(sizes?: readonly number[]): KernelProgram {
  const launch = { wgsl: '', workgroupSize: [1, 1, 1], workgroups: [1, 1, 1] } as const;
  return sizes ? { ...launch, sizes } : launch;
}

test('each program begins at the alignment, filled up to a multiple of 16 bytes', () => {
  const { data, ranges } = packSizes([program([1, 2, 3]), program(), program([4, 5, 6, 7, 8])], 256);
  expect(ranges).toEqual([{ offset: 0, size: 16 }, undefined, { offset: 256, size: 32 }]);
  expect([...data.subarray(0, 4)]).toEqual([1, 2, 3, 0]);
  expect([...data.subarray(64, 72)]).toEqual([4, 5, 6, 7, 8, 0, 0, 0]);
  expect(data.filter((word) => word !== 0)).toHaveLength(8);
  for (const range of ranges)
    if (range) expect(range.offset + range.size).toBeLessThanOrEqual(data.byteLength);
});

test('an alignment below 16 bytes leaves no gaps and no overlaps', () => {
  const { data, ranges } = packSizes([program([1]), program([2, 3, 4, 5])], 4);
  expect(ranges).toEqual([
    { offset: 0, size: 16 },
    { offset: 16, size: 16 },
  ]);
  expect([...data]).toEqual([1, 0, 0, 0, 2, 3, 4, 5]);
});

test('no program with sizes, no buffer', () => {
  const { data, ranges } = packSizes([program(), program()], 256);
  expect(data).toHaveLength(0);
  expect(ranges).toEqual([undefined, undefined]);
});
