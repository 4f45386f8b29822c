import { expect, test } from 'vitest';
import { applyEpilogue } from '../../engine/reference/epilogue.ts';
import { epilogueCode, takesOperand } from '../../kernels/epilogue.ts';
import type {
  EpilogueStep,
  KernelProblem,
  KernelProgram,
  TensorSpecification,
} from '../../kernels/kernel.ts';
import { arrayType, type Lanes, realType } from '../../kernels/storage.ts';
import { randomArray, runKernel } from './run-kernel.ts';

const rows = 7;
const channels = 12;

function float32(...shape: number[]): TensorSpecification {
  return { shape, dataType: 'float32' };
}

/** A kernel that does nothing but its epilogue. */
function copy(problem: KernelProblem, lanes: Lanes): KernelProgram {
  const { declarations, outputBinding } = epilogueCode(problem, 1, lanes);
  const wgsl = `
@group(0) @binding(0) var<storage, read> x: ${arrayType(problem.inputs[0]!, lanes)};
@group(0) @binding(${outputBinding}) var<storage, read_write> y: ${arrayType(problem.output, lanes)};
${declarations}
@compute @workgroup_size(1)
fn main(@builtin(global_invocation_id) invocation: vec3<u32>) {
  let channel = invocation.x;
  let index = invocation.y * ${channels / lanes}u + channel;
  y[index] = epilogue(${realType(lanes)}(x[index]), index, channel);
}
`;
  return { wgsl, workgroupSize: [1, 1, 1], workgroups: [channels / lanes, rows, 1] };
}

function problemOf(epilogue: readonly EpilogueStep[]): KernelProblem {
  const output = float32(rows, channels);
  const operands = epilogue.flatMap((step) =>
    step === 'bias' ? [float32(channels)] : takesOperand(step) ? [output] : [],
  );
  return { inputs: [output, ...operands], output, epilogue };
}

async function check(epilogue: readonly EpilogueStep[], x: Float32Array<ArrayBuffer>): Promise<void> {
  const problem = problemOf(epilogue);
  const operands = problem.inputs.slice(1).map(({ shape }, index) =>
    randomArray(
      shape.reduce((a, b) => a * b),
      10 + index,
    ),
  );
  const expected = applyEpilogue(
    Float64Array.from(x),
    epilogue,
    operands.map((operand) => Float64Array.from(operand)),
  );
  for (const lanes of [1, 4] as const) {
    const actual = await runKernel(copy(problem, lanes), [x, ...operands], x.length);
    // Each step is a few float32 roundings of 6e-8; WGSL lets exp err by 3 + 2|x| units in the last place.
    actual.forEach((value, index) => {
      const wanted = expected[index]!;
      const what = `${epilogue.join(' → ')}, ${lanes} lanes, x = ${x[index]}: ${value} instead of ${wanted}`;
      expect(Math.abs(value - wanted), what).toBeLessThanOrEqual(2e-6 * Math.abs(wanted) + 1e-7);
    });
  }
}

const chains: EpilogueStep[][] = [
  [],
  ['bias'],
  ['relu'],
  ['relu6'],
  ['sigmoid'],
  ['tanh'],
  ['add'],
  ['multiply'],
  ['relu_gradient'],
  ['relu6_gradient'],
  ['sigmoid_gradient'],
  ['tanh_gradient'],
  ['bias', 'relu6'],
  ['bias', 'tanh'],
  ['bias', 'sigmoid', 'multiply'],
  ['multiply', 'add', 'bias', 'relu', 'add'],
  ['add', 'relu_gradient', 'multiply', 'relu_gradient', 'tanh_gradient'],
];

test.each(chains.map((steps) => [steps.join(' → ') || 'nothing', steps] as const))('%s', async (_, steps) => {
  await check(steps, randomArray(rows * channels, 1, -8, 8));
});

test.each(['sigmoid', 'tanh', 'relu', 'relu6'] as const)(
  '%s of very large, very small and zero',
  async (step) => {
    const sizes = [0, 1e-30, 1e-10, 1e-4, 0.01, 0.1, 0.299, 0.301, 1, 9, 20, 80, 90, 1000, 1e10, 1e30, 3e38];
    const x = new Float32Array(rows * channels);
    sizes.forEach((size, index) => {
      x[2 * index] = size;
      x[2 * index + 1] = -size;
    });
    await check([step], x);
  },
);

test('tanh keeps small numbers to a relative 1e-6', async () => {
  const x = randomArray(rows * channels, 3, -0.5, 0.5).map((value, index) => value * 10 ** -(index % 6));
  const actual = await runKernel(copy(problemOf(['tanh']), 4), [x], x.length);
  actual.forEach((value, index) => {
    const wanted = Math.tanh(x[index]!);
    expect(Math.abs(value - wanted), `tanh ${x[index]}`).toBeLessThanOrEqual(1e-6 * Math.abs(wanted));
  });
});

test('a missing or misshapen operand is refused', () => {
  const output = float32(rows, channels);
  expect(() => epilogueCode({ inputs: [output], output, epilogue: ['bias'] }, 1, 4)).toThrow(
    /takes 1 operands/,
  );
  expect(() => epilogueCode({ inputs: [output, float32(3)], output, epilogue: ['bias'] }, 1, 1)).toThrow(
    /bias needs an operand of shape \[12\], not \[3\]/,
  );
  const odd = float32(2, 3);
  expect(() => epilogueCode({ inputs: [odd], output: odd, epilogue: [] }, 1, 4)).toThrow(/divisible/);
});
