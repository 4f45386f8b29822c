import { SafetensorsError } from './error.ts';
import { parseSafetensors } from './parse.ts';
import type { TensorFile } from './tensor-file.ts';

export interface LoadOptions {
  /** Called as bytes arrive; `total` is undefined where the server does not say. Both in bytes. */
  readonly onProgress?: (loaded: number, total: number | undefined) => void;
  /** Expected SHA-256 of the file, lower-case hexadecimal; checked before anything is read. */
  readonly sha256?: string;
  readonly signal?: AbortSignal;
  /** How errors name the file; the last part of the address otherwise. */
  readonly fileName?: string;
}

/**
 * Fetches and reads a safetensors file. Works in a worker, in a page, and in Node for `http:` and `data:` addresses.
 *
 * @throws SafetensorsError `download` or `checksum`, and whatever `parseSafetensors` throws; what `fetch` throws
 *   when `signal` aborts is passed on.
 */
export async function loadSafetensors(url: string | URL, options: LoadOptions = {}): Promise<TensorFile> {
  const address = String(url);
  const fileName = options.fileName ?? lastPart(address);
  const bytes = await fetchBytes(address, fileName, options);
  if (options.sha256 !== undefined) await checkSha256(bytes, options.sha256, fileName);
  return parseSafetensors(bytes, fileName);
}

async function fetchBytes(address: string, fileName: string, options: LoadOptions): Promise<ArrayBuffer> {
  const { signal, onProgress } = options;
  const response = await passAborts(fileName, signal, () => fetch(address, signal ? { signal } : {}));
  if (!response.ok || !response.body) {
    throw new SafetensorsError(
      'download',
      fileName,
      `the server answered ${response.status} ${response.statusText}; check the address ${address}.`,
    );
  }
  // Servers of single-page applications answer any unknown address with the page itself.
  if (response.headers.get('content-type')?.startsWith('text/html')) {
    await response.body.cancel();
    throw new SafetensorsError(
      'download',
      fileName,
      `the server answered with a web page; check the address ${address}.`,
    );
  }
  const total = declaredLength(response);
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await passAborts(fileName, signal, () => reader.read());
    if (done) break;
    chunks.push(value);
    loaded += value.length;
    onProgress?.(loaded, total);
  }
  const bytes = new Uint8Array(loaded);
  let position = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, position);
    position += chunk.length;
  }
  return bytes.buffer;
}

/** Bytes to expect, if known. A compressed answer's length is not that of its content. */
function declaredLength(response: Response): number | undefined {
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  return Number.isSafeInteger(length) && !response.headers.get('content-encoding') ? length : undefined;
}

async function passAborts<Result>(
  fileName: string,
  signal: AbortSignal | undefined,
  step: () => Promise<Result>,
): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    if (signal?.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SafetensorsError(
      'download',
      fileName,
      `the download failed (${reason}); check the connection and try again.`,
    );
  }
}

async function checkSha256(bytes: ArrayBuffer, expected: string, fileName: string): Promise<void> {
  if (!globalThis.crypto?.subtle) {
    throw new SafetensorsError(
      'checksum',
      fileName,
      'the checksum cannot be verified on an insecure page; open it through https or localhost.',
    );
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const actual = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (actual !== expected.toLowerCase()) {
    throw new SafetensorsError(
      'checksum',
      fileName,
      `the SHA-256 is ${actual}, but ${expected} is expected; get the file again or update its manifest entry.`,
    );
  }
}

function lastPart(address: string): string {
  const path = address.startsWith('data:') ? 'data address' : (address.split(/[?#]/)[0] ?? address);
  return path.split('/').at(-1) || address;
}
