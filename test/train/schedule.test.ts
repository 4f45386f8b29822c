import { expect, test } from 'vitest';
import { add, multiply, relu } from '../../engine/graph/elementwise.ts';
import { input, parameter } from '../../engine/graph/leaf.ts';
import { mean } from '../../engine/graph/sums.ts';
import type { Graph } from '../../engine/graph/value.ts';
import { planGraph } from '../../engine/plan/plan.ts';
import { accumulate, adam, adamUpdate, constant, trainingStep } from '../../engine/training.ts';

const target = {
  features: new Set<string>(),
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupStorageSize: 16384,
  software: true,
};

test('a parameter is read by all before it is changed, whatever the order of outputs and updates', () => {
  const p = parameter('p', [4]);
  const x = input('x', [4]);
  const graph: Graph = {
    // The second output reads p and does not lead to the update.
    outputs: { y: relu(multiply(x, p)), z: add(p, x) },
    updates: { p: accumulate(p, x, {}) },
  };
  const { dispatches, updates } = planGraph(graph, target);
  expect(dispatches.at(-1)!.operation).toBe('accumulate');
  expect(dispatches.at(-1)!.output).toEqual({ kind: 'parameter', name: 'p', bytes: 16 });
  expect(updates).toEqual(['p']);
});

test('an update that would have to come before and after something is refused', () => {
  const p = parameter('p', [4]);
  const changed = accumulate(p, input('x', [4]), {});
  const graph: Graph = { outputs: { y: add(changed, p) }, updates: { p: changed } };
  expect(() => planGraph(graph, target)).toThrow('read a parameter before its update');
});

test('all parts of an update must be kept, and each must be an update', () => {
  const [p, m, v] = ['p', 'm', 'v'].map((name) => parameter(name, [4])) as [never, never, never];
  const attributes = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0 };
  const [changed] = adamUpdate([p, m, v], input('g', [4]), attributes, { step: input('optimizer', [4]) });
  expect(() => planGraph({ outputs: {}, updates: { p: changed! } }, target)).toThrow(
    "changes the parameter 'm', which is no update of the graph",
  );
  expect(() => planGraph({ outputs: {}, updates: { p: constant(1, [4]) } }, target)).toThrow(
    "The update of 'p' is constant 'constant', which does not change it",
  );
});

test('Adam launches one kernel a parameter, and needs no memory but its gradient', () => {
  const loss = mean(multiply(parameter('p', [4]), input('x', [4])));
  const step = trainingStep({ loss, optimizer: adam() });
  expect(Object.keys(step.initialState())).toEqual(['adam/mean/p', 'adam/variance/p']);
  const { dispatches } = planGraph(step.graph, target);
  expect(dispatches.filter(({ operation }) => operation === 'adam')).toHaveLength(1);
});

test('what nobody learns, or nothing, is said', () => {
  const loss = mean(multiply(parameter('p', [4]), input('x', [4])));
  expect(() => trainingStep({ loss, optimizer: adam(), frozen: () => true })).toThrow('nothing to learn');
  expect(() => trainingStep({ loss, optimizer: adam(), accumulate: 0 })).toThrow(
    'micro-batches from 1, not 0',
  );
  expect(() => trainingStep({ loss, optimizer: adam(), clipNorm: -1 })).toThrow('above 0, not -1');
  expect(() => adam({ beta1: 1 })).toThrow('beta1 from 0 and below 1, but it is 1');
});
