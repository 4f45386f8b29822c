/** Lines of a large file, gunzipped on the way: at no time more than a piece of it is in memory. */
import { InputError } from '../../errors.ts';

/** A file to read: one that a person chose, or bytes under a name. */
export type NamedFile = File | { readonly name: string; readonly data: Blob | ReadableStream<Uint8Array> };

/** How far reading has come. */
export interface ReadProgress {
  readonly file: string;
  /** Bytes read, of the file as it is stored. */
  readonly bytes: number;
  /** Bytes of the file, where known. */
  readonly totalBytes: number | undefined;
  readonly lines: number;
}

/** What may be said to somebody who reads a large file. */
export interface ReadOptions {
  /** Called after every piece. */
  readonly onProgress?: (progress: ReadProgress) => void;
  /** Stops reading; what was reading throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Characters. A line of the published files has some thousands; a file without line breaks is something else. */
const longestLine = 32 * 2 ** 20;

/**
 * The lines of a UTF-8 file, many at a time, without their line breaks. What begins as gzip is gunzipped.
 *
 * @throws InputError where the gzip data is damaged or cut short, or a line has more than 32 Mi characters.
 */
export async function* readLines(file: NamedFile, options: ReadOptions = {}): AsyncGenerator<string[]> {
  const { onProgress, signal } = options;
  const data = 'data' in file ? file.data : file;
  const source = await openSource(data instanceof Blob ? data.stream() : data);
  const totalBytes = data instanceof Blob ? data.size : undefined;
  const decoder = new TextDecoder();
  let rest = '';
  let lines = 0;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { done, value } = await source.read().catch((cause: unknown) => {
        signal?.throwIfAborted();
        if (source.fault() !== undefined) throw source.fault();
        throw new InputError(
          `${file.name} is cut short or damaged after line ${lines} (its gzip data does not end as it should); download it again.`,
          { cause },
        );
      });
      const text = rest + (done ? decoder.decode() : decoder.decode(value, { stream: true }));
      const complete = text.split('\n');
      rest = done ? '' : complete.pop()!;
      if (rest.length > longestLine) {
        throw new InputError(
          `${file.name}, line ${lines + complete.length + 1} has more than ${longestLine} characters; give a file with one record a line.`,
        );
      }
      // What ends with a line break has no further line.
      if (done && complete.at(-1) === '') complete.pop();
      lines += complete.length;
      if (complete.length > 0) {
        yield complete.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
      }
      onProgress?.({ file: file.name, bytes: source.bytes(), totalBytes, lines });
      if (done) return;
    }
  } finally {
    // Whoever stops early lets the file go.
    await source.close();
  }
}

interface Source {
  read(): Promise<ReadableStreamReadResult<Uint8Array>>;
  close(): Promise<void>;
  /** Bytes read so far. */
  bytes(): number;
  /** What the file itself threw, as opposed to the gunzip. */
  fault(): unknown;
}

/** Counts what is read, and gunzips what begins as gzip does (RFC 1952: 1f 8b). */
async function openSource(stream: ReadableStream<Uint8Array>): Promise<Source> {
  const reader = stream.getReader();
  let bytes = 0;
  let fault: unknown;
  const next = async () => {
    const result = await reader.read().catch((error: unknown) => {
      fault = error;
      throw error;
    });
    bytes += result.value?.length ?? 0;
    return result;
  };
  const head: ReadableStreamReadResult<Uint8Array>[] = [];
  const magic: number[] = [];
  while (magic.length < 2 && !head.at(-1)?.done) {
    const result = await next();
    head.push(result);
    magic.push(...(result.value?.subarray(0, 2) ?? []));
  }
  const read = async () => head.shift() ?? next();
  const zipped = magic[0] === 0x1f && magic[1] === 0x8b;
  const output = zipped ? gunzip(read) : { read, close: async () => {} };
  return {
    read: output.read,
    async close() {
      await output.close();
      await reader.cancel().catch(() => {});
    },
    bytes: () => bytes,
    fault: () => fault,
  };
}

/**
 * Gunzips piece by piece. A piece goes in only when somebody waits for output and the piece before is through: Node's
 * decompression stream by itself takes a whole file into memory, because its queues count pieces where they mean bytes.
 */
function gunzip(read: Source['read']): Pick<Source, 'read' | 'close'> {
  const { readable, writable } = new DecompressionStream('gzip');
  const output = readable.getReader();
  const input = writable.getWriter();
  const demand = new Demand();
  const fail: { reject?: (error: unknown) => void } = {};
  const failed = new Promise<never>((_, reject) => {
    fail.reject = reject;
  });
  async function pump(): Promise<void> {
    for (;;) {
      await demand.wait();
      const { done, value } = await read();
      if (done) return input.close();
      // Copied, because a decompression stream takes no view of shared memory.
      await input.write(new Uint8Array(value));
    }
  }
  // Both promises may fail when nobody asks any more.
  failed.catch(() => {});
  input.closed.catch(() => {});
  pump().catch((error: unknown) => fail.reject?.(error));
  return {
    async read() {
      let answered = false;
      const result = output.read().finally(() => {
        answered = true;
      });
      result.catch(() => {});
      // What lies ready comes within a few microtasks, and asks for no more of the file.
      for (let turn = 0; turn < 10 && !answered; turn++) await null;
      if (!answered) demand.begin();
      try {
        return await Promise.race([result, failed]);
      } finally {
        demand.end();
      }
    },
    async close() {
      await output.cancel().catch(() => {});
      await input.abort().catch(() => {});
    },
  };
}

/** Whether somebody waits for output. */
class Demand {
  #begin = () => {};
  #begun = false;
  #met = this.#next();

  begin(): void {
    this.#begun = true;
    this.#begin();
  }

  /** Ends what began; who waits already goes on waiting. */
  end(): void {
    if (this.#begun) this.#met = this.#next();
    this.#begun = false;
  }

  wait(): Promise<void> {
    return this.#met;
  }

  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#begin = resolve;
    });
  }
}
