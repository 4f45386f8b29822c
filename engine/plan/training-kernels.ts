/** Which kernel computes which training operation. Loaded with `engine/training.ts`. */

import { clipFactor } from '../../kernels/clip_factor.ts';
import { fill } from '../../kernels/fill.ts';
import type { Kernel } from '../../kernels/kernel.ts';
import { accumulate, adam, sgd } from '../../kernels/update.ts';
import type { TrainingOperationKind } from '../graph/training-operation.ts';

/** Every training operation but those that cost nothing. */
export const trainingKernels: Record<Exclude<TrainingOperationKind, 'after'>, Kernel> = {
  constant: fill,
  clip_factor: clipFactor,
  sgd,
  adam,
  accumulate,
};
