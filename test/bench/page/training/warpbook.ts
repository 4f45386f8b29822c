/** Training with ours: forward, backward and the optimiser's update are one graph, and a step is one submit. */
import {
  add,
  type HostArray,
  input,
  matmul,
  openBackend,
  parameter,
  raggedOffsets,
} from '../../../../engine/index.ts';
import { mobilenetV1Training } from '../../../../engine/models/mobilenet_v1_training.ts';
import {
  adam as adamOptimizer,
  aggregationHeadLoss,
  binaryCrossEntropy,
  type TrainingStep,
  trainingStep,
} from '../../../../engine/training.ts';
import { featureCount, layers } from '../../network.ts';
import { adam, positiveWeight, type Task } from '../../tasks.ts';
import { fetchWeights, type Load } from '../runtime.ts';
import { fetchBatches } from './batches.ts';

function headStep({ photos, counts, training }: Task): TrainingStep {
  const loss = aggregationHeadLoss({
    kind: 'two-attention-gated',
    capacity: photos,
    sets: counts.length,
    positiveWeight,
    dropoutRate: training!.dropout,
  });
  return trainingStep({ loss, optimizer: adamOptimizer(adam) });
}

function mobilenetStep({ photos, training }: Task): TrainingStep {
  const { imageSize, targets } = training!;
  const { values, updates, frozen } = mobilenetV1Training({ batch: photos, imageSize });
  const kernel = parameter('classifier/kernel', [featureCount, targets]);
  const logits = add(matmul(values.features!, kernel), parameter('classifier/bias', [targets]));
  const loss = binaryCrossEntropy(logits, input('targets', [photos, targets]), { positiveWeight });
  return trainingStep({ loss, optimizer: adamOptimizer(adam), updates, frozen });
}

/** Moving averages of mean and variance begin at 0 and 1. */
function movingMoments(): Record<string, Float32Array> {
  return Object.fromEntries(
    layers.map(({ name, outputs }) => [
      `${name}/moving_moments`,
      new Float32Array(2 * outputs).fill(1, outputs),
    ]),
  );
}

export const load: Load = async (task, fetch) => {
  const head = task.workload === 'train-head';
  const { learningRate, dropout } = task.training!;
  const [weights, batches] = await Promise.all([
    fetchWeights(fetch, head ? 'head.safetensors' : 'normalized.safetensors'),
    fetchBatches(task, head ? 'ragged' : 'nhwc', fetch),
  ]);
  return async () => {
    const backend = await openBackend('webgpu');
    const step = head ? headStep(task) : mobilenetStep(task);
    const parameters = { ...weights, ...(head ? {} : movingMoments()), ...step.initialState() };
    const program = await backend.compile(step.graph, backend.upload(step.graph, parameters));
    let steps = 0;
    return async () => {
      const { examples, targets } = batches[steps++ % batches.length]!;
      const given: Record<string, HostArray> = {
        targets,
        optimizer: step.optimizer.numbers(steps, learningRate),
        ...(head ? { features: examples, offsets: raggedOffsets(task.counts) } : { image: examples }),
        ...(dropout > 0 ? { random: Uint32Array.of(1, steps) } : {}),
      };
      return [(await program.run(given)).loss!];
    };
  };
};
