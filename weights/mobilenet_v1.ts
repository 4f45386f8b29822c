/**
 * MobileNet v1 from TensorFlow Lite to safetensors, in the engine's layouts.
 *
 * Architecture: "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications", Howard, Zhu,
 * Chen, Kalenichenko, Wang, Weyand, Andreetto, Adam, 2017, table 1.
 */
import { serializeSafetensors, type TensorToStore } from '../engine/formats/safetensors.ts';
import type { WeightsEntry, WeightsOrigin } from './manifest.ts';
import { float32Values, parseTflite, type TfliteModel, type TfliteOperator } from './tflite.ts';

/** What one operator that has weights must be, in the order of execution. */
interface Layer {
  /** Name of the layer's parameters and output in the engine. */
  readonly name: string;
  readonly kind: 'CONV_2D' | 'DEPTHWISE_CONV_2D';
  readonly stride: number;
  readonly activation: 'RELU6' | 'NONE';
}

/** The blocks whose depthwise convolution halves height and width. */
const stridedBlocks = [2, 4, 6, 12];

/** The 28 layers with weights: `conv1`, 13 × depthwise and pointwise, `classifier`. */
export const mobilenetLayers: readonly Layer[] = [
  { name: 'conv1', kind: 'CONV_2D', stride: 2, activation: 'RELU6' },
  ...Array.from({ length: 13 }, (_, index) => index + 1).flatMap((block): Layer[] => [
    {
      name: `block${block}/depthwise`,
      kind: 'DEPTHWISE_CONV_2D',
      stride: stridedBlocks.includes(block) ? 2 : 1,
      activation: 'RELU6',
    },
    { name: `block${block}/pointwise`, kind: 'CONV_2D', stride: 1, activation: 'RELU6' },
  ]),
  { name: 'classifier', kind: 'CONV_2D', stride: 1, activation: 'NONE' },
];

/**
 * Converts the model and its labels to one safetensors file, labels and provenance in the metadata.
 *
 * @param files The origin's files by path: one `.tflite`, one `.txt` with a label on each line.
 * @throws Error where the model is not MobileNet v1 with folded batch normalisation.
 */
export function convertMobilenet(
  entry: WeightsEntry<WeightsOrigin>,
  files: ReadonlyMap<string, Uint8Array>,
): Uint8Array {
  const [modelPath, modelBytes] = fileEndingIn(files, '.tflite');
  const [labelsPath, labelsBytes] = fileEndingIn(files, '.txt');
  const labels = new TextDecoder().decode(labelsBytes).trimEnd().split('\n');
  const tensors = convertLayers(parseTflite(modelBytes, modelPath));
  const classes = tensors.get('classifier/bias')?.shape[0];
  if (classes !== labels.length) {
    throw new Error(
      `${labelsPath} has ${labels.length} lines, but the model has ${classes} classes; use the labels of this model.`,
    );
  }
  return serializeSafetensors(tensors, {
    model: 'mobilenet_v1_1.0_224',
    input: 'RGB in [-1, 1] (value / 127.5 - 1), [B, 224, 224, 3]',
    layouts: 'convolution [kh, kw, in, out]; depthwise [kh, kw, C]; dense [in, out]; bias [out]',
    batch_normalization: 'folded into kernels and biases',
    origin: `npm ${entry.origin.package}@${entry.origin.version}, ${modelPath}`,
    origin_integrity: entry.origin.integrity,
    origin_sha256: entry.origin.files[modelPath] ?? '',
    license: entry.license,
    attribution: entry.attribution,
    labels: labels.join('\n'),
  });
}

/** The parameters of every layer, under the engine's names and in its layouts. */
export function convertLayers(model: TfliteModel): Map<string, TensorToStore> {
  const operators = model.operators.filter((operator) => operator.convolution);
  if (operators.length !== mobilenetLayers.length) {
    throw new Error(
      `the model has ${operators.length} convolutions, but MobileNet v1 has ${mobilenetLayers.length}; use the float model of MobileNet v1.`,
    );
  }
  const tensors = new Map<string, TensorToStore>();
  mobilenetLayers.forEach((layer, index) => {
    const operator = operators[index]!;
    checkOperator(layer, operator);
    const kernel = model.tensors[operator.inputs[1]!]!;
    const bias = model.tensors[operator.inputs[2]!]!;
    tensors.set(`${layer.name}/kernel`, convertKernel(layer, kernel.shape, float32Values(kernel)));
    tensors.set(`${layer.name}/bias`, {
      dataType: 'float32',
      shape: bias.shape,
      data: float32Values(bias),
    });
  });
  return tensors;
}

function checkOperator(layer: Layer, operator: TfliteOperator): void {
  const { padding, strideHeight, strideWidth, activation } = operator.convolution!;
  const found = `${operator.kind} ${padding} stride ${strideHeight}×${strideWidth} ${activation}`;
  const expected = `${layer.kind} SAME stride ${layer.stride}×${layer.stride} ${layer.activation}`;
  if (found !== expected) {
    throw new Error(
      `layer ${layer.name} is ${found}, but MobileNet v1 has ${expected} there; use the float model of MobileNet v1.`,
    );
  }
}

function convertKernel(layer: Layer, shape: readonly number[], values: Float32Array): TensorToStore {
  if (layer.kind === 'DEPTHWISE_CONV_2D') {
    // [1, kh, kw, C] is [kh, kw, C] already.
    return { dataType: 'float32', shape: shape.slice(1), data: values };
  }
  const [outputs, height, width, inputs] = shape as [number, number, number, number];
  const data = transpose(values, outputs, height * width * inputs);
  const dense = layer.name === 'classifier';
  return { dataType: 'float32', shape: dense ? [inputs, outputs] : [height, width, inputs, outputs], data };
}

/** Row-major `[rows, columns]` to `[columns, rows]`. */
function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = values[row * columns + column]!;
    }
  }
  return result;
}

function fileEndingIn(files: ReadonlyMap<string, Uint8Array>, ending: string): [string, Uint8Array] {
  const file = [...files].find(([path]) => path.endsWith(ending));
  if (!file) throw new Error(`the origin has no ${ending} file; check the manifest.`);
  return file;
}
