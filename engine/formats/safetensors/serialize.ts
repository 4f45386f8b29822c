import { elementCount } from '../../../kernels/storage.ts';
import { type ArrayOf, type StoredDataType, storedDataTypes } from './data-types.ts';
import { SafetensorsError } from './error.ts';

/** A tensor to write: row-major elements in the array of its data type. */
export interface TensorToStore {
  readonly dataType: StoredDataType;
  readonly shape: readonly number[];
  readonly data: ArrayOf[StoredDataType];
}

/**
 * Writes a safetensors file. The same tensors and metadata give the same bytes: names and metadata keys are sorted
 * by UTF-16 code unit, tensors follow each other largest element size first and then in name order, so that each
 * is aligned to its element size, and the header is padded with spaces until the data starts at a multiple of 8.
 *
 * @param fileName How errors name the file.
 * @returns The whole file.
 * @throws SafetensorsError `unwritable` where a tensor's array does not match its data type and shape.
 */
export function serializeSafetensors(
  tensors: ReadonlyMap<string, TensorToStore>,
  metadata: Readonly<Record<string, string>> = {},
  fileName = 'safetensors file',
): Uint8Array<ArrayBuffer> {
  const names = [...tensors.keys()].sort();
  const header: [string, unknown][] = [];
  if (Object.keys(metadata).length > 0) {
    header.push(['__metadata__', Object.fromEntries(Object.entries(metadata).sort(byKey))]);
  }
  const offsets = new Map<string, number>();
  let position = 0;
  for (const name of [...names].sort((a, b) => elementBytes(tensors, b) - elementBytes(tensors, a))) {
    const tensor = tensors.get(name)!;
    checkTensor(name, tensor, fileName);
    offsets.set(name, position);
    position += tensor.data.byteLength;
  }
  for (const name of names) {
    const { dataType, shape, data } = tensors.get(name)!;
    const begin = offsets.get(name)!;
    const description = {
      dtype: storedDataTypes[dataType].code,
      shape,
      data_offsets: [begin, begin + data.byteLength],
    };
    header.push([name, description]);
  }
  const text = new TextEncoder().encode(objectText(header));
  const dataStart = Math.ceil((8 + text.length) / 8) * 8;
  const file = new Uint8Array(dataStart + position);
  new DataView(file.buffer).setBigUint64(0, BigInt(dataStart - 8), true);
  file.fill(0x20, 8, dataStart);
  file.set(text, 8);
  for (const [name, begin] of offsets) {
    const { data } = tensors.get(name)!;
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), dataStart + begin);
  }
  return file;
}

/** JSON of an object whose keys keep this order, which `JSON.stringify` does not promise for keys like "7". */
function objectText(entries: readonly [string, unknown][]): string {
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join()}}`;
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

function elementBytes(tensors: ReadonlyMap<string, TensorToStore>, name: string): number {
  return storedDataTypes[tensors.get(name)!.dataType].array.BYTES_PER_ELEMENT;
}

function checkTensor(name: string, { dataType, shape, data }: TensorToStore, fileName: string): void {
  const fail = (sentence: string): never => {
    throw new SafetensorsError('unwritable', fileName, sentence, name);
  };
  if (name === '__metadata__') fail('a tensor cannot be called "__metadata__"; choose another name.');
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    fail(
      `tensor "${name}" has shape [${shape.join(', ')}], but sizes must be whole numbers from 0; mend the shape.`,
    );
  }
  const { array } = storedDataTypes[dataType];
  if (!(data instanceof (array as unknown as new () => ArrayOf[StoredDataType]))) {
    fail(
      `tensor "${name}" of ${dataType} is given as ${data.constructor.name}; give the array of its data type.`,
    );
  }
  if (data.length !== elementCount(shape)) {
    fail(
      `tensor "${name}" has ${data.length} elements, but its shape [${shape.join(', ')}] has ${elementCount(shape)}; mend data or shape.`,
    );
  }
}
