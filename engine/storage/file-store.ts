/** Files by name. */

/** Keeps files of bytes by name. Names are parts of letters, digits, `_`, `-`, `.` and spaces, with `/` between parts. */
export interface FileStore {
  /**
   * A copy of the whole file; undefined where there is none.
   *
   * @throws StorageError where the storage cannot be read.
   */
  read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /**
   * Writes a whole file, in place of an old one. Atomic: whatever happens meanwhile, a reader finds the old file or
   * the new one, never a part.
   *
   * @throws StorageError where there is no room or no permission; the old file is then intact.
   */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Removes a file; nothing happens where there is none. */
  remove(name: string): Promise<void>;
  /** All names, sorted by UTF-16 code unit. */
  names(): Promise<string[]>;
}
