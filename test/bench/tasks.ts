/** What is measured: three workloads, at the sizes that were asked for. */
import { uniform } from '../../engine/random.ts';
import { classCount, featureCount } from './network.ts';

/**
 * - `mobilenet`: photos to features and class probabilities.
 * - `head`: features of ragged collections of photos to scores: two attention blocks, context gating, dense 2048 with ReLU,
 *   dense 1000 with sigmoid.
 * - `together`: photos of ragged collections through MobileNet and the head, in one go where a runtime can.
 */
export const workloadNames = ['mobilenet', 'head', 'together'] as const;
export type WorkloadName = (typeof workloadNames)[number];

/** Sizes of the head: D categories, and the dense layer before them. */
export const categoryCount = 1000;
export const hiddenCount = 2048;

/** One workload at one size, as plain data. */
export interface Task {
  /** Also the stem of its files, for example `mobilenet-8`. */
  readonly name: string;
  readonly workload: WorkloadName;
  /** Photos of all collections together. */
  readonly photos: number;
  /** Photos of each collection; empty for `mobilenet`. */
  readonly counts: readonly number[];
  /** In the order of an answer. Each is `[rows, width]`, row-major float32. */
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

/** The tasks of a run, workload by workload, small ones first. */
export function tasksOf(
  workloads: readonly WorkloadName[],
  batches: readonly number[],
  photos: number,
): Task[] {
  const tasks: Record<WorkloadName, () => Task[]> = {
    mobilenet: () => [...batches].sort((a, b) => a - b).map(mobilenetTask),
    head: () => [headTask()],
    together: () => [togetherTask(photos)],
  };
  return workloads.flatMap((workload) => tasks[workload]());
}

/** One line for people, for example `MobileNet v1, batch 8`. */
export function describeTask({ workload, photos, counts }: Task): string {
  if (workload === 'mobilenet') return `MobileNet v1, batch ${photos}`;
  const collections = `${photos} photos in ${counts.length} collections of ${Math.min(...counts)} to ${Math.max(...counts)}`;
  return workload === 'head' ? `head, ${collections}` : `MobileNet v1 + head, ${collections}`;
}
