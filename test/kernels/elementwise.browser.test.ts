import { describe, expect, test } from 'vitest';
import { elementwise } from '../../kernels/elementwise.ts';
import type { Activation, EpilogueStep } from '../../kernels/kernel.ts';
import { expectAgreement, tensor } from './against-reference.ts';
import { randomArray } from './run-kernel.ts';

const activations: readonly Activation[] = ['relu', 'relu6', 'sigmoid', 'tanh'];
const shapes = [[1], [5], [1024], [3, 6], [2, 1000], [2, 3, 33], [2, 7, 7, 12], [1, 3, 5, 1]];

function product(shape: readonly number[]): number {
  return shape.reduce((count, size) => count * size, 1);
}

function variantCount(shape: readonly number[]): number {
  return shape.at(-1)! % 4 === 0 ? 2 : 1;
}

describe.each(activations)('%s', (kind) => {
  test.each(shapes.map((shape) => [shape]))('%j', async (shape) => {
    const ran = await expectAgreement({
      kernel: elementwise[kind],
      operation: { kind },
      problem: { inputs: [tensor(shape)], output: tensor(shape), epilogue: [] },
      inputs: [randomArray(product(shape), 4, -9, 9)],
    });
    expect(ran).toHaveLength(variantCount(shape));
  });

  test('at the ends of float32 and near 0', async () => {
    const ends = [-3.4e38, -1e30, -100, -88, -1e-3, -1e-30, 0, 1e-30, 1e-3, 0.3, 88, 100, 1e30, 3.4e38];
    const x = new Float32Array([...ends, 6, 6.0000005]);
    const problem = { inputs: [tensor([16])], output: tensor([16]), epilogue: [] };
    await expectAgreement({ kernel: elementwise[kind], operation: { kind }, problem, inputs: [x] });
  });

  test('the same activation again as its epilogue', async () => {
    await expectAgreement({
      kernel: elementwise[kind],
      operation: { kind },
      problem: { inputs: [tensor([2, 12])], output: tensor([2, 12]), epilogue: [kind] },
      inputs: [randomArray(24, 4, -9, 9)],
    });
  });
});

describe.each(['add', 'multiply'] as const)('%s', (kind) => {
  test.each(shapes.map((shape) => [shape]))('%j', async (shape) => {
    const ran = await expectAgreement({
      kernel: elementwise[kind],
      operation: { kind },
      problem: { inputs: [tensor(shape), tensor(shape)], output: tensor(shape), epilogue: [] },
      inputs: [randomArray(product(shape), 1), randomArray(product(shape), 2)],
    });
    expect(ran).toHaveLength(variantCount(shape));
  });

  test.each([[[2, 5]], [[3, 2, 8]]])('%j with an epilogue of five steps', async (shape) => {
    const epilogue: EpilogueStep[] = ['bias', 'relu6', 'multiply', 'tanh', 'add'];
    const operands = [shape, shape, [shape.at(-1)!], shape, shape];
    await expectAgreement({
      kernel: elementwise[kind],
      operation: { kind },
      problem: { inputs: operands.map((operand) => tensor(operand)), output: tensor(shape), epilogue },
      inputs: operands.map((operand, seed) => randomArray(product(operand), seed, -3, 3)),
    });
  });
});

test.each(shapes.filter((shape) => shape.length > 1).map((shape) => [shape]))(
  'add of a bias to %j',
  async (shape) => {
    const channels = shape.at(-1)!;
    const ran = await expectAgreement({
      kernel: elementwise.add,
      operation: { kind: 'add' },
      problem: { inputs: [tensor(shape), tensor([channels])], output: tensor(shape), epilogue: [] },
      inputs: [randomArray(product(shape), 1), randomArray(channels, 2)],
    });
    expect(ran).toHaveLength(variantCount(shape));
  },
);

test('more workgroups than one dimension takes', async () => {
  const count = 65_536 * 64 + 1;
  const ran = await expectAgreement({
    kernel: elementwise.relu,
    operation: { kind: 'relu' },
    problem: { inputs: [tensor([count])], output: tensor([count]), epilogue: [] },
    inputs: [randomArray(count, 1)],
  });
  expect(ran).toEqual(['scalar']);
});
