/** Files by name: in the browser's storage, in memory, or (`storage/folder-files.ts`, for Node) in a folder. */
export { browserFiles } from './storage/browser-files.ts';
export type { FileStore } from './storage/file-store.ts';
export { memoryFiles } from './storage/memory-files.ts';
export { StorageError } from './storage/storage-error.ts';
