/** Small trainings of the engine, whose losses are compared with those of TensorFlow.js step by step. */
import { expect } from 'vitest';
import type { Backend, DeviceParameters, HostArray } from '../../engine/backend.ts';
import type { TensorFile } from '../../engine/formats/safetensors.ts';
import type { Graph } from '../../engine/graph/value.ts';
import {
  adam,
  aggregationHeadLoss,
  photoClassifier,
  sgd,
  type TrainingStepOptions,
  trainingStep,
} from '../../engine/training.ts';
import {
  headCase,
  headOptions,
  mobilenetCase,
  mobilenetOptions,
  type OptimizerName,
  optimizers,
  positiveWeight,
  steps,
  type TrainingCase,
} from '../references/training-cases.ts';

export const optimizerNames = Object.keys(optimizers) as OptimizerName[];

/** What a training gave. */
export interface Curve {
  /** The loss of each step, before its update. */
  readonly losses: readonly number[];
  /** The loss of the first batch after the last step, where a graph for it was given. */
  readonly evaluation: number | undefined;
}

/** Trains as the stored curve was made. */
async function curveOf(
  backend: Backend,
  training: TrainingCase,
  optimizerName: OptimizerName,
  model: Omit<TrainingStepOptions, 'optimizer'>,
  evaluation?: Graph,
): Promise<Curve> {
  const optimizer = optimizerName === 'adam' ? adam(optimizers.adam) : sgd(optimizers.momentum);
  const step = trainingStep({ ...model, optimizer });
  const start = { ...training.initial().numbers, ...step.initialState() };
  const parameters = backend.upload(step.graph, start);
  const program = await backend.compile(step.graph, parameters);
  const losses: number[] = [];
  for (let index = 0; index < steps; index++) {
    const numbers = optimizer.numbers(index + 1, training.learningRate[optimizerName]);
    const { loss } = await program.run({ ...training.batch(index).inputs, optimizer: numbers });
    losses.push(loss![0]!);
  }
  const evaluated = evaluation && (await evaluate(backend, evaluation, parameters, training.batch(0).inputs));
  program.dispose();
  parameters.dispose();
  return { losses, evaluation: evaluated };
}

async function evaluate(
  backend: Backend,
  graph: Graph,
  parameters: DeviceParameters,
  inputs: Readonly<Record<string, HostArray>>,
): Promise<number> {
  const program = await backend.compile(graph, parameters);
  const { loss } = await program.run(inputs);
  program.dispose();
  return loss![0]!;
}

/** The head without dropout. */
export function headCurve(backend: Backend, optimizer: OptimizerName): Promise<Curve> {
  const loss = aggregationHeadLoss({ ...headOptions, positiveWeight, dropoutRate: 0 });
  return curveOf(backend, headCase, optimizer, { loss });
}

/** The small MobileNet without dropout, normalised by batch statistics, and then evaluated with the moving averages. */
export function mobilenetCurve(backend: Backend, optimizer: OptimizerName): Promise<Curve> {
  const options = { ...mobilenetOptions, positiveWeight, dropoutRate: 0 };
  const { loss } = photoClassifier({ ...options, statistics: 'moving' });
  return curveOf(backend, mobilenetCase, optimizer, photoClassifier(options), { outputs: { loss } });
}

/**
 * Expects each loss to be that of TensorFlow.js, within a relative bound.
 *
 * @returns the largest relative difference
 */
export function expectCurve(
  stored: TensorFile,
  name: string,
  { losses, evaluation }: Curve,
  tolerance: number,
): number {
  const expected = [...stored.get(name, { dataType: 'float32', shape: [steps] }).data];
  const actual = [...losses];
  if (evaluation !== undefined) {
    expected.push(...stored.get(`${name}/evaluation`, { dataType: 'float32', shape: [1] }).data);
    actual.push(evaluation);
  }
  expect(actual).toHaveLength(expected.length);
  const differences = actual.map((loss, step) => Math.abs(loss - expected[step]!) / expected[step]!);
  const worst = Math.max(...differences);
  expect(
    worst <= tolerance,
    `${name}: losses ${actual.join(', ')} instead of ${expected.join(', ')}; relative differences ${differences.join(', ')}`,
  ).toBe(true);
  return worst;
}
