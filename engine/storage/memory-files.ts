import { checkFileName } from './file-name.ts';
import type { FileStore } from './file-store.ts';

/** Keeps files in memory, for tests and for what need not outlive the page. */
export function memoryFiles(): FileStore {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    async read(name) {
      return files.get(name)?.slice();
    },
    async write(name, bytes) {
      checkFileName(name);
      files.set(name, new Uint8Array(bytes));
    },
    async remove(name) {
      files.delete(name);
    },
    async names() {
      return [...files.keys()].sort();
    },
  };
}
