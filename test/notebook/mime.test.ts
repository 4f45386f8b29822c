import { afterEach, describe, expect, it, vi } from 'vitest';
import type { JsonObject, MimeBundle } from '../../notebook/document/nbformat.ts';
import { table, toMimeBundle } from '../../notebook/worker/mime/bundle.ts';
import { chart } from '../../notebook/worker/mime/chart.ts';
import { gallery } from '../../notebook/worker/mime/gallery.ts';
import { html, markdown } from '../../notebook/worker/mime/markup.ts';
import { mimeTypes } from '../../notebook/worker/protocol.ts';

const { plain } = mimeTypes;

async function text(value: unknown): Promise<string> {
  return String((await toMimeBundle(value))[plain]);
}

describe('text', () => {
  class Point {
    x = 1;
    y = 2;
  }
  function named() {}
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;

  it.each<[string, unknown, string]>([
    ['a number', 1.5, '1.5'],
    ['minus zero', -0, '-0'],
    ['NaN', Number.NaN, 'NaN'],
    ['null', null, 'null'],
    ['a big integer', 12n, '12n'],
    ['a symbol', Symbol('a'), 'Symbol(a)'],
    ['a string as it is', 'a\n"b"', 'a\n"b"'],
    ['strings inside are quoted', ["it's", '"b"\n'], "['it\\'s', '\"b\"\\n']"],
    ['an array', [1, [2, 3], []], '[1, [2, 3], []]'],
    ['an object', { a: 1, 'b c': [true], d: undefined }, "{ a: 1, 'b c': [true], d: undefined }"],
    ['an instance', new Point(), 'Point { x: 1, y: 2 }'],
    ['an object without prototype', Object.create(null), '{}'],
    ['a function', named, '[function named]'],
    ['a class', Point, '[class Point]'],
    ['a map', new Map([['a', 1]]), "Map(1) { 'a' => 1 }"],
    ['a set', new Set([1, 2]), 'Set(2) { 1, 2 }'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['an invalid date', new Date(Number.NaN), 'Invalid Date'],
    ['a regular expression', /a/g, '/a/g'],
    ['an error', new TypeError('no'), 'TypeError: no'],
    ['a cycle', cyclic, '{ self: [circular] }'],
    ['a file', new File(['abc'], 'a.txt', { type: 'text/plain' }), 'File [3 bytes, text/plain]'],
    ['a buffer', new ArrayBuffer(8), 'ArrayBuffer [8 bytes]'],
  ])('of %s', async (_, value, expected) => {
    expect(await text(value)).toBe(expected);
  });

  it('breaks long lists into lines', async () => {
    const lines = (await text({ numbers: Array.from({ length: 60 }, (_, index) => index) })).split('\n');
    expect(lines.length).toBeGreaterThan(3);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(84);
  });

  it('limits long lists', async () => {
    expect(await text(Array.from({ length: 1_000 }, () => 0))).toContain('… 900 more');
  });

  it('limits depth', async () => {
    expect(await text({ a: { b: { c: { d: { e: 1 } } } } })).toContain('[object with 1 properties]');
  });

  it('survives getters that throw', async () => {
    const value = Object.defineProperty({ a: 1 }, 'b', {
      enumerable: true,
      get() {
        throw new Error('not now');
      },
    });
    expect(await text(value)).toContain('not now');
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    await expect(Promise.resolve().then(() => text([proxy]))).resolves.toContain('unreadable');
  });
});

describe('typed arrays', () => {
  it.each<[unknown, string]>([
    [new Float32Array([1, -2, 4]), 'Float32Array [3] min -2 max 4 mean 1: 1, -2, 4'],
    [new Float32Array([1, Number.NaN]), 'Float32Array [2] min 1 max 1 mean 1 1 NaN: 1, NaN'],
    [new Float32Array([Number.NaN]), 'Float32Array [1] 1 NaN: NaN'],
    [new Uint8Array(0), 'Uint8Array [0]'],
    [new Uint32Array(20), 'Uint32Array [20] min 0 max 0 mean 0: 0, 0, 0, 0, 0, 0, 0, 0, …'],
    [
      new Float64Array([0.000012345678, 1e12]),
      'Float64Array [2] min 1.2346e-5 max 1e12 mean 5e11: 1.2346e-5, 1e12',
    ],
    [{ shape: [2, 2], data: new Float32Array(4) }, 'Float32Array [2, 2] min 0 max 0 mean 0: 0, 0, 0, 0'],
  ])('%#', async (value, expected) => {
    expect(await toMimeBundle(value)).toEqual({ [plain]: expected });
  });
});

describe('trees', () => {
  it('are for objects and lists of them', async () => {
    expect(await toMimeBundle({ a: [1, { b: Number.NaN }] })).toEqual({
      [mimeTypes.json]: { a: [1, { b: 'NaN' }] },
      [plain]: '{ a: [1, { b: NaN }] }',
    });
    expect(await toMimeBundle([1, 2])).toEqual({ [plain]: '[1, 2]' });
    expect(await toMimeBundle([[1], [2]])).toHaveProperty(['application/json'], [[1], [2]]);
  });

  it('hold what JSON can carry', async () => {
    const value = {
      map: new Map<unknown, unknown>([
        ['a', 1],
        [2, new Set([3n])],
      ]),
      data: new Float32Array([1]),
      f: () => 1,
      when: new Date(0),
    };
    const tree = (await toMimeBundle(value))[mimeTypes.json];
    expect(tree).toEqual({
      map: { a: 1, '2': ['3n'] },
      data: 'Float32Array [1] min 1 max 1 mean 1: 1',
      f: '[function f]',
      when: '1970-01-01T00:00:00.000Z',
    });
    expect(JSON.parse(JSON.stringify(tree))).toEqual(tree);
  });

  it('are limited in depth and size, cycles included', async () => {
    const cyclic: Record<string, unknown> = { list: Array.from({ length: 100_000 }, () => ({})) };
    cyclic.self = cyclic;
    let deep: unknown = 1;
    for (let level = 0; level < 1_000; level++) deep = [{ deep }];
    const bundle = await toMimeBundle({ cyclic, deep });
    expect(JSON.stringify(bundle).length).toBeLessThan(100_000);
    expect(JSON.stringify(bundle)).toContain('[circular]');
  });
});

describe('tables', () => {
  const rows = [
    { name: 'a', n: 1, x: 0.5 },
    { name: 'b', n: 2, x: Number.NaN, ok: true },
  ];

  it('are for lists of records', async () => {
    const bundle = await toMimeBundle(rows);
    expect(bundle[mimeTypes.table]).toEqual({
      schema: {
        fields: [
          { name: 'name', type: 'string' },
          { name: 'n', type: 'integer' },
          { name: 'x', type: 'number' },
          { name: 'ok', type: 'boolean' },
        ],
      },
      data: [
        { name: 'a', n: 1, x: 0.5, ok: null },
        { name: 'b', n: 2, x: 'NaN', ok: true },
      ],
    });
    expect(bundle[plain]).toBe('name  n    x  ok\na     1  0.5\nb     2  NaN  true');
    expect(bundle[mimeTypes.html]).toContain('<td style="text-align: right">0.5</td>');
  });

  it('are not for records of objects', async () => {
    expect(await toMimeBundle([{ a: { b: 1 } }])).not.toHaveProperty([mimeTypes.table]);
    expect(await toMimeBundle([])).toEqual({ [plain]: '[]' });
  });

  it('show what is text as text', async () => {
    const bundle = await toMimeBundle([{ '<b>': '<script>alert(1)</script>&' }]);
    expect(bundle[mimeTypes.html]).toContain('<th>&lt;b&gt;</th>');
    expect(bundle[mimeTypes.html]).toContain('<td>&lt;script&gt;alert(1)&lt;/script&gt;&amp;</td>');
  });

  it('are cut where they are long, and say so', async () => {
    const bundle = await toMimeBundle(Array.from({ length: 5_000 }, (_, n) => ({ n })));
    const data = bundle[mimeTypes.table] as JsonObject & { data: unknown[] };
    expect(data.data).toHaveLength(1_000);
    expect(data.description).toBe('first 1000 of 5000 rows');
    expect(bundle[plain]).toContain('(first 60 of 5000 rows)');
  });

  it('choose columns, and take arrays', async () => {
    const chosen = await toMimeBundle(table(rows, { columns: ['x', 'name'] }));
    expect(chosen[plain]).toBe('  x  name\n0.5  a\nNaN  b');
    expect((await toMimeBundle(table([[1, 2]])))[plain]).toBe('0  1\n1  2');
    expect(() => table([1])).toThrow(/rows that are objects, but one is 1/);
  });
});

describe('values that render themselves', () => {
  const mime = Symbol.for('warpbook.mime');

  it('give their bundle', async () => {
    expect(await toMimeBundle({ [mime]: () => ({ 'text/html': '<b>', [plain]: 'b' }) })).toEqual({
      'text/html': '<b>',
      [plain]: 'b',
    });
    expect(await toMimeBundle({ [mime]: async () => ({ [plain]: 'later' }) })).toEqual({ [plain]: 'later' });
    expect(await toMimeBundle({ toMimeBundle: () => ({ [plain]: 'by name' }) })).toEqual({
      [plain]: 'by name',
    });
  });

  it('get plain text where they have none', async () => {
    expect(await toMimeBundle({ a: 1, [mime]: () => ({ 'text/html': '<b>' }) })).toEqual({
      'text/html': '<b>',
      [plain]: '{ a: 1 }',
    });
  });

  it('Markdown and HTML', async () => {
    expect(await toMimeBundle(markdown('# a'))).toEqual({ 'text/markdown': '# a', [plain]: '# a' });
    expect(await toMimeBundle(html('<p>a</p><script>b</script><p>c</p>'))).toMatchObject({ [plain]: 'a c' });
  });
});

describe('charts', () => {
  const specification = {
    title: { text: 'Fruit', subtitle: ['two', 'kinds'] },
    data: {
      values: [
        { fruit: 'apple', n: 3 },
        { fruit: 'pear', n: 1 },
      ],
    },
    mark: 'bar',
    encoding: { y: { field: 'fruit', type: 'nominal' }, x: { field: 'n', type: 'quantitative' } },
  };

  it('carry the specification, a drawing and the numbers', async () => {
    const bundle = await toMimeBundle(chart(specification));
    expect(bundle[mimeTypes.chart]).toMatchObject({
      $schema: expect.stringContaining('/v5.json') as string,
      mark: 'bar',
    });
    expect(bundle[mimeTypes.svg]).toMatch(/^<svg[\s\S]*apple[\s\S]*<\/svg>$/);
    expect(bundle[plain]).toBe('Fruit\ntwo kinds\nfruit  n\napple  3\npear   1');
  });

  it('without numbers are named', async () => {
    expect(await text(chart({ mark: 'bar', data: { url: 'a.csv' } }))).toBe('[chart]');
  });

  it('that are wrong have no drawing', async () => {
    const bundle = await toMimeBundle(chart({ ...specification, mark: 'pie in the sky' }));
    expect(Object.keys(bundle)).toEqual([mimeTypes.chart, plain]);
  });

  it('are plain data', () => {
    expect(() => chart({ mark: () => 'bar' })).toThrow(/"mark" is a function/);
    expect(() => chart([] as object)).toThrow(TypeError);
  });
});

describe('pictures', () => {
  const drawn: string[] = [];

  class PretendedCanvas {
    constructor(
      readonly width: number,
      readonly height: number,
    ) {}
    getContext() {
      return {
        putImageData: () => drawn.push(`pixels ${this.width}×${this.height}`),
        drawImage: () => drawn.push(`scaled to ${this.width}×${this.height}`),
      };
    }
    async convertToBlob({ type }: { type: string }) {
      return new Blob([type], { type });
    }
  }

  class PretendedImageData {
    constructor(
      readonly data: Uint8ClampedArray,
      readonly width: number,
      readonly height: number,
    ) {}
  }

  afterEach(() => {
    vi.unstubAllGlobals();
    drawn.length = 0;
  });

  function stub() {
    vi.stubGlobal('OffscreenCanvas', PretendedCanvas);
    vi.stubGlobal('ImageData', PretendedImageData);
  }

  const photo = (width: number, height: number) => ({
    width,
    height,
    pixels: new Uint8ClampedArray(width * height * 4),
  });

  it('decoded photos become PNG', async () => {
    stub();
    expect(await toMimeBundle(photo(3, 2))).toEqual({
      'image/png': btoa('image/png'),
      [plain]: '[picture, 3 × 2 pixels]',
    });
    expect(drawn).toEqual(['pixels 3×2']);
  });

  it('files are taken as they are', async () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 256);
    const bundle: MimeBundle = await toMimeBundle(new Blob([bytes], { type: 'image/jpeg' }));
    expect(Uint8Array.from(atob(String(bundle['image/jpeg'])), (c) => c.charCodeAt(0))).toEqual(bytes);
  });

  it('galleries hold thumbnails with captions', async () => {
    stub();
    const bundle = await toMimeBundle(gallery([{ photo: photo(448, 224), caption: '<milk>' }, photo(2, 2)]));
    const jpeg = btoa('image/jpeg');
    expect(bundle[mimeTypes.gallery]).toEqual({
      images: [
        { mimeType: 'image/jpeg', data: jpeg, caption: '<milk>' },
        { mimeType: 'image/jpeg', data: jpeg, caption: '' },
      ],
    });
    expect(bundle['text/html']).toContain('alt="&lt;milk&gt;"');
    expect(bundle[plain]).toBe('[2 pictures: <milk>, (no caption)]');
    expect(drawn).toEqual(['pixels 448×224', 'scaled to 224×112', 'pixels 2×2']);
  });

  it('galleries refuse what is no picture', () => {
    expect(() => gallery([{ photo: 'a.jpg' } as never])).toThrow(/item 1 is no picture/);
    expect(() => gallery([{ ...photo(2, 2), width: 5 }])).toThrow(/item 1 is no picture/);
  });
});
