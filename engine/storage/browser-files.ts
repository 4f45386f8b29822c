/** Files in the browser's storage, for a page or a worker: they are there again when the page is opened anew. */
import { checkFileName } from './file-name.ts';
import type { FileStore } from './file-store.ts';
import { StorageError, storageFull } from './storage-error.ts';

const objectStore = 'files';

/**
 * Keeps files in IndexedDB, in a database of this name. Several tabs may share it; each write is one transaction, and
 * so a tab that is closed in the middle leaves the old file.
 */
export function browserFiles(database = 'warpbook-files'): FileStore {
  const request = <Result>(mode: IDBTransactionMode, act: (files: IDBObjectStore) => IDBRequest<Result>) =>
    new Promise<Result>((resolve, reject) => {
      const opening = indexedDB.open(database, 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore(objectStore);
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const connection = opening.result;
        try {
          const transaction = connection.transaction(objectStore, mode);
          const answer = act(transaction.objectStore(objectStore));
          transaction.oncomplete = () => resolve(answer.result);
          transaction.onabort = () => reject(transaction.error ?? answer.error);
        } catch (error) {
          reject(error); // A database of somebody else's has no such object store.
        } finally {
          connection.close(); // Once its transactions have ended.
        }
      };
    });

  const failed = (what: string, error: unknown): StorageError =>
    new StorageError(
      `${what}: the browser's storage "${database}" answered "${messageOf(error)}"; allow this page to store data, or use memoryFiles().`,
      { cause: error },
    );

  return {
    async read(name) {
      const content: unknown = await request('readonly', (files) => files.get(name)).catch((error) => {
        throw failed(`"${name}" cannot be read`, error);
      });
      if (content === undefined) return undefined;
      if (content instanceof Uint8Array) return content as Uint8Array<ArrayBuffer>;
      throw new StorageError(
        `"${name}" in the browser's storage "${database}" is not a file of ours; remove it or use another database.`,
      );
    },
    async write(name, bytes) {
      checkFileName(name);
      await request('readwrite', (files) => files.put(alone(bytes), name)).catch((error) => {
        // How much is used is not said: browsers tell pages a made-up quota, against fingerprinting.
        throw isQuota(error)
          ? storageFull(name, bytes.byteLength, "the browser's storage")
          : failed(`"${name}" cannot be written`, error);
      });
    },
    async remove(name) {
      await request('readwrite', (files) => files.delete(name)).catch((error) => {
        throw failed(`"${name}" cannot be removed`, error);
      });
    },
    async names() {
      const keys = await request('readonly', (files) => files.getAllKeys()).catch((error) => {
        throw failed('The files cannot be listed', error);
      });
      return keys.map(String).sort();
    },
  };
}

/** Bytes with a buffer of their own: a stored view would take its whole buffer along. */
function alone(bytes: Uint8Array): Uint8Array {
  return bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength
    ? bytes
    : new Uint8Array(bytes);
}

function isQuota(error: unknown): boolean {
  return error instanceof Error && error.name === 'QuotaExceededError';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
