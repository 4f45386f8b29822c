import { describe, expect, test } from 'vitest';
import { storageBytes } from '../../engine/data-type.ts';
import { elementCount, type Graph, leaves, topologicalOrder, type Value } from '../../engine/graph/value.ts';
import { mobilenetV1, mobilenetV1Parameters, planGraph } from '../../engine/index.ts';
import { uniform } from '../../engine/random.ts';
import { ReferenceBackend } from '../../engine/reference/backend.ts';
import {
  adam,
  gradients,
  initializePhotoClassifier,
  mobilenetV1Training,
  photoClassifier,
  sgd,
  trainingStep,
} from '../../engine/training.ts';
import { mobilenetCase, mobilenetOptions } from '../references/training-cases.ts';

const target = {
  features: new Set<string>(),
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupStorageSize: 16384,
  software: true,
};

const kinds = (values: readonly Value[]) => new Set(values.map(({ operation }) => operation.kind));

describe('MobileNet in training', () => {
  test('frozen layers are folded, the others have batch normalisation', () => {
    const { values, updates, frozen } = mobilenetV1Training({ frozenLayers: 22 });
    const names = [...leaves({ outputs: { features: values.features! } }, 'parameter').keys()];
    const ending = (part: string) => names.filter((name) => name.endsWith(part));
    expect(ending('/bias')).toHaveLength(22);
    expect(ending('/bias').at(-1)).toBe('block11/depthwise/bias');
    const learned = [
      'block11/pointwise',
      'block12/depthwise',
      'block12/pointwise',
      'block13/depthwise',
      'block13/pointwise',
    ];
    expect(ending('/scale')).toEqual(learned.map((name) => `${name}/scale`));
    expect(Object.keys(updates)).toEqual(learned.map((name) => `${name}/moving_moments`));
    expect(names.filter((name) => !frozen(name))).toEqual(
      learned.flatMap((name) => [`${name}/kernel`, `${name}/scale`, `${name}/shift`]),
    );
    expect(frozen('block11/pointwise/moving_moments')).toBe(true);
    expect(frozen('hidden/kernel')).toBe(false);
  });

  test('with every layer frozen it is the network of inference', () => {
    const image = { alpha: 0.25, imageSize: 32 };
    const { values, updates } = mobilenetV1Training({ ...image, frozenLayers: 27 });
    const plan = planGraph({ outputs: { features: values.features! } }, target);
    const inference = planGraph(mobilenetV1({ ...image, outputs: ['features'] }), target);
    const told = ({ dispatches }: typeof plan) =>
      dispatches.map(({ label, problem }) => ({ label, problem }));
    expect(told(plan)).toEqual(told(inference));
    expect(updates).toEqual({});
  });

  test('frozen layers cost nothing in the backward pass', () => {
    const { loss, frozen, values } = photoClassifier({ ...mobilenetOptions, frozenLayers: 5 });
    const parameters = [...leaves({ outputs: { loss } }, 'parameter').values()];
    const learned = parameters.filter(({ label }) => !frozen(label));
    const found = Object.fromEntries(gradients(loss, learned).map((gradient, index) => [index, gradient]));
    const forward = new Set(topologicalOrder({ outputs: { loss } }));
    const backward = topologicalOrder({ outputs: found }).filter((value) => !forward.has(value));
    const last = values['block2/pointwise']!;
    const before = new Set(topologicalOrder({ outputs: { last } }).filter((value) => value !== last));
    expect(before.size).toBeGreaterThan(20);
    expect(backward.flatMap(({ inputs }) => inputs).filter((operand) => before.has(operand))).toEqual([]);
    expect(backward.map(({ label }) => label)).not.toContain('∂block2/pointwise');
    expect(backward.map(({ label }) => label)).toContain('∂block3/depthwise');
  });

  test('normalises by moving averages on request, which then stay', () => {
    const { loss, updates } = photoClassifier({ ...mobilenetOptions, statistics: 'moving' });
    expect(updates).toEqual({});
    expect(kinds(topologicalOrder({ outputs: { loss } })).has('batch_moments')).toBe(false);
  });

  test('says which options do not fit', () => {
    expect(() => mobilenetV1Training({ frozenLayers: 28 })).toThrow(
      'frozenLayers must be from 0 to 27, but it is 28',
    );
    expect(() => mobilenetV1Training({ frozenLayers: -1 })).toThrow('but it is -1');
    expect(() => mobilenetV1Training({ frozenLayers: 1.5 })).toThrow('but it is 1.5');
  });

  test('the classifier starts from kernels by the seed and biases of 0', () => {
    const parameters = initializePhotoClassifier({ features: 64, hidden: 16, categories: 6 }, 3);
    expect(Object.keys(parameters)).toEqual(['hidden/kernel', 'hidden/bias', 'output/kernel', 'output/bias']);
    expect(parameters['hidden/kernel']).toHaveLength(64 * 16);
    expect(parameters['output/bias']!.every((bias) => bias === 0)).toBe(true);
  });
});

describe('the memory of a training step at 224 pixels, D = 1000', () => {
  /** Bytes: intermediates, inputs, and parameters with the optimiser's state and the sums of gradients. */
  function bytesOf(batch: number, accumulate: number, recompute?: 'activations' | 'depthwise'): number {
    const model = photoClassifier({ batch, categories: 1000 });
    const keep = recompute ? { keep: model.recomputation[recompute] } : {};
    const step = trainingStep({ ...model, optimizer: adam(), accumulate, ...keep });
    const plans = [step.graph, step.apply].flatMap((graph: Graph | undefined) =>
      graph ? planGraph(graph, target) : [],
    );
    const held = new Map(plans.flatMap(({ parameters, inputs }) => [...parameters, ...inputs]));
    const arenas = plans.map(({ arena }) => arena.reduce((sum, bytes) => sum + bytes, 0));
    return [...held.values()].reduce((sum, leaf) => sum + storageBytes(leaf), 0) + Math.max(...arenas);
  }

  test('64 photos fit in 1 GB as 4 micro-batches of 16, and with recomputation less', () => {
    const megabytes = (bytes: number) => Math.round(bytes / 1e6);
    const whole = bytesOf(64, 1);
    const kept = bytesOf(16, 4);
    const activations = bytesOf(16, 4, 'activations');
    const depthwise = bytesOf(16, 4, 'depthwise');
    console.info(
      `64 photos: ${megabytes(whole)} MB at once; as 4 of 16 ${megabytes(kept)} MB, with activations computed again ` +
        `${megabytes(activations)}, with depthwise convolutions too ${megabytes(depthwise)}`,
    );
    expect(whole).toBeGreaterThan(2.5e9);
    expect(kept).toBeLessThan(1e9);
    expect(activations).toBeLessThan(0.6e9);
    expect(depthwise).toBeLessThan(0.9 * activations);
    // Two micro-batches fit with recomputation alone.
    expect(bytesOf(32, 2)).toBeGreaterThan(1e9);
    expect(bytesOf(32, 2, 'activations')).toBeLessThan(1e9);
  });
});

describe('recomputation', () => {
  const { inputs } = mobilenetCase.batch(0);
  const random = { random: Uint32Array.of(1, 1) };

  test.each(['activations', 'depthwise'] as const)('of %s changes no bit of a step', async (what) => {
    const backend = new ReferenceBackend();
    const model = photoClassifier({ ...mobilenetOptions, frozenLayers: 2 });
    const folded = [...mobilenetV1Parameters({ ...mobilenetOptions, depth: 1 })].filter(([name]) =>
      name.endsWith('bias'),
    );
    const biases = Object.fromEntries(
      folded.map(([name, { shape }], stream) => [
        name,
        Float32Array.from({ length: elementCount(shape) }, (_, i) => uniform(stream, i)),
      ]),
    );
    const results = [];
    for (const keep of [undefined, model.recomputation[what]]) {
      const optimizer = sgd({ momentum: 0.9 });
      const step = trainingStep({ ...model, optimizer, ...(keep ? { keep } : {}) });
      const start = { ...mobilenetCase.initial().numbers, ...biases, ...step.initialState() };
      const parameters = backend.upload(step.graph, start);
      const program = await backend.compile(step.graph, parameters);
      const { loss } = await program.run({ ...inputs, ...random, optimizer: optimizer.numbers(1, 0.1) });
      results.push({ loss, ...(await parameters.read()) });
    }
    expect(results[1]).toEqual(results[0]);
    expect(Object.keys(results[0]!)).toContain('sgd/velocity/block1/pointwise/kernel');
  });
});
