/** What every kind of file store does. */
import { expect, test } from 'vitest';
import type { FileStore } from '../../engine/storage.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

/** @param open a new store, empty, with what is to be called when the test ends */
export function fileStoreContract(open: () => Promise<{ store: FileStore; done?: () => unknown }>): void {
  const withStore = (run: (store: FileStore) => Promise<void>) => async () => {
    const { store, done } = await open();
    try {
      await run(store);
    } finally {
      await done?.();
    }
  };

  test(
    'a file is read as it was written, and replaced as a whole',
    withStore(async (store) => {
      expect(await store.read('a.bin')).toBeUndefined();
      await store.write('a.bin', bytes(1, 2, 3, 4, 5));
      expect(await store.read('a.bin')).toEqual(bytes(1, 2, 3, 4, 5));
      await store.write('a.bin', bytes(9));
      expect(await store.read('a.bin')).toEqual(bytes(9));
      await store.write('a.bin', bytes());
      expect(await store.read('a.bin')).toEqual(bytes());
    }),
  );

  test(
    'what is read is a plain array of its own buffer, whatever part of a buffer was written',
    withStore(async (store) => {
      const large = new Uint8Array(1000).map((_, index) => index);
      await store.write('view', large.subarray(10, 14));
      large.fill(0);
      const read = (await store.read('view'))!;
      expect(read).toEqual(bytes(10, 11, 12, 13));
      expect(read.buffer.byteLength).toBe(4);
      expect(Object.getPrototypeOf(read)).toBe(Uint8Array.prototype);
      read[0] = 77;
      expect(await store.read('view')).toEqual(bytes(10, 11, 12, 13));
    }),
  );

  test(
    'names are listed in order; a removed file is gone',
    withStore(async (store) => {
      expect(await store.names()).toEqual([]);
      for (const name of ['b', 'run 1/step-10', 'Äpfel.safetensors', 'a']) await store.write(name, bytes(1));
      expect(await store.names()).toEqual(['a', 'b', 'run 1/step-10', 'Äpfel.safetensors']);
      await store.remove('b');
      await store.remove('never there');
      expect(await store.names()).toEqual(['a', 'run 1/step-10', 'Äpfel.safetensors']);
      expect(await store.read('b')).toBeUndefined();
    }),
  );

  test(
    'a name that could leave the store is refused',
    withStore(async (store) => {
      for (const name of ['', '..', '../a', 'a/../b', '/a', 'a/', '.hidden', 'a\\b', 'a\n']) {
        await expect(store.write(name, bytes(1)), JSON.stringify(name)).rejects.toThrow(
          `${JSON.stringify(name)} cannot name a file; use letters`,
        );
      }
      expect(await store.names()).toEqual([]);
    }),
  );
}
