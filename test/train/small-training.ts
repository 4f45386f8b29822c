/** A small training for tests: the paper's head with dropout, on seeded collections. */
import { initializeAggregationHead, raggedOffsets } from '../../engine/index.ts';
import { uniform } from '../../engine/random.ts';
import { adam, aggregationHeadLoss, type TrainerOptions, trainingStep } from '../../engine/training.ts';

export const shape = {
  kind: 'two-attention-gated',
  capacity: 12,
  sets: 4,
  features: 8,
  hidden: 16,
  categories: 5,
} as const;

/** The inputs of a micro-batch; a pure function of its numbers. */
export function batch(step: number, microBatch: number) {
  const seed = 1000 * step + microBatch;
  const random = (stream: number) => (_: unknown, index: number) =>
    2 * uniform(seed, 10_000 * stream + index) - 1;
  return {
    features: Float32Array.from({ length: shape.capacity * shape.features }, random(1)),
    offsets: raggedOffsets([1 + (step % 3), 4, 2, 3], shape.capacity),
    targets: Float32Array.from({ length: shape.sets * shape.categories }, random(2)).map((x) =>
      x > 0.5 ? 1 : 0,
    ),
  };
}

/** Options of a training of 12 steps; `accumulate` micro-batches each. */
export function smallTraining({
  accumulate = 1,
  ...options
}: Partial<TrainerOptions> & { readonly accumulate?: number } = {}): TrainerOptions {
  return {
    step: trainingStep({ loss: aggregationHeadLoss(shape), optimizer: adam(), accumulate, clipNorm: 5 }),
    parameters: initializeAggregationHead(shape, 7),
    batch,
    learningRate: 0.01,
    steps: 12,
    seed: 3,
    ...options,
  };
}
