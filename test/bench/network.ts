/**
 * MobileNet v1 as a list of layers, from which the other runtimes' models are built. Written down independently of the
 * engine's own model, so that equal answers mean something.
 *
 * Source: Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications"
 * (arXiv 1704.04861), table 1, with stride 1 in the last depthwise convolution, as its sizes require.
 */

/** A convolution with bias and ReLU6, SAME padding. */
export interface Layer {
  /** Its parameters are `<name>/kernel` and `<name>/bias`. */
  readonly name: string;
  readonly kind: 'full' | 'depthwise' | 'pointwise';
  readonly stride: number;
  /** Channels in. */
  readonly inputs: number;
  /** Channels out. */
  readonly outputs: number;
}

/** Height and width of the input, in pixels. */
export const imageSize = 224;
export const featureCount = 1024;
export const classCount = 1001;

/** Channels after each block and stride of its depthwise convolution. */
const blocks = [
  [64, 1],
  [128, 2],
  [128, 1],
  [256, 2],
  [256, 1],
  [512, 2],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [1024, 2],
  [1024, 1],
] as const;

/** The 27 convolutions in order. Average pooling, the dense classifier and softmax follow. */
export const layers: readonly Layer[] = (() => {
  const list: Layer[] = [{ name: 'conv1', kind: 'full', stride: 2, inputs: 3, outputs: 32 }];
  let inputs = 32;
  blocks.forEach(([outputs, stride], index) => {
    const block = `block${index + 1}`;
    list.push({ name: `${block}/depthwise`, kind: 'depthwise', stride, inputs, outputs: inputs });
    list.push({ name: `${block}/pointwise`, kind: 'pointwise', stride: 1, inputs, outputs });
    inputs = outputs;
  });
  return list;
})();

/** Height and width of a layer's kernel. */
export function kernelSize({ kind }: Layer): number {
  return kind === 'pointwise' ? 1 : 3;
}

/**
 * TensorFlow's SAME padding along one axis: the odd element goes to the end.
 *
 * @returns elements before and after
 */
export function samePadding(size: number, kernel: number, stride: number): readonly [number, number] {
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + kernel - size, 0);
  return [total >> 1, total - (total >> 1)];
}
