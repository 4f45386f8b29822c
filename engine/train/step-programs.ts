/** The compiled programs of a training step, and what they are given besides the batch. */
import type { Backend, DeviceParameters, HostArray, Program } from '../backend.ts';
import { type Graph, leaves } from '../graph/value.ts';
import type { Batch } from './options.ts';
import type { TrainingStep } from './step.ts';

/** Which micro-batch of the training it is. */
export interface Place {
  /** From 0. */
  readonly step: number;
  /** From 0, below the step's number of micro-batches. */
  readonly microBatch: number;
}

export class StepPrograms {
  /** Whether micro-batches without their update leave no trace: sums begin anew with the next step. */
  readonly isRepeatable: boolean;
  readonly #step: TrainingStep;
  readonly #seed: number;
  readonly #forward: Program;
  readonly #apply: Program | undefined;
  /** Whether programs run in the order in which they were called without waiting for one another. */
  readonly #queues: boolean;

  private constructor(
    step: TrainingStep,
    seed: number,
    forward: Program,
    apply: Program | undefined,
    queues: boolean,
  ) {
    this.#step = step;
    this.#seed = seed;
    this.#forward = forward;
    this.#apply = apply;
    this.#queues = queues;
    const state = step.initialState();
    this.isRepeatable = !!apply && Object.keys(step.graph.updates ?? {}).every((name) => name in state);
  }

  static async compile(
    backend: Backend,
    step: TrainingStep,
    parameters: DeviceParameters,
    seed: number,
  ): Promise<StepPrograms> {
    const [forward, apply] = await Promise.all([
      backend.compile(step.graph, parameters),
      step.apply && backend.compile(step.apply, parameters),
    ]);
    return new StepPrograms(step, seed, forward, apply, backend.kind === 'webgpu');
  }

  /**
   * Queues a micro-batch, and after the last one of a step its update.
   *
   * @returns the loss, once all of it is computed
   */
  async run({ step, microBatch }: Place, learningRate: number, batch: Batch): Promise<number> {
    const { accumulate, optimizer, graph, apply } = this.#step;
    const own: Record<string, HostArray> = {
      optimizer: optimizer.numbers(step + 1, learningRate),
      // Another mask for each micro-batch.
      random: Uint32Array.of(this.#seed, step * accumulate + microBatch),
      accumulation: Float32Array.of(microBatch === 0 ? 0 : 1, 1 / accumulate),
    };
    const loss = this.#forward.run({ ...batch, ...declared(graph, own) });
    loss.catch(() => {}); // Heard below.
    if (apply && microBatch === accumulate - 1) {
      if (!this.#queues) await loss;
      await Promise.all([loss, this.#apply!.run(declared(apply, own))]);
    }
    return (await loss).loss![0]!;
  }

  dispose(): void {
    this.#forward.dispose();
    this.#apply?.dispose();
  }
}

/** Those inputs that the graph has. */
function declared(graph: Graph, own: Readonly<Record<string, HostArray>>): Record<string, HostArray> {
  const inputs = leaves(graph, 'input');
  return Object.fromEntries(Object.entries(own).filter(([name]) => inputs.has(name)));
}
