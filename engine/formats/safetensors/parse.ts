import { elementCount } from '../../../kernels/storage.ts';
import { dataTypeOfCode, type StoredDataType, storedDataTypes } from './data-types.ts';
import { duplicateKey } from './duplicate-keys.ts';
import { SafetensorsError, type SafetensorsErrorCode } from './error.ts';
import { type StoredTensor, TensorFile } from './tensor-file.ts';

/** The format's own limit on headers, in bytes. */
const maximumHeaderLength = 100_000_000;

interface Entry {
  readonly name: string;
  readonly dataType: StoredDataType;
  readonly shape: readonly number[];
  /** Bytes from the start of the data section. */
  readonly begin: number;
  readonly end: number;
}

type Fail = (code: SafetensorsErrorCode, sentence: string, tensorName?: string) => never;

/**
 * Reads a safetensors file. Every tensor's range is checked before any data is touched: the ranges must fill the
 * data section exactly, each matching data type × shape.
 *
 * Tensors are views of `bytes` where they are aligned to their element size; the host must be little-endian.
 *
 * @param bytes The whole file.
 * @param fileName How errors name the file.
 * @throws SafetensorsError
 */
export function parseSafetensors(bytes: ArrayBuffer, fileName: string): TensorFile {
  const fail: Fail = (code, sentence, tensorName) => {
    throw new SafetensorsError(code, fileName, sentence, tensorName);
  };
  const dataStart = 8 + headerLength(bytes, fail);
  const header = parseHeader(new Uint8Array(bytes, 8, dataStart - 8), fail);
  const metadata = parseMetadata(header.__metadata__, fail);
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => parseEntry(name, value, fail));
  checkLayout(entries, bytes.byteLength - dataStart, fail);
  const tensors = new Map<string, StoredTensor>();
  for (const entry of entries) tensors.set(entry.name, viewTensor(bytes, dataStart, entry));
  return new TensorFile(fileName, tensors, metadata);
}

function headerLength(bytes: ArrayBuffer, fail: Fail): number {
  if (bytes.byteLength < 8) {
    fail(
      'truncated',
      `the file has ${bytes.byteLength} bytes, but 8 are needed for the header length alone; download or copy it again.`,
    );
  }
  const length = new DataView(bytes).getBigUint64(0, true);
  if (length < 2n || length > BigInt(maximumHeaderLength)) {
    fail(
      'header-length',
      `the first 8 bytes give a header length of ${length} bytes, outside 2 to ${maximumHeaderLength}, so this is not a safetensors file; check that the right file was chosen.`,
    );
  }
  const available = bytes.byteLength - 8;
  if (Number(length) > available) {
    fail(
      'truncated',
      `the file ends after ${available} of ${length} header bytes; download or copy it again.`,
    );
  }
  return Number(length);
}

function parseHeader(bytes: Uint8Array, fail: Fail): Record<string, unknown> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    fail(
      'header-text',
      'the header is not UTF-8 text, so this is not a safetensors file or it is damaged; get it again.',
    );
  }
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    fail('header-json', `the header is not JSON (${reason}); the file is damaged, get it again.`);
  }
  if (!text.startsWith('{') || !isObject(header)) {
    fail(
      'header-structure',
      'the header is not a JSON object that starts with "{"; write the file again with a safetensors library.',
    );
  }
  const duplicate = duplicateKey(text);
  if (duplicate !== undefined) {
    fail(
      'duplicate-name',
      `the header has the name "${duplicate}" twice; write the file again with each name once.`,
      duplicate,
    );
  }
  return header;
}

function parseMetadata(value: unknown, fail: Fail): Record<string, string> {
  if (value === undefined) return {};
  if (!isObject(value) || !Object.values(value).every((text) => typeof text === 'string')) {
    fail(
      'header-structure',
      'the metadata is not an object of strings; write the file again with string values only.',
    );
  }
  return value as Record<string, string>;
}

function parseEntry(name: string, value: unknown, fail: Fail): Entry {
  const keys = isObject(value) ? Object.keys(value).sort().join() : '';
  if (!isObject(value) || keys !== 'data_offsets,dtype,shape' || typeof value.dtype !== 'string') {
    fail(
      'header-structure',
      `tensor "${name}" is not described by exactly dtype, shape and data_offsets; write the file again with a safetensors library.`,
      name,
    );
  }
  const { dtype, shape, data_offsets: offsets } = value;
  const dataType = dataTypeOfCode(dtype as string);
  if (!dataType) {
    const known = Object.values(storedDataTypes).map((description) => description.code);
    fail(
      'unknown-data-type',
      `tensor "${name}" has data type ${JSON.stringify(dtype)}, which cannot be read; convert it to one of ${known.join(', ')}.`,
      name,
    );
  }
  if (!isSizes(shape) || !Number.isSafeInteger(elementCount(shape))) {
    fail(
      'header-structure',
      `tensor "${name}" has shape ${JSON.stringify(shape)}, which is not a list of sizes; write the file again with a safetensors library.`,
      name,
    );
  }
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) {
    fail(
      'offsets',
      `tensor "${name}" has data_offsets ${JSON.stringify(offsets)}, which are not a begin and an end; write the file again with a safetensors library.`,
      name,
    );
  }
  const [begin, end] = offsets as [number, number];
  const expected = elementCount(shape) * storedDataTypes[dataType].array.BYTES_PER_ELEMENT;
  if (end - begin !== expected) {
    fail(
      'byte-size',
      `tensor "${name}" has ${end - begin} bytes, but ${dtype} [${shape.join(', ')}] takes ${expected}; write the file again with a safetensors library.`,
      name,
    );
  }
  return { name, dataType, shape, begin, end };
}

/** Checks that the tensors fill the data section: no overlap, no hole, nothing missing, nothing left. */
function checkLayout(entries: readonly Entry[], dataLength: number, fail: Fail): void {
  const sorted = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let position = 0;
  let previous = '';
  for (const { name, begin, end } of sorted) {
    if (begin > dataLength) {
      fail(
        'offsets',
        `tensor "${name}" starts at byte ${begin} of the data, which has only ${dataLength} bytes; the file is cut off or damaged, get it again.`,
        name,
      );
    }
    if (begin < position) {
      fail(
        'overlap',
        `tensors "${previous}" and "${name}" share ${Math.min(position, end) - begin} bytes; write the file again with a safetensors library.`,
        name,
      );
    }
    if (begin > position) {
      fail(
        'hole',
        `${begin - position} bytes before tensor "${name}" belong to no tensor; write the file again with a safetensors library.`,
        name,
      );
    }
    position = end;
    previous = name;
  }
  if (position > dataLength) {
    fail(
      'truncated',
      `the file ends after ${dataLength} of ${position} bytes of tensor data, inside tensor "${previous}"; download or copy it again.`,
      previous,
    );
  }
  if (position < dataLength) {
    fail(
      'trailing-bytes',
      `${dataLength - position} bytes follow the last tensor and belong to none; the file is damaged, get it again.`,
    );
  }
}

function viewTensor(bytes: ArrayBuffer, dataStart: number, entry: Entry): StoredTensor {
  const { array } = storedDataTypes[entry.dataType];
  const begin = dataStart + entry.begin;
  const aligned = begin % array.BYTES_PER_ELEMENT === 0;
  const buffer = aligned ? bytes : bytes.slice(begin, dataStart + entry.end);
  const data = new array(buffer, aligned ? begin : 0, elementCount(entry.shape));
  return { dataType: entry.dataType, shape: entry.shape, data };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}
