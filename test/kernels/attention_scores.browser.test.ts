import { describe, expect, test } from 'vitest';
import { attentionScores } from '../../kernels/attention_scores.ts';
import { expectAgreement, tensor } from './against-reference.ts';
import { offsetsBeyondCapacity, offsetsOf, raggedCases } from './ragged.ts';
import { kernelTarget, randomArray, runKernel } from './run-kernel.ts';

function problemOf(capacity: number, features: number, sets: number, queryForEachSet: boolean) {
  return {
    inputs: [
      tensor([capacity, features]),
      tensor(queryForEachSet ? [sets, features] : [features]),
      tensor([sets + 1], 'uint32'),
    ],
    output: tensor([capacity]),
    epilogue: [],
  };
}

const widths = [1024, 33, 6, 5, 3, 1, 260];

describe.each([
  ['one query', false],
  ['a query for each set', true],
])('attention_scores, %s', (_name, queryForEachSet) => {
  test.each(raggedCases(widths))('$name, K = $features', async ({ sizes, capacity, features }) => {
    const sets = sizes.length;
    const ran = await expectAgreement({
      kernel: attentionScores,
      operation: { kind: 'attention_scores' },
      problem: problemOf(capacity, features, sets, queryForEachSet),
      inputs: [
        randomArray(capacity * features, 1),
        randomArray((queryForEachSet ? sets : 1) * features, 2),
        offsetsOf(sizes),
      ],
    });
    expect(ran).toHaveLength(features % 4 === 0 ? 4 : 2);
  });

  test('rows of no set give 0, whatever they hold', async () => {
    const problem = problemOf(4, 4, 2, queryForEachSet);
    const x = new Float32Array(16).fill(1);
    const q = new Float32Array(queryForEachSet ? 8 : 4).fill(1);
    const target = await kernelTarget();
    for (const variant of attentionScores.variants) {
      expect(variant.supports(problem, target)).toBe(true);
      const e = await runKernel(variant.build(problem), [x, q, new Uint32Array([0, 1, 3])], 4);
      expect([...e], variant.name).toEqual([4, 4, 4, 0]);
    }
  });

  test('offsets beyond the capacity read nothing beyond it', async () => {
    const { capacity, wrong, meant } = offsetsBeyondCapacity;
    const problem = problemOf(capacity, 5, 2, queryForEachSet);
    const x = randomArray(capacity * 5, 1);
    const q = randomArray(queryForEachSet ? 10 : 5, 2);
    const target = await kernelTarget();
    for (const variant of attentionScores.variants.filter(({ supports }) => supports(problem, target))) {
      const program = variant.build(problem);
      const e = await runKernel(program, [x, q, wrong], capacity);
      expect(e, variant.name).toEqual(await runKernel(program, [x, q, meant], capacity));
    }
  });
});

test('attention_scores with more workgroups than one dimension takes', async () => {
  const capacity = 65_537;
  const ran = await expectAgreement({
    kernel: attentionScores,
    operation: { kind: 'attention_scores' },
    problem: problemOf(capacity, 1, 2, true),
    inputs: [randomArray(capacity, 1), new Float32Array([1, -2]), offsetsOf([65_535, 2])],
    variants: ['workgroup-64'],
  });
  expect(ran).toHaveLength(1);
});
