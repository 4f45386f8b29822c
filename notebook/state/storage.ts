/** Documents kept in the browser (IndexedDB), so that a reload loses nothing. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { NotebookDocument } from '../document/nbformat.ts';

/** Where a document came from: shipped with Warpbook, made here, or opened from somebody's file. */
export type Origin = 'shipped' | 'created' | 'file';

export interface StoredDocument {
  /** `shipped:quickstart`, or a random id. */
  key: string;
  /** Without `.ipynb`. */
  name: string;
  origin: Origin;
  /** Whether the person has run it: until then, touching a control of its outputs asks before code runs. */
  trusted: boolean;
  document: NotebookDocument;
  /** Shipped notebooks: the cells of the version that it began as (`contentOf`). */
  original?: readonly string[];
  /** Milliseconds since 1970. */
  savedAt: number;
}

interface Schema extends DBSchema {
  documents: { key: string; value: StoredDocument };
  settings: { key: string; value: string };
}

let database: Promise<IDBPDatabase<Schema>> | undefined;

function open(): Promise<IDBPDatabase<Schema>> {
  database ??= openDB<Schema>('warpbook', 1, {
    upgrade(created) {
      created.createObjectStore('documents', { keyPath: 'key' });
      created.createObjectStore('settings');
    },
  });
  return database;
}

export async function loadStored(key: string): Promise<StoredDocument | undefined> {
  return (await open()).get('documents', key);
}

export async function storeDocument(stored: StoredDocument): Promise<void> {
  await (await open()).put('documents', stored);
}

export async function forgetDocument(key: string): Promise<void> {
  await (await open()).delete('documents', key);
}

/** The documents at hand, last changed first. */
export async function listStored(): Promise<Pick<StoredDocument, 'key' | 'name' | 'origin' | 'savedAt'>[]> {
  const all = await (await open()).getAll('documents');
  return all
    .map(({ key, name, origin, savedAt }) => ({ key, name, origin, savedAt }))
    .sort((a, b) => b.savedAt - a.savedAt);
}

/** The key of the document that was open last. */
export async function loadLastKey(): Promise<string | undefined> {
  return (await open()).get('settings', 'last');
}

export async function storeLastKey(key: string): Promise<void> {
  await (await open()).put('settings', key, 'last');
}
