import type { ArrayOf, StoredDataType } from './data-types.ts';
import { SafetensorsError } from './error.ts';

/** A tensor as it lies in a file: row-major elements. */
export interface StoredTensor<T extends StoredDataType = StoredDataType> {
  readonly dataType: T;
  readonly shape: readonly number[];
  /** A view of the file's bytes where alignment allows, a copy elsewhere. */
  readonly data: ArrayOf[T];
}

/** The named tensors and the text metadata of one file. */
export class TensorFile {
  /** How errors name the file. */
  readonly fileName: string;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;

  constructor(
    fileName: string,
    tensors: ReadonlyMap<string, StoredTensor>,
    metadata: Readonly<Record<string, string>>,
  ) {
    this.fileName = fileName;
    this.tensors = tensors;
    this.metadata = metadata;
  }

  /**
   * The tensor with this name, after checking that it is what the caller expects.
   *
   * @throws SafetensorsError `missing-tensor`, `wrong-data-type` or `wrong-shape`.
   */
  get<T extends StoredDataType>(
    name: string,
    expected: { readonly dataType: T; readonly shape?: readonly number[] },
  ): StoredTensor<T> {
    const tensor = this.tensors.get(name);
    if (!tensor) {
      throw new SafetensorsError(
        'missing-tensor',
        this.fileName,
        `there is no tensor "${name}" among its ${this.tensors.size} tensors${this.#example()}; use a file made for this model.`,
        name,
      );
    }
    if (!hasDataType(tensor, expected.dataType)) {
      throw new SafetensorsError(
        'wrong-data-type',
        this.fileName,
        `tensor "${name}" holds ${tensor.dataType}, but ${expected.dataType} is needed; convert the file or use one made for this model.`,
        name,
      );
    }
    if (expected.shape && !sameShape(tensor.shape, expected.shape)) {
      throw new SafetensorsError(
        'wrong-shape',
        this.fileName,
        `tensor "${name}" has shape [${tensor.shape.join(', ')}], but [${expected.shape.join(', ')}] is needed; use a file made for this model and size.`,
        name,
      );
    }
    return tensor;
  }

  #example(): string {
    const names = [...this.tensors.keys()].slice(0, 3);
    return names.length > 0 ? ` (such as ${names.map((name) => `"${name}"`).join(', ')})` : '';
  }
}

function hasDataType<T extends StoredDataType>(tensor: StoredTensor, dataType: T): tensor is StoredTensor<T> {
  return tensor.dataType === dataType;
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
