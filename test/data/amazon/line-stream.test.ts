import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type NamedFile, type ReadProgress, readLines } from '../../../engine/data/amazon/line-stream.ts';

async function linesOf(file: NamedFile, options = {}): Promise<string[]> {
  const lines: string[] = [];
  for await (const batch of readLines(file, options)) lines.push(...batch);
  return lines;
}

const zipped = (text: string) => ({ name: 'f.gz', data: new Blob([gzipSync(text)]) });

/** Bytes in pieces; of one byte, characters and the gzip header are cut anywhere. */
function inPieces(bytes: Uint8Array, size = 1): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.subarray(at, at + size));
      at += size;
    },
  });
}

describe('lines', () => {
  test.each([
    ['', []],
    ['one', ['one']],
    ['one\n', ['one']],
    ['one\r\n\ntwo\u2028still two\n\n', ['one', '', 'two\u2028still two', '']],
  ])('of %j', async (text, lines) => {
    expect(await linesOf(zipped(text))).toEqual(lines);
    expect(await linesOf({ name: 'f', data: new Blob([text]) })).toEqual(lines);
    expect(await linesOf(new File([text], 'f.json'))).toEqual(lines);
  });

  test('characters that are cut between pieces are whole', async () => {
    const text = 'größer 😀\nñ\n';
    const lines = ['größer 😀', 'ñ'];
    expect(await linesOf({ name: 'f', data: inPieces(Buffer.from(text)) })).toEqual(lines);
    expect(await linesOf({ name: 'f', data: inPieces(gzipSync(text)) })).toEqual(lines);
  });

  test('of megabytes come in batches, with progress, and the file is read no faster', async () => {
    const text = Array.from({ length: 200_000 }, (_, index) => `line ${index * 7919}`).join('\n');
    const bytes = gzipSync(text);
    const seen: ReadProgress[] = [];
    const batches: number[] = [];
    let last = '';
    const file = { name: 'f.gz', data: inPieces(bytes, 4096) };
    for await (const batch of readLines(file, { onProgress: (progress) => seen.push(progress) })) {
      batches.push(batch.length);
      last = batch.at(-1)!;
    }
    expect(batches.reduce((sum, count) => sum + count, 0)).toBe(200_000);
    expect(batches.length).toBeGreaterThan(10);
    expect(last).toBe(`line ${199_999 * 7919}`);
    const end = { file: 'f.gz', bytes: bytes.length, totalBytes: undefined, lines: 200_000 };
    expect(seen.at(-1)).toEqual(end);
    // Half of the lines are there when about half of the file is.
    const half = seen.find(({ lines }) => lines > 100_000)!;
    expect(half.bytes / bytes.length).toBeGreaterThan(0.4);
    expect(half.bytes / bytes.length).toBeLessThan(0.6);
  });

  test('of a file with a known size have it in their progress', async () => {
    const seen: ReadProgress[] = [];
    const file = zipped('a\nb\n');
    await linesOf(file, { onProgress: (progress: ReadProgress) => seen.push(progress) });
    const { size } = file.data;
    expect(seen.at(-1)).toEqual({ file: 'f.gz', bytes: size, totalBytes: size, lines: 2 });
  });
});

describe('a damaged file', () => {
  const text = Array.from({ length: 5000 }, (_, index) => `line ${(index * 7919) % 1009}`).join('\n');
  const whole = gzipSync(text);

  test.each([3, 100, Math.floor(whole.length / 2), whole.length - 9, whole.length - 1])(
    'cut after %i bytes',
    async (length) => {
      await expect(linesOf({ name: 'cut.gz', data: new Blob([whole.subarray(0, length)]) })).rejects.toThrow(
        /^cut\.gz is cut short or damaged after line \d+ \(its gzip data does not end as it should\); download it again\.$/,
      );
    },
  );

  test('with a byte that changed', async () => {
    const bytes = Uint8Array.from(whole);
    bytes[Math.floor(whole.length / 2)]! ^= 0x55;
    await expect(linesOf({ name: 'bad.gz', data: new Blob([bytes]) })).rejects.toThrow(
      /cut short or damaged/,
    );
  });

  test('that cannot be read is not called damaged', async () => {
    const data = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(new Error('the network went away'));
      },
    });
    await expect(linesOf({ name: 'f', data })).rejects.toThrow('the network went away');
    let pieces = 0;
    const later = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (pieces++ === 0) controller.enqueue(whole.subarray(0, 50));
        else controller.error(new Error('the disk went away'));
      },
    });
    await expect(linesOf({ name: 'f', data: later })).rejects.toThrow('the disk went away');
  });
});

test('reading stops when it is told to, and lets the file go', async () => {
  const abort = new AbortController();
  let cancelled = false;
  let pieces = 0;
  const data = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (++pieces === 3) abort.abort(new Error('stopped by the user'));
      controller.enqueue(Buffer.from('a line\n'));
    },
    cancel() {
      cancelled = true;
    },
  });
  await expect(linesOf({ name: 'endless', data }, { signal: abort.signal })).rejects.toThrow(
    'stopped by the user',
  );
  expect(cancelled).toBe(true);
  expect(pieces).toBeLessThan(10);
});
