/**
 * Convolution over images.
 *
 * Source: Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications" (arXiv
 * 1704.04861), equation 1.
 *
 * Shapes: x `[B, H, W, C]`, w `[kh, kw, C, O]` → y `[B, H', W', O]`. x and y are float32, w is float32 or float16;
 * sums are float32.
 */
import { channelTile } from './convolution/channel-tile.ts';
import { type ConvolutionProblem, type Geometry, geometry, operandCount } from './convolution/geometry.ts';
import { quadDirect } from './convolution/quad-direct.ts';
import { directScalar } from './convolution/scalar.ts';
import { unrolledTile } from './convolution/unrolled-tile.ts';
import { epilogueCost } from './epilogue.ts';
import type { Kernel, KernelTarget, KernelVariant } from './kernel.ts';
import { likesLongShaders } from './software.ts';
import { byteLength } from './storage.ts';

export type Conv2dProblem = ConvolutionProblem;

/**
 * For software adapters and few channels in, as in a photo. The first layer of MobileNet v1 in Dawn on SwiftShader, 2
 * cores (busy with other work, so compare within this line), and processor time to compile: `quad-16x1` 8.0 ms and 176,
 * `quad-8x2` 7.9 and 263, `quad-28x1` 7.3 and 1196; `tile-7x2`, without quads, 12.3 and 273.
 */
const quads = quadDirect(16, 1);
/** On lavapipe as fast, and compiled in half the time. */
const shortQuads = quadDirect(8, 1);
/** For tuning. */
const wideQuads = quadDirect(8, 2);
/**
 * For SwiftShader and more channels in, where no quads are. [1, 14, 14, 64] → 64 channels there, busy, and processor time
 * for the first run: 10.4 ms and 417, `tile-4x2-vec4-4` 18.6 and 378, `tile-4x1-vec4-8` 17.3 and 170.
 */
const longTile = channelTile(7, 2, 4);
/** Columns of output below which that one would be mostly idle. */
const leastColumns = 6;
/** For software adapters without `subgroups`, and for narrow images. */
const tile = channelTile(4, 1, 8);
/** For GPUs, which have fewer registers a thread and more threads to keep busy: few channels in, and more. */
const forHardware = [unrolledTile(2, 64), channelTile(4, 1, 16)];
const anySize = directScalar;

function preferences({ across }: Geometry, target: KernelTarget): readonly KernelVariant<Conv2dProblem>[] {
  if (!target.software) return forHardware;
  if (!likesLongShaders(target)) return [shortQuads, tile];
  return [quads, ...(across.output < leastColumns ? [] : [longTile]), tile];
}

export const conv2d: Kernel<Conv2dProblem> = {
  name: 'conv2d',
  formula: 'y[b, i, j, o] = Σ_{u, v, c} x[b, i·s + u − top, j·s + v − left, c] · w[u, v, c, o]',
  variants: [quads, shortQuads, wideQuads, longTile, tile, ...forHardware, anySize],
  defaultVariant(problem, target) {
    const preferred = preferences(geometry(problem), target);
    return preferred.find((variant) => variant.supports(problem, target)) ?? anySize;
  },
  cost(problem) {
    const { batch, down, across, channels, outputs } = geometry(problem);
    const after = epilogueCost(problem, operandCount);
    const elements = batch * down.output * across.output * outputs;
    return {
      operations: 2 * elements * down.kernel * across.kernel * channels + after.operations,
      bytesRead: byteLength(problem.inputs[0]!) + byteLength(problem.inputs[1]!) + after.bytesRead,
      bytesWritten: byteLength(problem.output),
    };
  },
};
