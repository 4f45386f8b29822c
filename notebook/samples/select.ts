/**
 * Chooses the sample households and their photos: `npx tsx notebook/samples/select.ts --grocery DIR`.
 *
 * DIR holds `purchases.csv` (purchase lines of the R package completejourney 1.1.1, CC0, kept where a product's name
 * maps to a coarse photo class), `images.csv`, `images/` and `LICENSE-images` (the Grocery Store Dataset, GitHub
 * marcusklasson/GroceryStoreDataset, commit fc80ba90f803, MIT, shorter side scaled to 224). Writes `grocery/` beside
 * this file; the same data and seed give the same files.
 *
 * Every choice is a SHA-256 of the seed and what is chosen for, so that it depends on nothing else: a fifth of the
 * households are test households; of these, the first four by hash with enough lines and classes; for each product, a
 * photo of its coarse class from the photos' own test split.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { groceryLabel as label } from '../../engine/data/grocery.ts';
import type { Purchase } from '../../engine/data/households.ts';

const seed = 'warpbook-samples-1';
const testShare = 0.2;
const householdCount = 4;
const lines = { least: 10, most: 14 };
/** Different coarse classes that a household must have bought, for variety. */
const leastClasses = 8;

type Row = Readonly<Record<string, string>>;

/** Rows of a CSV file without quoted fields, by the names in its first line. */
function readCsv(path: string): Row[] {
  const [header, ...rows] = readFileSync(path, 'utf8').trimEnd().split(/\r?\n/);
  const names = header!.split(',');
  return rows.map((row, index) => {
    const fields = row.split(',');
    if (row.includes('"') || fields.length !== names.length) {
      throw new Error(
        `${path}, line ${index + 2}: ${names.length} plain fields are expected; check the data.`,
      );
    }
    return Object.fromEntries(names.map((name, column) => [name, fields[column]!]));
  });
}

/** A number in [0, 1) that belongs to this seed, purpose and subject. */
function draw(purpose: string, subject: string): number {
  const hash = createHash('sha256').update(`${seed}:${purpose}:${subject}`).digest();
  return hash.readUInt32BE(0) / 2 ** 32;
}

function groupBy(rows: readonly Row[], key: string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(row[key]!, [...(groups.get(row[key]!) ?? []), row]);
  return groups;
}

function chooseHouseholds(purchases: readonly Row[]): [string, Row[]][] {
  const candidates = [...groupBy(purchases, 'household_id')].filter(
    ([id, rows]) =>
      draw('split', id) < testShare &&
      rows.length >= lines.least &&
      rows.length <= lines.most &&
      new Set(rows.map((row) => row.coarse_class)).size >= leastClasses,
  );
  candidates.sort(([a], [b]) => draw('household', a) - draw('household', b));
  if (candidates.length < householdCount) {
    throw new Error(`only ${candidates.length} households qualify; check that the data is complete.`);
  }
  return candidates.slice(0, householdCount);
}

function joinPhoto(row: Row, photosByClass: ReadonlyMap<string, Row[]>): Purchase {
  const photos = photosByClass.get(row.coarse_class!);
  if (!photos) throw new Error(`there is no test photo of class ${row.coarse_class}; check images.csv.`);
  const photo = photos[Math.floor(draw('photo', row.product_id!) * photos.length)]!;
  return {
    productId: row.product_id!,
    productType: row.product_type!,
    category: row.product_category!,
    week: Number(row.week),
    coarseClass: row.coarse_class!,
    fineClass: photo.fine_name!,
    photo: photo.file!,
  };
}

function main(): void {
  const { values } = parseArgs({ options: { grocery: { type: 'string' } } });
  if (!values.grocery) {
    throw new Error('give the folder of the grocery data: npx tsx notebook/samples/select.ts --grocery DIR');
  }
  const source = values.grocery;
  const photos = readCsv(join(source, 'images.csv')).filter((row) => row.split === 'test');
  photos.sort((a, b) => (a.file! < b.file! ? -1 : 1));
  const photosByClass = groupBy(photos, 'coarse_name');
  const households = chooseHouseholds(readCsv(join(source, 'purchases.csv'))).map(([id, rows]) => {
    const ordered = [...rows].sort(
      (a, b) =>
        Number(a.transaction_timestamp) - Number(b.transaction_timestamp) ||
        Number(a.product_id) - Number(b.product_id),
    );
    return { id, purchases: ordered.map((row) => joinPhoto(row, photosByClass)) };
  });

  const target = fileURLToPath(new URL('grocery', import.meta.url));
  const files = [
    ...new Set(households.flatMap(({ purchases }) => purchases.map(({ photo }) => photo))),
  ].sort();
  mkdirSync(target, { recursive: true });
  // Photos that are no longer chosen go; the tables beside them are made by tables.ts.
  for (const file of readdirSync(target)) {
    if (file.endsWith('.jpg') || file === 'LICENSE-images') rmSync(join(target, file), { force: true });
  }
  for (const file of files) copyFileSync(join(source, 'images', file), join(target, file));
  copyFileSync(join(source, 'LICENSE-images'), join(target, 'LICENSE-images'));
  writeFileSync(join(target, 'households.json'), `${JSON.stringify({ label, seed, households }, null, 2)}\n`);
  const bytes = files.reduce((sum, file) => sum + statSync(join(target, file)).size, 0);
  for (const { id, purchases } of households) {
    console.log(`household ${id}: ${purchases.map(({ coarseClass }) => coarseClass).join(', ')}`);
  }
  console.log(`${households.length} households, ${files.length} photos, ${bytes} bytes`);
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
