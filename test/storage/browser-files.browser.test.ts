import { afterEach, describe, expect, test, vi } from 'vitest';
import { browserFiles, StorageError } from '../../engine/storage.ts';
import { fileStoreContract } from './file-store-contract.ts';

let count = 0;
const open = async () => {
  const name = `test-files-${count++}`;
  const done = () =>
    new Promise<void>((resolve, reject) => {
      const deleting = indexedDB.deleteDatabase(name);
      deleting.onsuccess = () => resolve();
      deleting.onerror = () => reject(deleting.error);
    });
  return { store: browserFiles(name), name, done };
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe('browserFiles', () => {
  fileStoreContract(open);

  test('another store of the same name has the same files', async () => {
    const { store, name, done } = await open();
    await store.write('a', Uint8Array.of(1, 2));
    expect(await browserFiles(name).read('a')).toEqual(Uint8Array.of(1, 2));
    expect(await browserFiles(`${name}-other`).names()).toEqual([]);
    indexedDB.deleteDatabase(`${name}-other`);
    await done();
  });

  test('a worker finds them', async () => {
    const { store, name, done } = await open();
    await store.write('a', Uint8Array.of(7));
    const module = new URL('../../engine/storage.ts', import.meta.url);
    const code = `import(${JSON.stringify(String(module))}).then(async ({ browserFiles }) => postMessage(await browserFiles(${JSON.stringify(name)}).read('a')))`;
    const worker = new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })), {
      type: 'module',
    });
    const read = await new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
    });
    worker.terminate();
    expect(read).toEqual(Uint8Array.of(7));
    await done();
  });

  test('a full storage says so and leaves the old file', async () => {
    const { store, done } = await open();
    await store.write('checkpoint', Uint8Array.of(1, 2, 3));
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    });
    const writing = store.write('checkpoint', new Uint8Array(1_500_000));
    await expect(writing).rejects.toThrow(StorageError);
    await expect(writing).rejects.toThrow(
      '"checkpoint" (1.5 MB) was not written: the browser\'s storage is full; free disk space or remove files. What was there before is intact.',
    );
    expect(await store.read('checkpoint')).toEqual(Uint8Array.of(1, 2, 3));
    await done();
  });

  test('a storage that the browser forbids, or a database of somebody else, is an error with a sentence', async () => {
    const { store, name, done } = await open();
    await new Promise<void>((resolve) => {
      const opening = indexedDB.open(name, 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore('theirs');
      opening.onsuccess = () => {
        opening.result.close();
        resolve();
      };
    });
    await expect(store.read('a')).rejects.toThrow(new RegExp(`"a" cannot be read: .*"${name}" answered`));
    await expect(store.write('a', Uint8Array.of(1))).rejects.toThrow(StorageError);
    await done();
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    });
    await expect(store.names()).rejects.toThrow(
      /cannot be listed: .*"The operation is insecure\."; allow this page to store data, or use memoryFiles/,
    );
  });
});
