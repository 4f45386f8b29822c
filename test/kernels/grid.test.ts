import { describe, expect, test } from 'vitest';
import { gridOfInvocations, gridOfWorkgroups } from '../../kernels/grid.ts';

describe('the grid of a count', () => {
  test.each([1, 64, 65_535, 65_536, 65_537, 200_000, 131_071, 4_294_836_225])('%i workgroups', (count) => {
    const { workgroups, rowLength } = gridOfWorkgroups(count);
    const [columns, rows, layers] = workgroups;
    expect(Math.max(columns, rows)).toBeLessThanOrEqual(65_535);
    expect(layers).toBe(1);
    expect(rowLength).toBe(columns);
    expect(columns * rows).toBeGreaterThanOrEqual(count);
    expect(columns * rows - count, 'superfluous workgroups').toBeLessThan(rows);
  });

  test('invocations fill whole workgroups, and rows of the grid are numbered through', () => {
    expect(gridOfInvocations(65, 64)).toEqual({ workgroups: [2, 1, 1], rowLength: 128 });
    expect(gridOfInvocations(65_536 * 64, 64)).toEqual({ workgroups: [32_768, 2, 1], rowLength: 2_097_152 });
  });
});
