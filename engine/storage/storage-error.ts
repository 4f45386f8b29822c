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
export function storageFull(name: string, bytes: number, where: string): StorageError {
  return new StorageError(
    `"${name}" (${(bytes / 1e6).toFixed(1)} MB) was not written: ${where} is full; free disk space or remove files. What was there before is intact.`,
  );
}
