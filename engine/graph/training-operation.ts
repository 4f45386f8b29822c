/**
 * Operations that only training needs. Their kernels and references are loaded with `engine/training.ts`, so that a page
 * that only runs models never fetches them.
 */
import type { Convolution2dAttributes } from '../../kernels/convolution/geometry.ts';
import type { OutputBlock } from '../../kernels/convolution/gradient-geometry.ts';
import type { ActivationGradient } from '../../kernels/kernel.ts';

/** What a training operation computes. Operands are in `Value.inputs`, in the order that its function documents. */
export type TrainingOperation =
  | { readonly kind: 'after' }
  | Each<'matmul_transposed_right' | 'matmul_transposed_left' | ActivationGradient>
  | { readonly kind: 'constant'; readonly value: number }
  | Each<'sum_rows' | 'mean' | 'sum_of_squares' | 'subtract'>
  | Each<'broadcast' | 'scale', { readonly factor: number }>
  | { readonly kind: 'dropout'; readonly rate: number; readonly stream: number }
  | Each<'binary_cross_entropy' | 'binary_cross_entropy_gradient', { readonly positiveWeight: number }>
  | Each<'segment_outer' | 'segment_mean_gradient' | 'segment_softmax_gradient' | 'softmax_gradient'>
  | Each<'gather' | 'scatter_add'>
  | Each<'row_distance' | 'row_distance_gradient', { readonly metric: 'euclidean' | 'manhattan' }>
  | Each<'softmax_cross_entropy' | 'softmax_cross_entropy_gradient'>
  | Each<'conv2d_input_gradient' | 'depthwise_conv2d_input_gradient', Convolution2dAttributes>
  | Each<
      'conv2d_kernel_gradient_parts' | 'depthwise_conv2d_kernel_gradient_parts',
      Convolution2dAttributes & { readonly block: OutputBlock }
    >
  | { readonly kind: 'global_average_pool_gradient' }
  | { readonly kind: 'batch_moments_parts'; readonly rows: number }
  | { readonly kind: 'batch_moments'; readonly rows: number; readonly allRows: number }
  | { readonly kind: 'batch_normalize'; readonly epsilon: number }
  | { readonly kind: 'batch_normalize_sums_parts'; readonly rows: number; readonly epsilon: number }
  | { readonly kind: 'batch_normalize_gradient'; readonly epsilon: number; readonly training: boolean }
  | { readonly kind: 'row'; readonly index: number }
  | { readonly kind: 'clip_factor'; readonly maximum: number }
  | ({ readonly kind: 'sgd' } & UpdateAttributes & {
        readonly momentum: number;
        readonly weightDecay: number;
      })
  | ({ readonly kind: 'adam' } & UpdateAttributes & AdamAttributes)
  | ({ readonly kind: 'accumulate' } & UpdateAttributes & { readonly keep: number; readonly factor: number });

/** An operation of each kind. */
type Each<Kinds extends string, Attributes = unknown> = Kinds extends string
  ? { readonly kind: Kinds } & Attributes
  : never;

export type TrainingOperationKind = TrainingOperation['kind'];

/** What operations share that change state in place. */
export interface UpdateAttributes {
  /** How many of the first operands are state. The kernel writes their new content over the old. */
  readonly inPlace: number;
  /** Whose new content the value is: an index below `inPlace`. Only part 0 launches the kernel, which writes all parts. */
  readonly part: number;
}

/** Constants of Adam; the learning rate of a step is data. */
export interface AdamAttributes {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Decoupled: each step shrinks the parameter by learning rate · weight decay. */
  readonly weightDecay: number;
}
