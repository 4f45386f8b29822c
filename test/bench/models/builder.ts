/** Writes ONNX models. Source: the ONNX specification, IR version 8, operator set 17. */
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  type AttributeProtoSchema,
  ModelProtoSchema,
  type NodeProtoSchema,
  TensorProto_DataType,
  type TensorProtoSchema,
  type ValueInfoProtoSchema,
} from 'onnx-buf';

type Tensor = MessageInitShape<typeof TensorProtoSchema>;
type Node = MessageInitShape<typeof NodeProtoSchema>;
type Attribute = MessageInitShape<typeof AttributeProtoSchema>;
type ValueInfo = MessageInitShape<typeof ValueInfoProtoSchema>;

function attribute(name: string, value: number | readonly number[]): Attribute {
  return typeof value === 'number'
    ? { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) }
    : { name, type: AttributeProto_AttributeType.INTS, ints: value.map(BigInt) };
}

function valueInfo(name: string, shape: readonly number[]): ValueInfo {
  const dim = shape.map((size) => ({ value: { case: 'dimValue' as const, value: BigInt(size) } }));
  return {
    name,
    type: { value: { case: 'tensorType', value: { elemType: TensorProto_DataType.FLOAT, shape: { dim } } } },
  };
}

/** Collects the nodes and constants of a model; values are known by name. */
export class OnnxBuilder {
  readonly #initializers: Tensor[] = [];
  readonly #nodes: Node[] = [];
  readonly #inputs: ValueInfo[] = [];
  readonly #outputs: ValueInfo[] = [];

  /** A float32 input of the model. */
  input(name: string, shape: readonly number[]): string {
    this.#inputs.push(valueInfo(name, shape));
    return name;
  }

  output(name: string, shape: readonly number[]): void {
    this.#outputs.push(valueInfo(name, shape));
  }

  constant(name: string, shape: readonly number[], data: Float32Array): string {
    const rawData = new Uint8Array(data.slice().buffer);
    this.#initializers.push({ name, dims: shape.map(BigInt), dataType: TensorProto_DataType.FLOAT, rawData });
    return name;
  }

  /** A constant `int64` vector, for example the shape of a Reshape. */
  integers(name: string, values: readonly number[]): string {
    const rawData = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
    const dims = [BigInt(values.length)];
    this.#initializers.push({ name, dims, dataType: TensorProto_DataType.INT64, rawData });
    return name;
  }

  /** A node with one output, which bears the node's name. */
  node(
    opType: string,
    name: string,
    input: readonly string[],
    attributes: Readonly<Record<string, number | readonly number[]>> = {},
  ): string {
    this.#nodes.push({
      opType,
      name,
      input: [...input],
      output: [name],
      attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
    });
    return name;
  }

  /** The bytes of the file. */
  bytes(name: string): Uint8Array<ArrayBuffer> {
    const model = create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [{ version: 17n }],
      graph: {
        name,
        node: this.#nodes,
        initializer: this.#initializers,
        input: this.#inputs,
        output: this.#outputs,
      },
    });
    return toBinary(ModelProtoSchema, model);
  }
}
