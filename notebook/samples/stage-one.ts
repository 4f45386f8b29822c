/**
 * Chooses the photos of stage one at reduced size: `npx tsx notebook/samples/stage-one.ts --grocery DIR`.
 *
 * DIR holds `images/` of the Grocery Store Dataset, as `select.ts` says. Writes `grocery/stage-one/`: of each of the 43
 * coarse classes five photos of the authors' training split and one of their validation split (of classes without one, none),
 * those with the least SHA-256 of the seed and the file's name, so that the same data gives the same files.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readCsv } from '../../engine/data/csv.ts';

const seed = 'warpbook-stage-one-1';
const photosOfClass = { train: 5, val: 1 };

function hash(file: string): string {
  return createHash('sha256').update(`${seed}:${file}`).digest('hex');
}

function main(): void {
  const { values } = parseArgs({ options: { grocery: { type: 'string' } } });
  if (!values.grocery) throw new Error('Name the folder with images/: --grocery DIR.');
  const tablePath = fileURLToPath(new URL('grocery/photos.csv', import.meta.url));
  const table = readCsv(readFileSync(tablePath, 'utf8'), 'photos.csv', ['file', 'split', 'coarse']);
  const chosen = [...new Set(table.coarse)].flatMap((coarse) =>
    Object.entries(photosOfClass).flatMap(([split, count]) =>
      table.file
        .filter((_, row) => table.coarse[row] === coarse && table.split[row] === split)
        .sort((a, b) => (hash(a) < hash(b) ? -1 : 1))
        .slice(0, count),
    ),
  );
  const target = fileURLToPath(new URL('grocery/stage-one', import.meta.url));
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  for (const file of chosen) copyFileSync(join(values.grocery, 'images', file), join(target, file));
  const bytes = chosen.reduce((sum, file) => sum + statSync(join(target, file)).size, 0);
  console.log(`${chosen.length} photos, ${bytes} bytes`);
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
