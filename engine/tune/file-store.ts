/** Measurements kept in a JSON file. For Node; no module of the browser's bundle imports this one. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { keyOf, type TuningRecord, type TuningStore } from './tuning.ts';

/**
 * Keeps measurements in a JSON file, a list of records. It is written anew beside the old one and then takes its place,
 * so that no reader sees half of it. A file that does not exist is empty; one that is no list is refused, and not
 * overwritten.
 */
export function fileTuning(path: string): TuningStore {
  const read = async (): Promise<readonly unknown[]> => {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '[]';
      throw error;
    });
    let kept: unknown;
    try {
      kept = JSON.parse(text);
    } catch (error) {
      throw new Error(`${path} is no JSON (${(error as Error).message}); delete it`);
    }
    if (!Array.isArray(kept)) throw new Error(`${path} holds no list; delete it`);
    return kept;
  };
  const keyOfKept = (kept: unknown): string => {
    try {
      return keyOf(kept as TuningRecord);
    } catch {
      return '';
    }
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    read,
    write(record) {
      // One after the other: two at once would lose one of them.
      const written = last.then(async () => {
        const others = (await read()).filter((kept) => keyOfKept(kept) !== keyOf(record));
        await mkdir(dirname(path), { recursive: true });
        await writeFile(`${path}.new`, `${JSON.stringify([...others, record], null, 2)}\n`);
        await rename(`${path}.new`, path);
      });
      last = written.catch(() => undefined);
      return written;
    },
  };
}
