/** What optimisers do to parameters, in float64. Each returns the part of the state that the operation stands for. */
import type { Reference } from './reference.ts';

/** `clip · g`, where there is a clip. */
function clipped(gradient: Float64Array, clip: Float64Array | undefined): Float64Array {
  return clip ? gradient.map((g) => g * clip[0]!) : gradient;
}

export const sgd: Reference<'sgd'> = ({ inPlace, part, momentum, weightDecay }, operands) => {
  const [parameter] = operands as [Float64Array];
  const velocity = inPlace === 2 ? operands[1] : undefined;
  const [gradient, step, clip] = operands.slice(inPlace) as [Float64Array, Float64Array, Float64Array?];
  const moved = clipped(gradient, clip).map(
    (g, i) => momentum * (velocity?.[i] ?? 0) + g + weightDecay * parameter[i]!,
  );
  return part === 1 ? moved : parameter.map((p, i) => p - step[0]! * moved[i]!);
};

export const adam: Reference<'adam'> = (
  { part, beta1, beta2, epsilon, weightDecay },
  [parameter, mean, variance, gradient, step, clip],
) => {
  const g = clipped(gradient!, clip);
  const newMean = mean!.map((m, i) => beta1 * m + (1 - beta1) * g[i]!);
  if (part === 1) return newMean;
  const newVariance = variance!.map((v, i) => beta2 * v + (1 - beta2) * g[i]! ** 2);
  if (part === 2) return newVariance;
  const [rate, meanCorrection, varianceCorrection] = step as unknown as [number, number, number];
  return parameter!.map((p, i) => {
    const direction =
      (newMean[i]! * meanCorrection) / (Math.sqrt(newVariance[i]! * varianceCorrection) + epsilon);
    return p - rate * (direction + weightDecay * p);
  });
};

export const accumulate: Reference<'accumulate'> = ({ keep, factor }, [state, x, coefficients]) => {
  const [kept, added] = coefficients ? (coefficients as unknown as [number, number]) : [keep, factor];
  return state!.map((s, i) => (kept === 0 ? 0 : kept * s) + added * x![i]!);
};
