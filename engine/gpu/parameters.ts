/** Parameters where programs find them. */
import type { DeviceParameters } from '../backend.ts';
import type { Tensor } from '../tensor.ts';

/** Parameters in GPU memory. */
export class UploadedParameters implements DeviceParameters {
  readonly tensors: ReadonlyMap<string, Tensor>;

  constructor(tensors: ReadonlyMap<string, Tensor>) {
    this.tensors = tensors;
  }

  get names(): string[] {
    return [...this.tensors.keys()];
  }

  get bytes(): number {
    return [...this.tensors.values()].reduce((sum, tensor) => sum + tensor.bytes, 0);
  }

  dispose(): void {
    for (const tensor of this.tensors.values()) tensor.dispose();
  }
}
