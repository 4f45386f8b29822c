/** Differentiation rules of losses, with respect to logits; targets are data. */
import { ShapeError } from '../errors.ts';
import { binaryCrossEntropyGradient, softmaxCrossEntropyGradient } from '../graph/losses.ts';
import type { Operation } from '../graph/value.ts';
import type { DifferentiatedOperation, GradientRule } from './rule.ts';

function refuseTargets({ operation, needed }: DifferentiatedOperation): void {
  if (needed[1]) {
    throw new ShapeError(`gradients: ${operation.kind} is differentiated for logits only; targets are data.`);
  }
}

export const binaryCrossEntropyRule: GradientRule = (at) => {
  refuseTargets(at);
  const [logits, targets] = at.inputs;
  const options = at.operation as Extract<Operation, { readonly kind: 'binary_cross_entropy' }>;
  return [binaryCrossEntropyGradient(logits!, targets!, at.dy, options), undefined];
};

export const softmaxCrossEntropyRule: GradientRule = (at) => {
  refuseTargets(at);
  const [logits, targets] = at.inputs;
  return [softmaxCrossEntropyGradient(logits!, targets!, at.dy), undefined];
};
