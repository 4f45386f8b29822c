import { describe, expect, test } from 'vitest';
import {
  parseSafetensors,
  SafetensorsError,
  serializeSafetensors,
} from '../../engine/formats/safetensors.ts';

/** A file from a header's text and its data, whatever they say. */
function file(header: string | Uint8Array, data: number[] = [], length?: bigint): ArrayBuffer {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes.buffer;
}

const tensor = (dtype: string, shape: unknown, offsets: unknown) => ({ dtype, shape, data_offsets: offsets });

/** A file with these tensors and as many zero bytes of data. */
function fileOf(tensors: Record<string, unknown>, dataBytes: number): ArrayBuffer {
  return file(JSON.stringify(tensors), new Array(dataBytes).fill(0));
}

function errorOf(action: () => unknown): SafetensorsError {
  try {
    action();
  } catch (error) {
    if (error instanceof SafetensorsError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const whole = serializeSafetensors(
  new Map([['w', { dataType: 'float32', shape: [2, 3], data: new Float32Array(6) }]]),
).buffer;

/** What is wrong, the file, the error's code, and what the message must name. */
const damaged: [string, ArrayBuffer, string, RegExp][] = [
  ['an empty file', new ArrayBuffer(0), 'truncated', /has 0 bytes, but 8/],
  ['half a header length', new ArrayBuffer(5), 'truncated', /has 5 bytes, but 8/],
  ['a cut header', whole.slice(0, 20), 'truncated', /ends after 12 of \d+ header bytes/],
  [
    'cut data',
    whole.slice(0, -4),
    'truncated',
    /ends after 20 of 24 bytes of tensor data, inside tensor "w"/,
  ],
  ['an absurd header length', file('{}', [], 2n ** 63n), 'header-length', /9223372036854775808 bytes/],
  ['a header of nothing', file(''), 'header-length', /header length of 0 bytes/],
  [
    'text instead of a file',
    new TextEncoder().encode('<!doctype html>').buffer,
    'header-length',
    /not a safetensors/,
  ],
  ['a header that is not UTF-8', file(Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d)), 'header-text', /not UTF-8/],
  ['a header that is not JSON', file('{"w": '), 'header-json', /not JSON/],
  ['a header that is a list', file('[]'), 'header-structure', /not a JSON object/],
  ['a header that starts with a space', file(' {}'), 'header-structure', /starts with "\{"/],
  [
    'metadata that are numbers',
    file('{"__metadata__":{"epoch":3}}'),
    'header-structure',
    /object of strings/,
  ],
  ['a tensor that is a number', file('{"w":3}'), 'header-structure', /tensor "w"/],
  [
    'a tensor without shape',
    file('{"w":{"dtype":"F32","data_offsets":[0,4]}}'),
    'header-structure',
    /tensor "w"/,
  ],
  [
    'a tensor with more fields',
    fileOf({ w: { ...tensor('F32', [1], [0, 4]), x: 1 } }, 4),
    'header-structure',
    /exactly/,
  ],
  ['a negative size', fileOf({ w: tensor('F32', [-1], [0, 4]) }, 4), 'header-structure', /shape \[-1\]/],
  ['a broken size', fileOf({ w: tensor('F32', [1.5], [0, 4]) }, 4), 'header-structure', /shape \[1\.5\]/],
  [
    'more elements than numbers',
    fileOf({ w: tensor('F32', [2 ** 40, 2 ** 40], [0, 4]) }, 4),
    'header-structure',
    /shape/,
  ],
  [
    'an unknown data type',
    fileOf({ w: tensor('F8_E4M3', [4], [0, 4]) }, 4),
    'unknown-data-type',
    /"F8_E4M3".*F32/,
  ],
  ['offsets that are text', fileOf({ w: tensor('F32', [1], ['0', '4']) }, 4), 'offsets', /begin and an end/],
  ['three offsets', fileOf({ w: tensor('F32', [1], [0, 4, 8]) }, 4), 'offsets', /begin and an end/],
  ['an end before its begin', fileOf({ w: tensor('F32', [1], [4, 0]) }, 4), 'offsets', /\[4,0\]/],
  [
    'a begin outside of the data',
    fileOf({ w: tensor('F32', [1], [400, 404]) }, 4),
    'offsets',
    /starts at byte 400/,
  ],
  [
    'too few bytes for the shape',
    fileOf({ w: tensor('F32', [2], [0, 4]) }, 4),
    'byte-size',
    /4 bytes, but F32 \[2\] takes 8/,
  ],
  [
    'too many bytes for the shape',
    fileOf({ w: tensor('U8', [2], [0, 4]) }, 4),
    'byte-size',
    /4 bytes, but U8 \[2\] takes 2/,
  ],
  [
    'tensors that share bytes',
    fileOf({ a: tensor('F32', [2], [0, 8]), b: tensor('F32', [2], [4, 12]) }, 12),
    'overlap',
    /"a" and "b" share 4 bytes/,
  ],
  [
    'two tensors in one place',
    fileOf({ a: tensor('F32', [1], [0, 4]), b: tensor('F32', [1], [0, 4]) }, 4),
    'overlap',
    /"a" and "b" share 4 bytes/,
  ],
  [
    'a hole between tensors',
    fileOf({ a: tensor('F32', [1], [0, 4]), b: tensor('F32', [1], [8, 12]) }, 12),
    'hole',
    /4 bytes before tensor "b"/,
  ],
  ['a hole at the start', fileOf({ a: tensor('F32', [1], [4, 8]) }, 8), 'hole', /4 bytes before tensor "a"/],
  [
    'bytes after the last tensor',
    fileOf({ a: tensor('F32', [1], [0, 4]) }, 7),
    'trailing-bytes',
    /3 bytes follow/,
  ],
  ['bytes without a tensor', file('{}', [1, 2]), 'trailing-bytes', /2 bytes follow/],
  [
    'a name twice',
    file('{"w":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\\u0077":1}'),
    'duplicate-name',
    /"w" twice/,
  ],
  [
    'a field twice',
    file('{"w":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}}'),
    'duplicate-name',
    /"dtype" twice/,
  ],
];

describe('a damaged file is refused with its own sentence', () => {
  test.each(damaged)('%s', (_, bytes, code, message) => {
    const error = errorOf(() => parseSafetensors(bytes, 'model.safetensors'));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^model\.safetensors: .*[;,] [^;]+\.$/);
    expect(error.fileName).toBe('model.safetensors');
  });

  test('the sound file is read', () => {
    expect(
      parseSafetensors(whole, 'model').get('w', { dataType: 'float32', shape: [2, 3] }).data,
    ).toHaveLength(6);
  });

  test('any cut of a file is noticed, and any byte too many', () => {
    for (let length = 0; length < whole.byteLength; length++) {
      expect(errorOf(() => parseSafetensors(whole.slice(0, length), 'cut')).code).toBe('truncated');
    }
    const longer = new Uint8Array(whole.byteLength + 1);
    longer.set(new Uint8Array(whole));
    expect(errorOf(() => parseSafetensors(longer.buffer, 'long')).code).toBe('trailing-bytes');
  });

  test('a name within a text value is not a duplicate', () => {
    const bytes = file('{"__metadata__":{"a":"\\"a\\":1, \\"a\\":2","b":"{\\"b\\":"}}');
    expect(parseSafetensors(bytes, 'm').metadata).toEqual({ a: '"a":1, "a":2', b: '{"b":' });
  });
});

describe('a tensor is checked when asked for', () => {
  const tensors = parseSafetensors(whole, 'model.safetensors');
  test.each([
    ['missing-tensor', () => tensors.get('v', { dataType: 'float32' }), /no tensor "v" among its 1 .*"w"/],
    ['wrong-data-type', () => tensors.get('w', { dataType: 'float16' }), /"w" holds float32, but float16/],
    ['wrong-shape', () => tensors.get('w', { dataType: 'float32', shape: [3, 2] }), /\[2, 3\], but \[3, 2\]/],
    ['wrong-shape', () => tensors.get('w', { dataType: 'float32', shape: [6] }), /\[2, 3\], but \[6\]/],
  ])('%s', (code, action, message) => {
    const error = errorOf(action);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.tensorName).toBeDefined();
  });
});

describe('what cannot be written is refused', () => {
  test.each([
    ['too few elements', 'w', [3], new Float32Array(2), /2 elements, but its shape \[3\] has 3/],
    ['an array of another type', 'w', [2], new Uint32Array(2), /given as Uint32Array/],
    ['a broken size', 'w', [0.5], new Float32Array(2), /whole numbers/],
    ['the reserved name', '__metadata__', [2], new Float32Array(2), /another name/],
  ])('%s', (_, name, shape, data, message) => {
    const error = errorOf(() =>
      serializeSafetensors(new Map([[name, { dataType: 'float32', shape, data }]])),
    );
    expect(error.code).toBe('unwritable');
    expect(error.message).toMatch(message);
  });
});
