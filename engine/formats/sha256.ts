import type { HostParameters } from '../backend.ts';
import { InputError } from '../errors.ts';

/**
 * SHA-256 in lower-case hexadecimal; of a text, that of its UTF-8.
 *
 * Source: "Secure Hash Standard" (NIST FIPS 180-4, 2015), as the Web Cryptography API has it.
 *
 * @throws InputError on a page without a secure context.
 */
export async function sha256(content: Uint8Array<ArrayBuffer> | string): Promise<string> {
  if (!globalThis.crypto?.subtle) {
    throw new InputError('No checksum can be made on an insecure page; open it through https or localhost.');
  }
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** SHA-256 of parameters: their bytes one after the other, in order of their names (UTF-16 code units). */
export function parametersSha256(parameters: HostParameters): Promise<string> {
  const arrays = Object.keys(parameters)
    .sort()
    .map((name) => parameters[name]!);
  const bytes = new Uint8Array(arrays.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let position = 0;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), position);
    position += byteLength;
  }
  return sha256(bytes);
}
