/** Measurements kept in the browser, in a page or a worker. */
import { keyOf, type TuningStore } from './tuning.ts';

const objectStore = 'records';

/** Keeps measurements in IndexedDB, in a database of this name. */
export function indexedDbTuning(name = 'warpbook-tuning'): TuningStore {
  const request = <Result>(mode: IDBTransactionMode, act: (records: IDBObjectStore) => IDBRequest<Result>) =>
    new Promise<Result>((resolve, reject) => {
      const opening = indexedDB.open(name, 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore(objectStore);
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const database = opening.result;
        try {
          const transaction = database.transaction(objectStore, mode);
          const answer = act(transaction.objectStore(objectStore));
          transaction.oncomplete = () => resolve(answer.result);
          transaction.onabort = () => reject(transaction.error);
        } catch (error) {
          reject(error); // A database of somebody else's has no such object store.
        } finally {
          database.close(); // Once its transactions have ended.
        }
      };
    });
  return {
    read: () => request('readonly', (records) => records.getAll()),
    write: (record) => request('readwrite', (records) => records.put(record, keyOf(record))).then(() => {}),
  };
}
