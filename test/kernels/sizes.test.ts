import { expect, test } from 'vitest';
import { sizesCode, withConstantSizes } from '../../kernels/sizes.ts';

const { declaration, values } = sizesCode(3, { rows: 7, inner: 16, columns: 0 });

test('members and values are in the same order', () => {
  expect(declaration).toBe(`struct Sizes {
  rows: u32,
  inner: u32,
  columns: u32,
}
@group(0) @binding(3) var<uniform> sizes: Sizes;`);
  expect(values).toEqual([7, 16, 0]);
});

test('sizes become constants where the binding was', () => {
  const launch = { workgroupSize: [1, 1, 1], workgroups: [1, 1, 1] } as const;
  const wgsl = `${declaration}\nfn rows() -> u32 { return sizes.rows; }`;
  const constant = withConstantSizes({ wgsl, sizes: values, ...launch });
  expect(constant).toContain('const sizes = Sizes(7u, 16u, 0u);\nfn rows() -> u32 { return sizes.rows; }');
  expect(constant).not.toContain('@binding');
  expect(withConstantSizes({ wgsl: 'fn main() {}', ...launch })).toBe('fn main() {}');
});
