import { EngineError } from '../errors.ts';

/** Files could not be kept or read: storage is full, forbidden, or its content is not ours. */
export class StorageError extends EngineError {
  override name = 'StorageError';
}

/**
 * A file could not be written since there is no more room. The old file of that name, if any, is intact.
 *
 * @param bytes of the file that did not fit
 * @param where what is full, for example `the browser's storage`
 */
export function storageFull(name: string, bytes: number, where: string, usage = ''): StorageError {
  return new StorageError(
    `"${name}" (${megabytes(bytes)}) was not written: ${where} is full${usage}; free disk space or remove files. What was there before is intact.`,
  );
}

/** `12.3 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
