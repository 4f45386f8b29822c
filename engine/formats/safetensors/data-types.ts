/**
 * The host array that holds a tensor's elements, by data type. `float16` and `bfloat16` are raw bits; `bool` is one
 * byte an element.
 */
export interface ArrayOf {
  float64: Float64Array;
  float32: Float32Array;
  float16: Uint16Array;
  bfloat16: Uint16Array;
  int64: BigInt64Array;
  uint64: BigUint64Array;
  int32: Int32Array;
  uint32: Uint32Array;
  int16: Int16Array;
  uint16: Uint16Array;
  int8: Int8Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}

/** Data types that can be read and written; a superset of the engine's own. */
export type StoredDataType = keyof ArrayOf;

interface ArrayConstructor<Data> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): Data;
}

/** What the format calls a data type, and the array that holds it. */
export interface StoredDataTypeDescription<T extends StoredDataType = StoredDataType> {
  /** The format's word for it, for example `F32`. */
  readonly code: string;
  readonly array: ArrayConstructor<ArrayOf[T]>;
}

export const storedDataTypes: { readonly [T in StoredDataType]: StoredDataTypeDescription<T> } = {
  float64: { code: 'F64', array: Float64Array },
  float32: { code: 'F32', array: Float32Array },
  float16: { code: 'F16', array: Uint16Array },
  bfloat16: { code: 'BF16', array: Uint16Array },
  int64: { code: 'I64', array: BigInt64Array },
  uint64: { code: 'U64', array: BigUint64Array },
  int32: { code: 'I32', array: Int32Array },
  uint32: { code: 'U32', array: Uint32Array },
  int16: { code: 'I16', array: Int16Array },
  uint16: { code: 'U16', array: Uint16Array },
  int8: { code: 'I8', array: Int8Array },
  uint8: { code: 'U8', array: Uint8Array },
  bool: { code: 'BOOL', array: Uint8Array },
};

const byCode = new Map<string, StoredDataType>(
  (Object.keys(storedDataTypes) as StoredDataType[]).map((dataType) => [
    storedDataTypes[dataType].code,
    dataType,
  ]),
);

/** The data type with this word in the format, or undefined. */
export function dataTypeOfCode(code: string): StoredDataType | undefined {
  return byCode.get(code);
}
