/**
 * Reads TensorFlow Lite models: the tables of the TFLite schema, version 3 (`schema.fbs` of TensorFlow Lite, file
 * identifier `TFL3`), as far as float convolutional networks use them. Field numbers are those of the schema; the
 * flatbuffers runtime resolves tables, vectors and strings.
 */
import { ByteBuffer } from 'flatbuffers';

/** Names of the builtin operators that are told apart, by their number in `BuiltinOperator`. */
const builtinOperators: Readonly<Record<number, string>> = {
  0: 'ADD',
  1: 'AVERAGE_POOL_2D',
  3: 'CONV_2D',
  4: 'DEPTHWISE_CONV_2D',
  9: 'FULLY_CONNECTED',
  22: 'RESHAPE',
  25: 'SOFTMAX',
  43: 'SQUEEZE',
};

/** `TensorType` by number. */
const tensorTypes = ['FLOAT32', 'FLOAT16', 'INT32', 'UINT8', 'INT64', 'STRING', 'BOOL', 'INT16'] as const;

/** `ActivationFunctionType` by number. */
const activations = ['NONE', 'RELU', 'RELU_N1_TO_1', 'RELU6', 'TANH', 'SIGN_BIT'] as const;

export interface TfliteTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** The schema's word, for example `FLOAT32`. */
  readonly type: string;
  /** The constant's bytes; empty for activations. */
  readonly data: Uint8Array;
}

export interface TfliteConvolution {
  readonly padding: 'SAME' | 'VALID';
  readonly strideHeight: number;
  readonly strideWidth: number;
  /** The schema's word, for example `RELU6`. */
  readonly activation: string;
}

export interface TfliteOperator {
  /** The schema's word, for example `CONV_2D`; `BUILTIN 99` where this reader has no name for it. */
  readonly kind: string;
  /** Positions in `TfliteModel.tensors`; -1 for an absent optional input. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Present for `CONV_2D` and `DEPTHWISE_CONV_2D`. */
  readonly convolution: TfliteConvolution | undefined;
}

/** The first subgraph of a model. */
export interface TfliteModel {
  readonly tensors: readonly TfliteTensor[];
  readonly operators: readonly TfliteOperator[];
  /** Positions in `tensors`. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Byte position in the file of the first entry of `outputs`, a little-endian int32. */
  readonly outputsPosition: number;
}

/** One table of the flatbuffer, its fields by the number they have in the schema. */
class Table {
  readonly #buffer: ByteBuffer;
  readonly #position: number;

  constructor(buffer: ByteBuffer, position: number) {
    this.#buffer = buffer;
    this.#position = position;
  }

  /** Position of a field's value, or 0 where the field is absent. */
  #field(field: number): number {
    const offset = this.#buffer.__offset(this.#position, 4 + 2 * field);
    return offset === 0 ? 0 : this.#position + offset;
  }

  int8(field: number): number {
    const position = this.#field(field);
    return position === 0 ? 0 : this.#buffer.readInt8(position);
  }

  /** Also reads the schema's uint32 fields, which are counts far below 2³¹. */
  int32(field: number): number {
    const position = this.#field(field);
    return position === 0 ? 0 : this.#buffer.readInt32(position);
  }

  string(field: number): string {
    const position = this.#field(field);
    return position === 0 ? '' : String(this.#buffer.__string(position));
  }

  table(field: number): Table | undefined {
    const position = this.#field(field);
    return position === 0 ? undefined : new Table(this.#buffer, this.#buffer.__indirect(position));
  }

  /** Position of a vector's first element and its length. */
  vector(field: number): { start: number; length: number } {
    const position = this.#field(field);
    if (position === 0) return { start: 0, length: 0 };
    return { start: this.#buffer.__vector(position), length: this.#buffer.__vector_len(position) };
  }

  int32s(field: number): number[] {
    const { start, length } = this.vector(field);
    return Array.from({ length }, (_, index) => this.#buffer.readInt32(start + 4 * index));
  }

  tables(field: number): Table[] {
    const { start, length } = this.vector(field);
    return Array.from(
      { length },
      (_, index) => new Table(this.#buffer, this.#buffer.__indirect(start + 4 * index)),
    );
  }

  bytes(field: number): Uint8Array {
    const { start, length } = this.vector(field);
    return this.#buffer.bytes().subarray(start, start + length);
  }
}

/**
 * Reads a model's first subgraph.
 *
 * @param bytes The whole `.tflite` file. Constants are views of it.
 * @param fileName How errors name the file.
 * @throws Error where the file is no TFLite model of version 3.
 */
export function parseTflite(bytes: Uint8Array, fileName: string): TfliteModel {
  const buffer = new ByteBuffer(bytes);
  if (bytes.length < 8 || !buffer.__has_identifier('TFL3')) {
    throw new Error(
      `${fileName}: the file identifier TFL3 is missing, so this is not a TensorFlow Lite model; check that the right file was chosen.`,
    );
  }
  const model = new Table(buffer, buffer.readInt32(0));
  const version = model.int32(0);
  const subgraph = model.tables(2)[0];
  if (version !== 3 || !subgraph) {
    throw new Error(
      `${fileName}: schema version ${version} with ${model.tables(2).length} subgraphs cannot be read; use a model of version 3.`,
    );
  }
  const kinds = model.tables(1).map(operatorKind);
  const buffers = model.tables(4);
  return {
    tensors: subgraph.tables(0).map((tensor) => readTensor(tensor, buffers)),
    operators: subgraph.tables(3).map((operator) => readOperator(operator, kinds)),
    inputs: subgraph.int32s(1),
    outputs: subgraph.int32s(2),
    outputsPosition: subgraph.vector(2).start,
  };
}

/** OperatorCode. The number moved from an 8-bit to a 32-bit field; the larger of the two counts. */
function operatorKind(code: Table): string {
  const number = Math.max(code.int8(0), code.int32(3));
  return builtinOperators[number] ?? `BUILTIN ${number}`;
}

function readTensor(tensor: Table, buffers: readonly Table[]): TfliteTensor {
  const type = tensor.int8(1);
  return {
    name: tensor.string(3),
    shape: tensor.int32s(0),
    type: tensorTypes[type] ?? `TYPE ${type}`,
    data: buffers[tensor.int32(2)]?.bytes(0) ?? new Uint8Array(),
  };
}

function readOperator(operator: Table, kinds: readonly string[]): TfliteOperator {
  const kind = kinds[operator.int32(0)] ?? 'UNKNOWN';
  const options = operator.table(4);
  return {
    kind,
    inputs: operator.int32s(1),
    outputs: operator.int32s(2),
    convolution: options && readConvolution(kind, options),
  };
}

/** Conv2DOptions and DepthwiseConv2DOptions, which differ in the place of the activation. */
function readConvolution(kind: string, options: Table): TfliteConvolution | undefined {
  if (kind !== 'CONV_2D' && kind !== 'DEPTHWISE_CONV_2D') return undefined;
  const activation = options.int8(kind === 'CONV_2D' ? 3 : 4);
  return {
    padding: options.int8(0) === 0 ? 'SAME' : 'VALID',
    strideWidth: options.int32(1),
    strideHeight: options.int32(2),
    activation: activations[activation] ?? `ACTIVATION ${activation}`,
  };
}

/** A FLOAT32 constant's values, copied so that they are aligned. */
export function float32Values(tensor: TfliteTensor): Float32Array<ArrayBuffer> {
  const expected = tensor.shape.reduce((product, size) => product * size, 4);
  if (tensor.type !== 'FLOAT32' || tensor.data.length !== expected) {
    throw new Error(
      `tensor "${tensor.name}" is ${tensor.type} [${tensor.shape.join(', ')}] with ${tensor.data.length} bytes, but FLOAT32 constants with ${expected} bytes are needed; use the float model.`,
    );
  }
  // A copy through the constructor: `slice` of a Node Buffer would share memory.
  return new Float32Array(new Uint8Array(tensor.data).buffer);
}
