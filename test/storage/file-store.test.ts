import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { folderFiles } from '../../engine/storage/folder-files.ts';
import { memoryFiles, StorageError } from '../../engine/storage.ts';
import { fileStoreContract } from './file-store-contract.ts';

const failure = vi.hoisted(() => ({ code: '' }));

/** `open` as Node's, but files fail after half of their bytes while `failure.code` is set. */
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  return {
    ...real,
    async open(path: string, flags: string): Promise<FileHandle> {
      const file = await real.open(path, flags);
      const write = file.writeFile.bind(file);
      file.writeFile = async (bytes) => {
        if (!failure.code) return write(bytes);
        await write((bytes as Uint8Array).subarray(0, (bytes as Uint8Array).length / 2));
        throw Object.assign(new Error('simulated'), { code: failure.code });
      };
      return file;
    },
  };
});

afterEach(() => {
  failure.code = '';
});

describe('memoryFiles', () => {
  fileStoreContract(async () => ({ store: memoryFiles() }));
});

describe('folderFiles', () => {
  const open = async () => {
    const folder = mkdtempSync(join(tmpdir(), 'warpbook-files-'));
    const done = () => rmSync(folder, { recursive: true });
    return { store: folderFiles(join(folder, 'made/when needed')), folder, done };
  };

  fileStoreContract(open);

  test('a full disk says so and leaves the old file, and nothing else', async () => {
    const { folder, done } = await open();
    const store = folderFiles(folder);
    await store.write('checkpoint', Uint8Array.of(1, 2, 3));
    failure.code = 'ENOSPC';
    const writing = store.write('checkpoint', new Uint8Array(2_500_000));
    await expect(writing).rejects.toThrow(StorageError);
    await expect(writing).rejects.toThrow(
      `"checkpoint" (2.5 MB) was not written: the disk of ${folder} is full; free disk space or remove files. What was there before is intact.`,
    );
    failure.code = 'EIO';
    await expect(store.write('checkpoint', new Uint8Array(2))).rejects.toThrow(
      '"checkpoint" cannot be written: simulated; check folder and permissions.',
    );
    expect(await store.read('checkpoint')).toEqual(Uint8Array.of(1, 2, 3));
    expect(readdirSync(folder)).toEqual(['checkpoint']);
    done();
  });

  test('what a killed process left beside a file is no file', async () => {
    const { folder, done } = await open();
    writeFileSync(join(folder, '.checkpoint.4711-0.new'), 'half');
    const store = folderFiles(folder);
    expect(await store.names()).toEqual([]);
    await store.write('checkpoint', Uint8Array.of(1));
    expect(await store.names()).toEqual(['checkpoint']);
    done();
  });

  test('a folder in the place of a file, or a file in that of the folder, is an error', async () => {
    const { folder, done } = await open();
    mkdirSync(join(folder, 'a'));
    await expect(folderFiles(folder).write('a', Uint8Array.of(1))).rejects.toThrow(/"a" cannot be written/);
    await expect(folderFiles(folder).read('a')).rejects.toThrow(/"a" cannot be read/);
    writeFileSync(join(folder, 'file'), '');
    await expect(folderFiles(join(folder, 'file')).names()).rejects.toThrow(/cannot be listed/);
    expect(existsSync(join(folder, 'file'))).toBe(true);
    done();
  });
});
