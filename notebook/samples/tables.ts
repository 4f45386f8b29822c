/**
 * Makes the tables of the grocery purchases and of the photos:
 * `npx tsx notebook/samples/tables.ts --grocery DIR --clothing DIR`.
 *
 * The grocery folder holds `purchases.csv` (purchase lines of the R package completejourney 1.1.1, CC0, kept where a
 * product's name maps to a coarse photo class) and `images.csv` (the Grocery Store Dataset, GitHub
 * marcusklasson/GroceryStoreDataset, commit fc80ba90f803, MIT); the clothing folder `images.csv` (GitHub
 * alexeygrigorev/clothing-dataset-small, commit 119615165124, CC0). Writes `grocery/purchases.csv`,
 * `grocery/photos.csv` and `clothing/photos.csv` beside this file; the same data gives the same files.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Columns, readCsv } from '../../engine/data/csv.ts';

/**
 * The three folders of the photos' own hierarchy by the first coarse class in each: the authors number coarse classes
 * folder by folder (`dataset/classes.csv` in their repository).
 */
const groups = [
  { group: 'Fruit', from: 0 },
  { group: 'Packages', from: 19 },
  { group: 'Vegetables', from: 28 },
];

function read<Name extends string>(folder: string, file: string, names: readonly Name[]): Columns<Name> {
  const path = join(folder, file);
  return readCsv(readFileSync(path, 'utf8'), path, names);
}

function write(path: string, header: string, rows: readonly (readonly (string | number)[])[]): void {
  const lines = rows.map((row) => row.join(','));
  if (lines.some((line) => line.includes('"') || line.split(',').length !== header.split(',').length)) {
    throw new Error(`${path}: a field holds a comma or a quote; check the data.`);
  }
  writeFileSync(new URL(path, import.meta.url), `${[header, ...lines].join('\n')}\n`);
  console.log(`${path}: ${rows.length} lines`);
}

function writeGrocery(folder: string): void {
  const bought = read(folder, 'purchases.csv', [
    'household_id',
    'product_id',
    'week',
    'transaction_timestamp',
    'coarse_class',
  ]);
  const purchases = bought.household_id.map((household, line) => ({
    household: Number(household),
    product: Number(bought.product_id[line]),
    week: Number(bought.week[line]),
    time: Number(bought.transaction_timestamp[line]),
    class: bought.coarse_class[line]!,
  }));
  purchases.sort((a, b) => a.household - b.household || a.time - b.time || a.product - b.product);
  write(
    'grocery/purchases.csv',
    'household,week,product,class',
    purchases.map((line) => [line.household, line.week, line.product, line.class]),
  );
  const photos = read(folder, 'images.csv', ['file', 'split', 'fine_name', 'coarse_id', 'coarse_name']);
  write(
    'grocery/photos.csv',
    'file,split,fine,coarse,group',
    photos.file.map((file, row) => {
      const { group } = groups.findLast(({ from }) => Number(photos.coarse_id[row]) >= from)!;
      return [file, photos.split[row]!, photos.fine_name[row]!, photos.coarse_name[row]!, group];
    }),
  );
}

function writeClothing(folder: string): void {
  mkdirSync(new URL('clothing', import.meta.url), { recursive: true });
  const photos = read(folder, 'images.csv', ['file', 'split', 'class']);
  write(
    'clothing/photos.csv',
    'file,split,class',
    photos.file.map((file, row) => [file, photos.split[row]!, photos.class[row]!]),
  );
  writeFileSync(new URL('clothing/LICENSE', import.meta.url), readFileSync(join(folder, 'LICENSE')));
}

try {
  const { values } = parseArgs({ options: { grocery: { type: 'string' }, clothing: { type: 'string' } } });
  if (!values.grocery && !values.clothing) {
    throw new Error(
      'give a folder: npx tsx notebook/samples/tables.ts --grocery DIR --clothing DIR, or one of both',
    );
  }
  if (values.grocery) writeGrocery(values.grocery);
  if (values.clothing) writeClothing(values.clothing);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
