/** Parameters where programs find them. */
import { type DeviceParameters, unknownParameter } from '../backend.ts';
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

  async read(names: readonly string[] = this.names): Promise<Record<string, Float32Array>> {
    const reads = names.map(async (name) => {
      const elements = await this.#find(name).read();
      return [name, elements instanceof Float32Array ? elements : Float32Array.from(elements)] as const;
    });
    return Object.fromEntries(await Promise.all(reads));
  }

  write(parameters: Readonly<Record<string, Float32Array>>): void {
    for (const [name, data] of Object.entries(parameters)) this.#find(name).write(data);
  }

  #find(name: string): Tensor {
    const tensor = this.tensors.get(name);
    if (!tensor) throw unknownParameter(name, this.names);
    return tensor;
  }

  dispose(): void {
    for (const tensor of this.tensors.values()) tensor.dispose();
  }
}
