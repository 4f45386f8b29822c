/** Gradient of global average pooling. */
import type { KernelProblem } from '../../kernels/kernel.ts';

/** `dx[b, i, j, c] = dy[b, c] / HW`. */
export function globalAveragePoolGradient(
  { output }: KernelProblem,
  [dy]: readonly Float64Array[],
): Float64Array {
  const [batch, height, width, channels] = output.shape as [number, number, number, number];
  return Float64Array.from({ length: batch * height * width * channels }, (_, index) => {
    const image = Math.floor(index / (height * width * channels));
    return dy![image * channels + (index % channels)]! / (height * width);
  });
}
