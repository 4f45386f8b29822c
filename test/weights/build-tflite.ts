/** Builds small TensorFlow Lite models with the flatbuffers library, following the TFLite schema, version 3. */
import { Builder } from 'flatbuffers';

export interface TensorToBuild {
  readonly name: string;
  readonly shape: readonly number[];
  /** A constant's values; absent for activations. */
  readonly values?: readonly number[];
}

export interface OperatorToBuild {
  /** Number in `BuiltinOperator`: 3 CONV_2D, 4 DEPTHWISE_CONV_2D. */
  readonly builtin: number;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly stride: number;
  /** Number in `Padding`: 0 SAME, 1 VALID. */
  readonly padding: number;
  /** Number in `ActivationFunctionType`: 0 NONE, 3 RELU6. */
  readonly activation: number;
}

export interface ModelToBuild {
  readonly tensors: readonly TensorToBuild[];
  readonly operators: readonly OperatorToBuild[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly version?: number;
  readonly identifier?: string;
}

/** The bytes of a `.tflite` file. */
export function buildTflite(model: ModelToBuild): Uint8Array {
  const builder = new Builder(1024);
  const int32s = (values: readonly number[]) => {
    builder.startVector(4, values.length, 4);
    for (const value of [...values].reverse()) builder.addInt32(value);
    return builder.endVector();
  };
  const tables = (offsets: readonly number[]) => {
    builder.startVector(4, offsets.length, 4);
    for (const offset of [...offsets].reverse()) builder.addOffset(offset);
    return builder.endVector();
  };
  const table = (fields: number, fill: () => void) => {
    builder.startObject(fields);
    fill();
    return builder.endObject();
  };

  // Buffer 0 is empty by the schema's rule; constants follow.
  const constants = model.tensors.filter(({ values }) => values);
  const buffers = [undefined, ...constants].map((constant) => {
    const bytes = new Uint8Array(Float32Array.from(constant?.values ?? []).buffer);
    const data = constant && builder.createByteVector(bytes);
    return table(1, () => data && builder.addFieldOffset(0, data, 0));
  });
  const tensors = model.tensors.map((tensor) => {
    const name = builder.createString(tensor.name);
    const shape = int32s(tensor.shape);
    return table(4, () => {
      builder.addFieldOffset(0, shape, 0);
      builder.addFieldInt32(2, constants.indexOf(tensor) + 1, 0);
      builder.addFieldOffset(3, name, 0);
    });
  });
  const builtins = [...new Set(model.operators.map(({ builtin }) => builtin))];
  const codes = builtins.map((builtin) => table(4, () => builder.addFieldInt8(0, builtin, 0)));
  const operators = model.operators.map((operator) => {
    const inputs = int32s(operator.inputs);
    const outputs = int32s(operator.outputs);
    // Conv2DOptions; DepthwiseConv2DOptions have the depth multiplier before the activation.
    const depthwise = operator.builtin === 4;
    const options = table(5, () => {
      builder.addFieldInt8(0, operator.padding, 0);
      builder.addFieldInt32(1, operator.stride, 0);
      builder.addFieldInt32(2, operator.stride, 0);
      if (depthwise) builder.addFieldInt32(3, 1, 0);
      builder.addFieldInt8(depthwise ? 4 : 3, operator.activation, 0);
    });
    return table(5, () => {
      builder.addFieldInt32(0, builtins.indexOf(operator.builtin), 0);
      builder.addFieldOffset(1, inputs, 0);
      builder.addFieldOffset(2, outputs, 0);
      builder.addFieldInt8(3, depthwise ? 2 : 1, 0);
      builder.addFieldOffset(4, options, 0);
    });
  });
  const parts = [tables(tensors), int32s(model.inputs), int32s(model.outputs), tables(operators)];
  const subgraph = table(5, () => {
    parts.forEach((part, field) => {
      builder.addFieldOffset(field, part, 0);
    });
  });
  const modelParts = { codes: tables(codes), subgraphs: tables([subgraph]), buffers: tables(buffers) };
  const root = table(5, () => {
    builder.addFieldInt32(0, model.version ?? 3, 0);
    builder.addFieldOffset(1, modelParts.codes, 0);
    builder.addFieldOffset(2, modelParts.subgraphs, 0);
    builder.addFieldOffset(4, modelParts.buffers, 0);
  });
  builder.finish(root, model.identifier ?? 'TFL3');
  return builder.asUint8Array().slice();
}

/** A model of MobileNet v1's form with few channels; `widths` are the channels after each of the 28 layers. */
export function buildMobilenet(
  widths: readonly number[],
  change: (operator: OperatorToBuild, index: number) => OperatorToBuild = (operator) => operator,
): Uint8Array {
  const tensors: TensorToBuild[] = [{ name: 'input', shape: [1, 8, 8, 3] }];
  const operators: OperatorToBuild[] = [];
  let channels = 3;
  let input = 0;
  widths.forEach((width, index) => {
    const depthwise = index % 2 === 1 && index < 27;
    const size = depthwise || index === 0 ? 3 : 1;
    const shape = depthwise ? [1, size, size, width] : [width, size, size, channels];
    const count = shape.reduce((product, length) => product * length, 1);
    const first = tensors.length;
    tensors.push(
      { name: `w${index}`, shape, values: Array.from({ length: count }, (_, i) => index + i / 1000) },
      { name: `b${index}`, shape: [width], values: Array.from({ length: width }, (_, i) => -index - i) },
      { name: `y${index}`, shape: [1, 1, 1, width] },
    );
    const operator: OperatorToBuild = {
      builtin: depthwise ? 4 : 3,
      inputs: [input, first, first + 1],
      outputs: [first + 2],
      stride: [0, 3, 7, 11, 23].includes(index) ? 2 : 1,
      padding: 0,
      activation: index === 27 ? 0 : 3,
    };
    operators.push(change(operator, index));
    input = first + 2;
    channels = width;
  });
  return buildTflite({ tensors, operators, inputs: [0], outputs: [input] });
}
