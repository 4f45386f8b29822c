/**
 * MobileNet v1 as an ONNX model.
 *
 * Source: the ONNX operator specification, opset 17: Conv, Clip, ReduceMean, Gemm, Softmax.
 */
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
import { depthwiseKernelToOnnx, kernelToOnnx } from '../layout.ts';
import { classCount, featureCount, imageSize, kernelSize, layers, samePadding } from '../network.ts';
import type { Weights } from './runtime.ts';

type Tensor = MessageInitShape<typeof TensorProtoSchema>;
type Node = MessageInitShape<typeof NodeProtoSchema>;
type Attribute = MessageInitShape<typeof AttributeProtoSchema>;
type ValueInfo = MessageInitShape<typeof ValueInfoProtoSchema>;

function tensor(name: string, shape: readonly number[], data: Float32Array): Tensor {
  const rawData = new Uint8Array(data.slice().buffer);
  return { name, dims: shape.map(BigInt), dataType: TensorProto_DataType.FLOAT, rawData };
}

function integer(name: string, value: number): Attribute {
  return { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) };
}

function integers(name: string, values: readonly number[]): Attribute {
  return { name, type: AttributeProto_AttributeType.INTS, ints: values.map(BigInt) };
}

function valueInfo(name: string, shape: readonly number[]): ValueInfo {
  const dim = shape.map((size) => ({ value: { case: 'dimValue' as const, value: BigInt(size) } }));
  return {
    name,
    type: { value: { case: 'tensorType', value: { elemType: TensorProto_DataType.FLOAT, shape: { dim } } } },
  };
}

/**
 * The bytes of an ONNX file with input `image` `[B, 3, 224, 224]` and outputs `features` `[B, 1024]` and
 * `probabilities` `[B, 1001]`.
 */
export function mobilenetOnnx(weights: Weights, batch: number): Uint8Array<ArrayBuffer> {
  const initializer: Tensor[] = [
    tensor('zero', [], Float32Array.of(0)),
    tensor('six', [], Float32Array.of(6)),
  ];
  const node: Node[] = [];
  let x = 'image';
  let spatial = imageSize;
  for (const layer of layers) {
    const { name, kind, stride, inputs, outputs } = layer;
    const size = kernelSize(layer);
    const kernel = weights[`${name}/kernel`]!;
    const [before, after] = samePadding(spatial, size, stride);
    const depthwise = kind === 'depthwise';
    initializer.push(
      depthwise
        ? tensor(
            `${name}/kernel`,
            [inputs, 1, size, size],
            depthwiseKernelToOnnx(kernel, [size, size, inputs]),
          )
        : tensor(
            `${name}/kernel`,
            [outputs, inputs, size, size],
            kernelToOnnx(kernel, [size, size, inputs, outputs]),
          ),
      tensor(`${name}/bias`, [outputs], weights[`${name}/bias`]!),
    );
    node.push(
      {
        opType: 'Conv',
        name: `${name}/convolution`,
        input: [x, `${name}/kernel`, `${name}/bias`],
        output: [`${name}/convolution`],
        attribute: [
          integers('kernel_shape', [size, size]),
          integers('pads', [before, before, after, after]),
          integers('strides', [stride, stride]),
          integer('group', depthwise ? inputs : 1),
        ],
      },
      { opType: 'Clip', name, input: [`${name}/convolution`, 'zero', 'six'], output: [name] },
    );
    x = name;
    spatial = Math.ceil(spatial / stride);
  }
  initializer.push(
    tensor('classifier/kernel', [featureCount, classCount], weights['classifier/kernel']!),
    tensor('classifier/bias', [classCount], weights['classifier/bias']!),
  );
  node.push(
    {
      // jax-js has no GlobalAveragePool; the mean over height and width is the same.
      opType: 'ReduceMean',
      name: 'features',
      input: [x],
      output: ['features'],
      attribute: [integers('axes', [2, 3]), integer('keepdims', 0)],
    },
    {
      opType: 'Gemm',
      name: 'logits',
      input: ['features', 'classifier/kernel', 'classifier/bias'],
      output: ['logits'],
    },
    {
      opType: 'Softmax',
      name: 'probabilities',
      input: ['logits'],
      output: ['probabilities'],
      attribute: [integer('axis', -1)],
    },
  );
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ version: 17n }],
    graph: {
      name: 'mobilenet_v1',
      node,
      initializer,
      input: [valueInfo('image', [batch, 3, imageSize, imageSize])],
      output: [valueInfo('features', [batch, featureCount]), valueInfo('probabilities', [batch, classCount])],
    },
  });
  return toBinary(ModelProtoSchema, model);
}
