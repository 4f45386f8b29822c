import { describe, expect, test } from 'vitest';
import { elementCount, leaves } from '../../engine/graph/value.ts';
import { aggregationKinds, input } from '../../engine/index.ts';
import { uniform } from '../../engine/random.ts';
import { interpret } from '../../engine/reference/interpreter.ts';
import { aggregationHeadLoss, gradients } from '../../engine/training.ts';
import { expectGradients } from './central-differences.ts';

/** A set of one, an empty one, more; the last two rows belong to none. */
const offsets = [0, 1, 1, 4, 9, 11];
const sizes = { capacity: 13, sets: 5, features: 6, hidden: 8, categories: 5 };
const features = input('features', [sizes.capacity, sizes.features]);
const data = {
  offsets,
  random: [17, 3],
  targets: Array.from({ length: 25 }, (_, index) => Number(index % 4 === 0)),
};

describe.each(aggregationKinds)('the whole head, %s', (kind) => {
  const loss = aggregationHeadLoss({ kind, ...sizes });
  const parameters = [...leaves({ outputs: { loss } }, 'parameter').values()];

  test('its gradients agree with central differences', () => {
    expect(parameters).toHaveLength({ average: 4, attention: 5, 'two-attention': 7 }[kind as string] ?? 9);
    expectGradients(loss, [...parameters, features], { data });
  });

  test('gradients of parameters alone need no gradient of the features', () => {
    const kinds = new Set<string>();
    const visit = (value: (typeof parameters)[number]): void => {
      kinds.add(value.operation.kind);
      value.inputs.forEach(visit);
    };
    gradients(loss, parameters).forEach(visit);
    expect(kinds).not.toContain('segment_outer');
    expect(kinds).not.toContain('segment_mean_gradient');
  });
});

test('every photo of a set has its part in the loss; rows of no set have none', () => {
  const loss = aggregationHeadLoss({ kind: 'two-attention-gated', ...sizes, dropoutRate: 0 });
  const [gradient] = gradients(loss, [features]);
  const random = (count: number, seed: number) =>
    Float64Array.from({ length: count }, (_, index) => 2 * uniform(seed, index) - 1);
  const parameters = [...leaves({ outputs: { loss } }, 'parameter')].map(
    ([name, { shape }], seed) => [name, random(elementCount(shape), seed)] as const,
  );
  const { dx } = interpret(
    { outputs: { dx: gradient! } },
    {
      inputs: {
        features: random(78, 31),
        offsets: Uint32Array.from(offsets),
        targets: Float64Array.from(data.targets),
      },
      parameters: Object.fromEntries(parameters),
    },
  );
  const rows = Array.from({ length: 13 }, (_, row) =>
    Math.max(...dx!.slice(6 * row, 6 * row + 6).map(Math.abs)),
  );
  expect(rows.map((largest) => largest > 1e-6)).toEqual([...Array(11).fill(true), false, false]);
  expect(rows.slice(11)).toEqual([0, 0]);
});
