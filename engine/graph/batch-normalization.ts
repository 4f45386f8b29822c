/**
 * Batch normalisation and its gradients.
 *
 * Source: Ioffe and Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate
 * Shift" (arXiv 1502.03167), algorithm 1 and section 3.
 */
import { ShapeError } from '../errors.ts';
import { requireRank, shapesDisagree } from './check.ts';
import { reshape } from './reduction.ts';
import { sumRows } from './sums.ts';
import { elementCount, type OperationKind, type Value, value } from './value.ts';

/** What batch normalisation can be told. */
export interface BatchNormalizationOptions {
  /** What is added to the variance before the root. Default 0.001, as in Keras. */
  readonly epsilon?: number;
}

const defaultEpsilon = 1e-3;

/** Work for as many threads, each of which takes four channels of a part of the rows, … */
const wantedThreads = 8192;
/** … but no more parts, and none with fewer rows: the parts have to be added up. */
const mostParts = 1024;
const leastRows = 32;

/** Rows in a part, and how many parts there are. */
function partsOf(x: Value): { rows: number; parts: number; allRows: number } {
  const channels = x.shape.at(-1)!;
  const allRows = elementCount(x.shape) / channels;
  const parts = Math.min(
    mostParts,
    Math.ceil(wantedThreads / Math.ceil(channels / 4)),
    Math.ceil(allRows / leastRows),
  );
  const rows = Math.ceil(allRows / parts);
  return { rows, parts: Math.ceil(allRows / rows), allRows };
}

/** Checks operands against x `[…, C]`. */
function requireOperands(
  kind: OperationKind,
  x: Value,
  moments: Value,
  vectors: Readonly<Record<string, Value>>,
  epsilon: number,
): void {
  requireRank(kind, 'x', x, 2, 3, 4);
  requireRank(kind, 'the moments', moments, 2);
  const channels = x.shape.at(-1)!;
  if (`${moments.shape}` !== `2,${channels}`) {
    shapesDisagree(kind, `the moments must be [2, ${channels}], mean and variance`, x, moments);
  }
  for (const [name, vector] of Object.entries(vectors)) {
    requireRank(kind, name, vector, 1);
    if (vector.shape[0] !== channels) shapesDisagree(kind, `${name} must be [${channels}]`, x, vector);
  }
  if (!(Number.isFinite(epsilon) && epsilon > 0)) {
    throw new ShapeError(`${kind}: epsilon must be greater than 0, but it is ${epsilon}.`);
  }
}

/** Throws `ShapeError` unless dy has the shape of x. */
function requireSameShape(kind: OperationKind, x: Value, dy: Value): void {
  requireRank(kind, 'dy', dy, 2, 3, 4);
  if (`${x.shape}` !== `${dy.shape}`) shapesDisagree(kind, 'x and dy must have the same shape', x, dy);
}

/**
 * `mean[c] = (1 / n) Σ_r x[r, c]`, `variance[c] = (1 / n) Σ_r (x[r, c] − mean[c])²` over all n rows: the biased variance.
 * Exact to rounding where the mean is far larger than the deviation, too. For use in `batchNormalize` and in moving
 * averages; `gradients` does not go through it in any other place.
 *
 * @param x `[…, C]`
 * @returns `[2, C]`: mean, variance
 */
export function batchMoments(x: Value): Value {
  requireRank('batch_moments', 'x', x, 2, 3, 4);
  const { rows, parts, allRows } = partsOf(x);
  const channels = x.shape.at(-1)!;
  const ofParts = value({ kind: 'batch_moments_parts', rows }, [x], [parts, 3, channels]);
  return value({ kind: 'batch_moments', rows, allRows }, [ofParts], [2, channels]);
}

/**
 * `y[r, c] = (x[r, c] − mean[c]) · scale[c] / √(variance[c] + ε) + shift[c]`. With moments straight from `batchMoments`
 * the gradient goes through them; any other moments, such as moving averages, count as constants.
 *
 * @param x `[…, C]`
 * @param moments `[2, C]`: mean, variance
 * @param scale `[C]`, γ
 * @param shift `[C]`, β
 * @returns `[…, C]`
 * @throws ShapeError where the shapes do not fit.
 */
export function batchNormalize(
  x: Value,
  moments: Value,
  scale: Value,
  shift: Value,
  { epsilon = defaultEpsilon }: BatchNormalizationOptions = {},
): Value {
  const kind = 'batch_normalize';
  requireOperands(kind, x, moments, { scale, shift }, epsilon);
  return value({ kind, epsilon }, [x, moments, scale, shift], x.shape);
}

/**
 * `Σ_r dy[r, c]` and `Σ_r dy[r, c] x̂[r, c]`, the gradients by shift and by scale; x̂ is x normalised.
 *
 * @param x `[…, C]`
 * @param moments `[2, C]`
 * @param dy `[…, C]`
 * @returns `[2, C]`
 * @throws ShapeError where the shapes do not fit.
 */
export function batchNormalizeSums(
  x: Value,
  moments: Value,
  dy: Value,
  { epsilon = defaultEpsilon }: BatchNormalizationOptions = {},
): Value {
  const kind = 'batch_normalize_sums_parts';
  requireOperands(kind, x, moments, {}, epsilon);
  requireSameShape(kind, x, dy);
  const { rows, parts } = partsOf(x);
  const channels = x.shape.at(-1)!;
  const ofParts = value({ kind, rows, epsilon }, [x, moments, dy], [parts, 2, channels]);
  if (parts === 1) return reshape(ofParts, [2, channels]);
  return reshape(sumRows(reshape(ofParts, [parts, 2 * channels])), [2, channels]);
}

/**
 * The gradient by x. With `through`, where the moments are those of x itself:
 * `dx[r, c] = scale[c] / √(variance[c] + ε) · (dy[r, c] − (Σ dy)[c] / n − x̂[r, c] (Σ dy x̂)[c] / n)`; else the first two
 * factors · dy.
 *
 * @param dy `[…, C]`
 * @param moments `[2, C]`
 * @param scale `[C]`
 * @param through x `[…, C]` and its `batchNormalizeSums` `[2, C]`
 * @returns `[…, C]`
 * @throws ShapeError where the shapes do not fit.
 */
export function batchNormalizeGradient(
  dy: Value,
  moments: Value,
  scale: Value,
  {
    epsilon = defaultEpsilon,
    through,
  }: BatchNormalizationOptions & { readonly through?: { readonly x: Value; readonly sums: Value } } = {},
): Value {
  const kind = 'batch_normalize_gradient';
  requireOperands(kind, dy, moments, { scale }, epsilon);
  if (!through) return value({ kind, epsilon, training: false }, [dy, moments, scale], dy.shape);
  const { x, sums } = through;
  requireSameShape(kind, x, dy);
  if (`${sums.shape}` !== `${moments.shape}`) {
    shapesDisagree(kind, 'the sums must have the shape of the moments', moments, sums);
  }
  return value({ kind, epsilon, training: true }, [dy, moments, scale, x, sums], dy.shape);
}
