/** Storage of elements: how many bytes, which host array, and how real numbers become float16. */
import type { HostArray } from './backend.ts';
import { type DataType, elementCount, type TensorSpecification } from './graph/value.ts';

export { byteLength as storageBytes } from '../kernels/storage.ts';

/** Whether a host array can hold a tensor of the data type. */
export function hostArrayFits(dataType: DataType, data: HostArray): boolean {
  switch (dataType) {
    case 'float32':
      return data instanceof Float32Array;
    case 'float16':
      return data instanceof Float32Array || data instanceof Uint16Array;
    case 'uint32':
      return data instanceof Uint32Array;
    case 'uint8':
      return data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  }
}

/** Host data as the bytes that go to the GPU; float32 becomes float16 where the tensor is stored so. */
export function toStorage(dataType: DataType, data: HostArray): HostArray {
  return dataType === 'float16' && data instanceof Float32Array ? toFloat16(data) : data;
}

/** Bytes from the GPU as host data: `Float32Array` for float32 and float16, else the array of the data type. */
export function fromStorage({ shape, dataType }: TensorSpecification, bytes: ArrayBuffer): HostArray {
  const count = elementCount(shape);
  switch (dataType) {
    case 'float32':
      return new Float32Array(bytes, 0, count);
    case 'float16':
      return fromFloat16(new Uint16Array(bytes, 0, count));
    case 'uint32':
      return new Uint32Array(bytes, 0, count);
    case 'uint8':
      return new Uint8Array(bytes, 0, count);
  }
}

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

/**
 * Rounds float32 numbers to float16, to nearest and ties to even (IEEE 754-2019, binary16); too large becomes
 * infinity, NaN stays NaN.
 *
 * @returns the bits
 */
export function toFloat16(numbers: Float32Array): Uint16Array {
  return Uint16Array.from(numbers, (number) => {
    scratch[0] = number;
    const bits = scratchBits[0]!;
    const sign = (bits >>> 16) & 0x8000;
    const magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) return sign | 0x7e00;
    // 65520 and above round to infinity.
    if (magnitude >= 0x477ff000) return sign | 0x7c00;
    if (magnitude < 0x38800000) {
      // Subnormal: a multiple of 2^-24.
      scratch[0] = Math.abs(number);
      const units = scratch[0] * 2 ** 24;
      const floor = Math.floor(units);
      const rest = units - floor;
      return sign | (floor + (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? 1 : 0));
    }
    const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return sign | ((rounded - 0x38000000) >>> 13);
  });
}

/** Float16 bits as float32 numbers. Exact. */
export function fromFloat16(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
  });
}
