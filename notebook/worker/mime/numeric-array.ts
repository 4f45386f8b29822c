/** Typed arrays in a few words: a tensor has too many numbers to print. */

export type NumericArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

export function isNumericArray(value: unknown): value is NumericArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

export interface Summary {
  min: number;
  max: number;
  mean: number;
  /** How many elements are NaN; the other figures leave them out. */
  nan: number;
}

/** Smallest, largest and mean element; all NaN where there is no element that is a number. */
export function summarise(array: NumericArray): Summary {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let nan = 0;
  for (const element of array) {
    const number = Number(element);
    if (Number.isNaN(number)) {
      nan++;
    } else {
      min = Math.min(min, number);
      max = Math.max(max, number);
      sum += number;
    }
  }
  const count = array.length - nan;
  return count === 0
    ? { min: Number.NaN, max: Number.NaN, mean: Number.NaN, nan }
    : { min, max, mean: sum / count, nan };
}

/** Five significant digits at most; very small and very large numbers with an exponent. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && Number.isFinite(size) && (size < 1e-4 || size >= 1e9)) {
    return value.toExponential(4).replace(/\.?0*e\+?/, 'e');
  }
  return Object.is(value, -0) ? '0' : String(Number(value.toPrecision(5)));
}

/** `Float32Array [2, 512] min −1 max 1 mean 0.02: 0.5, −1, …`, on one line. */
export function describeArray(array: NumericArray, shape: readonly number[] = [array.length]): string {
  const head = `${array.constructor.name} [${shape.join(', ')}]`;
  if (array.length === 0) {
    return head;
  }
  const { min, max, mean, nan } = summarise(array);
  const figures = [
    ...(nan < array.length
      ? [`min ${formatNumber(min)}`, `max ${formatNumber(max)}`, `mean ${formatNumber(mean)}`]
      : []),
    ...(nan > 0 ? [`${nan} NaN`] : []),
  ];
  const first = [...array.slice(0, 8)].map((element) => formatNumber(Number(element)));
  const rest = array.length > first.length ? ', …' : '';
  return `${head} ${figures.join(' ')}: ${first.join(', ')}${rest}`;
}
