/** Files in a folder. For Node; no module of the browser's bundle imports this one. */
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { checkFileName } from './file-name.ts';
import type { FileStore } from './file-store.ts';
import { StorageError, storageFull } from './storage-error.ts';

let count = 0;

/**
 * Keeps files in this folder, which is made when first written to; `/` in a name is a folder below it. A file is
 * written beside the old one and then takes its place.
 */
export function folderFiles(folder: string): FileStore {
  const pathOf = (name: string): string => {
    checkFileName(name);
    return join(folder, ...name.split('/'));
  };
  return {
    async read(name) {
      try {
        return new Uint8Array(await readFile(pathOf(name)));
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return undefined;
        throw failed(`"${name}" cannot be read`, error);
      }
    },
    async write(name, bytes) {
      const path = pathOf(name);
      // No name of a file begins with a dot, so `names` can leave these out.
      const beside = join(dirname(path), `.${basename(path)}.${process.pid}-${count++}.new`);
      try {
        await mkdir(dirname(path), { recursive: true });
        const file = await open(beside, 'w');
        try {
          await file.writeFile(bytes);
          // Else a power failure could leave the new name with no content.
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(beside, path);
      } catch (error) {
        await rm(beside, { force: true });
        throw ['ENOSPC', 'EDQUOT'].includes(codeOf(error))
          ? storageFull(name, bytes.byteLength, `the disk of ${folder}`)
          : failed(`"${name}" cannot be written`, error);
      }
    },
    async remove(name) {
      await rm(pathOf(name), { force: true }).catch((error) => {
        throw failed(`"${name}" cannot be removed`, error);
      });
    },
    async names() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error) => {
        if (codeOf(error) === 'ENOENT') return [];
        throw failed('The files cannot be listed', error);
      });
      return entries
        .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
        .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
        .map((path) => path.split(sep).join('/'))
        .sort();
    },
  };
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}

function failed(what: string, error: unknown): StorageError {
  return new StorageError(
    `${what}: ${error instanceof Error ? error.message : error}; check folder and permissions.`,
    {
      cause: error,
    },
  );
}
