/**
 * Differentiation rules of ragged batches and of softmax. The gradients of attention are exact, and made of the forward
 * operations turned around.
 *
 * Source: the derivatives of equations 1 to 5 of Yang et al., "Neural Aggregation Network for Video Face Recognition"
 * (CVPR 2017).
 */
import { ShapeError } from '../errors.ts';
import {
  segmentMeanGradient,
  segmentOuter,
  segmentSoftmaxGradient,
  softmaxGradient,
} from '../graph/segment-gradients.ts';
import { attentionScores, segmentWeightedSum } from '../graph/segments.ts';
import { sumRows } from '../graph/sums.ts';
import type { GradientRule } from './rule.ts';

/** `e[m] = q · x[m]`: `dx[m] = de[m] q`, `dq = Σ_m de[m] x[m]` of each set, or of all where q is shared. */
export const attentionScoresRule: GradientRule = ({ inputs: [x, q, offsets], dy, needed }) => {
  const sums = needed[1] ? segmentWeightedSum(dy, x!, offsets!) : undefined;
  return [
    needed[0] ? segmentOuter(dy, q!, offsets!) : undefined,
    sums && (q!.shape.length === 1 ? sumRows(sums) : sums),
    undefined,
  ];
};

export const segmentSoftmaxRule: GradientRule = ({ inputs, output, dy }) => [
  segmentSoftmaxGradient(output, dy, inputs[1]!),
  undefined,
];

/** `y[b] = Σ_m w[m] x[m]`: `dw[m] = dy[b] · x[m]`, `dx[m] = w[m] dy[b]`. */
export const segmentWeightedSumRule: GradientRule = ({ inputs: [w, x, offsets], dy, needed }) => [
  needed[0] ? attentionScores(x!, dy, offsets!) : undefined,
  needed[1] ? segmentOuter(w!, dy, offsets!) : undefined,
  undefined,
];

/** The fused form comes after differentiation. @throws ShapeError always */
export const attentionPoolRule: GradientRule = ({ output }) => {
  throw new ShapeError(
    `gradients: attention_pool '${output.label}' keeps no weights to differentiate; write segmentSoftmax and segmentWeightedSum instead.`,
  );
};

export const segmentMeanRule: GradientRule = ({ inputs: [x, offsets], dy }) => [
  segmentMeanGradient(dy, offsets!, x!.shape[0]!),
  undefined,
];

/** `dx[m] = w[m] y[b]`: `dw[m] = y[b] · ddx[m]`, `dy[b] = Σ_m w[m] ddx[m]`, or of all sets where y is shared. */
export const segmentOuterRule: GradientRule = ({ inputs: [w, y, offsets], dy, needed }) => {
  const sums = needed[1] ? segmentWeightedSum(w!, dy, offsets!) : undefined;
  return [
    needed[0] ? attentionScores(dy, y!, offsets!) : undefined,
    sums && (y!.shape.length === 1 ? sumRows(sums) : sums),
    undefined,
  ];
};

export const softmaxRule: GradientRule = ({ output, dy }) => [softmaxGradient(output, dy)];
