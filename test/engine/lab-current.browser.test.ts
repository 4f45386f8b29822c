import { expect, test } from 'vitest';
import {
  conv2d,
  depthwiseConv2d,
  input,
  matmul,
  named,
  openWebGpu,
  parameter,
  relu6,
  reshape,
  softmax,
} from '../../engine/index.ts';
import { expectedOutput, randomOperands } from '../../engine/lab/operands.ts';
import { TestBed } from '../../engine/lab/test-bed.ts';
import { judge } from '../../engine/lab/verdict.ts';

test('the version that a program runs computes the same on the test bed', async () => {
  const backend = await openWebGpu();
  const first = named('first', conv2d(input('image', [2, 8, 8, 3]), parameter('w', [3, 3, 3, 8])));
  const depthwise = named('depthwise', depthwiseConv2d(first, parameter('d', [3, 3, 8])));
  const dense = named('dense', relu6(matmul(depthwise, parameter('v', [8, 12]))));
  const program = await backend.compile(
    { outputs: { y: softmax(reshape(dense, [128, 12])) } },
    { w: new Float32Array(216), d: new Float32Array(72), v: new Float32Array(96) },
  );
  expect(program.dispatches).toHaveLength(4);
  for (const running of program.dispatches) {
    const { problem, operation, label, cost } = running.dispatch;
    const bed = await TestBed.create(backend, problem, label);
    const operands = randomOperands(problem, operation, 1);
    bed.load(operands);
    const written = await bed.run(await bed.adopt(running));
    const { values } = expectedOutput(problem, operation, operands, cost.operations, 1);
    expect(judge(written, values, problem.output.shape, undefined, [1, 1, 1]), label).toBeLessThan(1e-5);
    bed.dispose();
  }
  backend.dispose();
});
