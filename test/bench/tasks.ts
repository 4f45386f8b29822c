/** What is measured: workloads that run a model and workloads that train one, at the sizes that were asked for. */
import { uniform } from '../../engine/random.ts';
import { classCount, featureCount, imageSize } from './network.ts';

/**
 * - `mobilenet`: photos to features and class probabilities.
 * - `head`: features of ragged collections of photos to scores: two attention blocks, context gating, dense 2048 with ReLU,
 *   dense 1000 with sigmoid.
 * - `together`: photos of ragged collections through MobileNet and the head, in one go where a runtime can.
 */
export const inferenceNames = ['mobilenet', 'head', 'together'] as const;
export type InferenceName = (typeof inferenceNames)[number];
/**
 * - `train-head`: one step of training the head: a batch of ragged collections, dropout behind the dense layer, binary
 *   cross-entropy from logits, Adam.
 * - `train-mobilenet`: one step of fine-tuning MobileNet, all its layers: batch normalisation by the batch's statistics,
 *   with moving averages, a dense layer to logits, binary cross-entropy, Adam.
 */
export const trainingNames = ['train-head', 'train-mobilenet'] as const;
export const workloadNames = [...inferenceNames, ...trainingNames] as const;
export type WorkloadName = (typeof workloadNames)[number];

/** Sizes of the head: D categories, and the dense layer before them. */
export const categoryCount = 1000;
export const hiddenCount = 2048;

/** Categories that MobileNet is fine-tuned to. */
export const tunedCount = 127;

/** What one step of training is. */
export interface Training {
  /** Batches of different numbers, which the steps take in turn. */
  readonly batches: number;
  /** Examples in a batch: collections, or photos. */
  readonly examples: number;
  /** Numbers to be predicted for each example, 0 or 1. */
  readonly targets: number;
  /** How many of the first steps, with dropout off, must have the same loss in every runtime. */
  readonly checkedSteps: number;
  readonly learningRate: number;
  /** Part of the hidden layer that is set to 0, each step another; 0 where nothing is. */
  readonly dropout: number;
  /** Height and width of photos, in pixels; 0 where there are none. */
  readonly imageSize: number;
}

/** Factor of the loss of a target that is 1. */
export const positiveWeight = 36;

/**
 * Adam's decay rates and ε, which is added to √v̂: Kingma and Ba, "Adam: A Method for Stochastic Optimization" (ICLR
 * 2015), algorithm 1.
 */
export const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

/** Of batch normalisation: ε is added to the variance, momentum is the old average's part in the new one. */
export const normalization = { epsilon: 1e-3, momentum: 0.99 } as const;

/** One workload at one size, as plain data. */
export interface Task {
  /** Also the stem of its files, for example `mobilenet-8`. */
  readonly name: string;
  readonly workload: WorkloadName;
  /** Photos of all collections together. */
  readonly photos: number;
  /** Photos of each collection; empty without collections. */
  readonly counts: readonly number[];
  /** For the workloads that train. */
  readonly training?: Training;
  /** In the order of an answer, of all checked steps where something is trained. Each is `[rows, width]`, row-major float32. */
  readonly outputs: readonly { readonly name: string; readonly rows: number; readonly width: number }[];
}

/** MobileNet on a batch of photos. */
export function mobilenetTask(batch: number): Task {
  return {
    name: `mobilenet-${batch}`,
    workload: 'mobilenet',
    photos: batch,
    counts: [],
    outputs: [
      { name: 'features', rows: batch, width: featureCount },
      { name: 'probabilities', rows: batch, width: classCount },
    ],
  };
}

function scores(collections: number): Task['outputs'] {
  return [{ name: 'scores', rows: collections, width: categoryCount }];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** The head on 64 collections of 5 to 40 photos, the same in every run. */
export function headTask(): Task {
  const counts = Array.from({ length: 64 }, (_, index) => 5 + Math.floor(36 * uniform(7, index)));
  return {
    name: `head-${counts.length}`,
    workload: 'head',
    photos: sum(counts),
    counts,
    outputs: scores(counts.length),
  };
}

/** MobileNet and the head on photos in collections of three on average, of unequal sizes where there are enough photos. */
export function togetherTask(photos: number): Task {
  const collections = Math.ceil(photos / 3);
  const counts = Array.from({ length: collections }, () => 1);
  for (let photo = collections; photo < photos; photo++) {
    counts[Math.floor(collections * uniform(8, photo))]! += 1;
  }
  return {
    name: `together-${photos}`,
    workload: 'together',
    photos,
    counts,
    outputs: scores(collections),
  };
}

/** Training the head on batches of 64 collections of 5 to 40 photos; of 8 where only the harness is tried. */
export function trainHeadTask(quick = false): Task {
  const counts = headTask().counts.slice(0, quick ? 8 : undefined);
  const checkedSteps = quick ? 2 : 5;
  return {
    name: `train-head-${counts.length}`,
    workload: 'train-head',
    photos: sum(counts),
    counts,
    training: {
      batches: quick ? 2 : 4,
      examples: counts.length,
      targets: categoryCount,
      checkedSteps,
      learningRate: 0.001,
      dropout: 0.5,
      imageSize: 0,
    },
    outputs: [{ name: 'losses', rows: checkedSteps, width: 1 }],
  };
}

/** Fine-tuning MobileNet on batches of 8 photos; of 2 small ones where only the harness is tried. */
export function trainMobilenetTask(quick = false): Task {
  const photos = quick ? 2 : 8;
  const checkedSteps = quick ? 2 : 3;
  return {
    name: `train-mobilenet-${photos}`,
    workload: 'train-mobilenet',
    photos,
    counts: [],
    training: {
      batches: quick ? 2 : 3,
      examples: photos,
      targets: tunedCount,
      checkedSteps,
      learningRate: 0.0001,
      dropout: 0,
      imageSize: quick ? 96 : imageSize,
    },
    outputs: [{ name: 'losses', rows: checkedSteps, width: 1 }],
  };
}

/** The tasks of a run, workload by workload, small ones first. */
export function tasksOf({
  workloads,
  batches,
  photos,
  quick,
}: {
  readonly workloads: readonly WorkloadName[];
  readonly batches: readonly number[];
  readonly photos: number;
  readonly quick: boolean;
}): Task[] {
  const tasks: Record<WorkloadName, () => Task[]> = {
    mobilenet: () => [...batches].sort((a, b) => a - b).map(mobilenetTask),
    head: () => [headTask()],
    together: () => [togetherTask(photos)],
    'train-head': () => [trainHeadTask(quick)],
    'train-mobilenet': () => [trainMobilenetTask(quick)],
  };
  return workloads.flatMap((workload) => tasks[workload]());
}

/** One line for people, for example `MobileNet v1, batch 8`. */
export function describeTask({ workload, photos, counts, training }: Task): string {
  if (workload === 'mobilenet') return `MobileNet v1, batch ${photos}`;
  if (workload === 'train-mobilenet') {
    return `training step of MobileNet v1, batch ${photos}, ${training!.imageSize} pixels`;
  }
  const collections = `${photos} photos in ${counts.length} collections of ${Math.min(...counts)} to ${Math.max(...counts)}`;
  if (workload === 'train-head') return `training step of the head, ${collections}`;
  return workload === 'head' ? `head, ${collections}` : `MobileNet v1 + head, ${collections}`;
}
