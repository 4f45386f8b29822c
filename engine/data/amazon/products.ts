/** The published product file: categories and image address of the items that were reviewed. */
import { InputError } from '../../errors.ts';
import { type NamedFile, type ReadOptions, readLines } from './line-stream.ts';
import {
  type AmazonRecord,
  MalformedLineList,
  type MalformedLines,
  parseRecord,
  textField,
} from './record.ts';
import { reasonOf } from './reviews.ts';

/** What is known of an item. */
export interface Product {
  /** Names of all categories that the item is in, on any path, each once. */
  readonly categories: readonly string[];
  /** Address of its photo. */
  readonly imageUrl: string | undefined;
}

/** What the product file says. */
export interface Products {
  /** By `asin`. Only items that were wanted. */
  readonly products: ReadonlyMap<string, Product>;
  /** Lines that are not empty. */
  readonly lines: number;
  /** Lines about an item that an earlier line was about; the first counts. */
  readonly duplicates: number;
  readonly malformed: MalformedLines;
}

/** How every line of the file begins. Most are about items that nobody wants, and end here. */
const beginning = /^\s*\{\s*u?(['"])asin\1\s*:\s*u?(['"])([^'"\\]+)\2\s*[,}]/;

/** Amazon's picture for items without a photo. */
const placeholder = /\/no-img|\/no-image/;

/**
 * Reads `meta_….json.gz`: a Python dictionary (as published in 2014) or a JSON object a line, with `asin`, `categories`
 * (a list of paths, each a list of names) and `imUrl`.
 *
 * @param wanted the items to keep; of lines about others nothing but their first field is read
 * @throws InputError where the file is damaged, or no line of it is a product.
 */
export async function readProducts(
  file: NamedFile,
  wanted: ReadonlySet<string>,
  options: ReadOptions = {},
): Promise<Products> {
  const products = new Map<string, Product>();
  const malformed = new MalformedLineList();
  let number = 0;
  let lines = 0;
  let duplicates = 0;
  for await (const batch of readLines(file, options)) {
    for (const line of batch) {
      number += 1;
      if (line.trim() === '') continue;
      lines += 1;
      const begun = beginning.exec(line)?.[3];
      if (begun !== undefined && !wanted.has(begun)) continue;
      try {
        const record = parseRecord(line);
        const item = textField(record, 'asin');
        if (!wanted.has(item)) continue;
        const product = { categories: categoriesOf(record), imageUrl: imageUrlOf(record) };
        if (products.has(item)) duplicates += 1;
        else products.set(item, product);
      } catch (error) {
        malformed.add(number, reasonOf(error));
      }
    }
  }
  if (lines === malformed.count) {
    const [first] = malformed.first;
    throw new InputError(
      `${file.name} has no products${first ? `: line ${first.line}: ${first.reason}` : ''}; give the product file, one dictionary a line.`,
    );
  }
  return { products, lines, duplicates, malformed };
}

function categoriesOf(record: AmazonRecord): string[] {
  const paths = record.categories ?? [];
  if (!Array.isArray(paths)) throw new SyntaxError('"categories" is no list');
  const names = paths.flat() as unknown[];
  if (!names.every((name) => typeof name === 'string')) {
    throw new SyntaxError('"categories" is no list of lists of texts');
  }
  return [...new Set(names.map((name) => ownText(name.trim())).filter((name) => name !== ''))];
}

function imageUrlOf({ imUrl }: AmazonRecord): string | undefined {
  return typeof imUrl === 'string' && /^https?:\/\//.test(imUrl) && !placeholder.test(imUrl)
    ? ownText(imUrl)
    : undefined;
}

/** A copy of a text: JavaScript engines keep a whole line in memory for a piece of it. */
function ownText(piece: string): string {
  return JSON.parse(JSON.stringify(piece)) as string;
}
