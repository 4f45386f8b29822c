/** MobileNet v1 in ONNX: Conv, Clip, ReduceMean, Gemm, Softmax. */
import { depthwiseKernelToOnnx, kernelToOnnx } from '../layout.ts';
import { classCount, featureCount, imageSize, kernelSize, layers, samePadding } from '../network.ts';
import type { OnnxBuilder } from './builder.ts';

/** Weights by name, in the layouts of the weight file. */
export type Weights = Readonly<Record<string, Float32Array>>;

/** Adds the network up to its features: from `image` `[B, 3, 224, 224]` to the value `features` `[B, 1024]`. */
export function addFeatures(model: OnnxBuilder, weights: Weights): string {
  model.constant('zero', [], Float32Array.of(0));
  model.constant('six', [], Float32Array.of(6));
  let x = 'image';
  let spatial = imageSize;
  for (const layer of layers) {
    const { name, kind, stride, inputs, outputs } = layer;
    const size = kernelSize(layer);
    const kernel = weights[`${name}/kernel`]!;
    const [before, after] = samePadding(spatial, size, stride);
    const depthwise = kind === 'depthwise';
    if (depthwise) {
      const data = depthwiseKernelToOnnx(kernel, [size, size, inputs]);
      model.constant(`${name}/kernel`, [inputs, 1, size, size], data);
    } else {
      const data = kernelToOnnx(kernel, [size, size, inputs, outputs]);
      model.constant(`${name}/kernel`, [outputs, inputs, size, size], data);
    }
    model.constant(`${name}/bias`, [outputs], weights[`${name}/bias`]!);
    model.node('Conv', `${name}/convolution`, [x, `${name}/kernel`, `${name}/bias`], {
      kernel_shape: [size, size],
      pads: [before, before, after, after],
      strides: [stride, stride],
      group: depthwise ? inputs : 1,
    });
    x = model.node('Clip', name, [`${name}/convolution`, 'zero', 'six']);
    spatial = Math.ceil(spatial / stride);
  }
  // jax-js has no GlobalAveragePool; the mean over height and width is the same.
  return model.node('ReduceMean', 'features', [x], { axes: [2, 3], keepdims: 0 });
}

/** The whole network, with the outputs `features` `[B, 1024]` and `probabilities` `[B, 1001]`. */
export function addMobilenet(model: OnnxBuilder, weights: Weights, batch: number): void {
  model.input('image', [batch, 3, imageSize, imageSize]);
  const features = addFeatures(model, weights);
  const kernel = model.constant(
    'classifier/kernel',
    [featureCount, classCount],
    weights['classifier/kernel']!,
  );
  const bias = model.constant('classifier/bias', [classCount], weights['classifier/bias']!);
  model.node('Gemm', 'logits', [features, kernel, bias]);
  model.node('Softmax', 'probabilities', ['logits'], { axis: -1 });
  model.output('features', [batch, featureCount]);
  model.output('probabilities', [batch, classCount]);
}
