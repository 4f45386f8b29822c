/** What happened to the lines, items and users of the published files. */
import type { MalformedLines } from './record.ts';

/** How many, and the first by name. */
export interface Counted {
  readonly count: number;
  readonly first: readonly string[];
}

/** What was read and what was left out. */
export interface AmazonReport {
  readonly reviews: {
    /** Lines that are not empty. */
    readonly lines: number;
    /** Reviews of an item that the same user had reviewed already; merged with the earliest. */
    readonly duplicates: number;
    readonly malformed: MalformedLines;
  };
  readonly products: {
    /** Lines that are not empty. */
    readonly lines: number;
    /** Lines about an item that an earlier line was about; the first counts. */
    readonly duplicates: number;
    /** Of the lines about reviewed items, and of those that do not begin with an item. */
    readonly malformed: MalformedLines;
  };
  readonly items: {
    /** Items that were reviewed. */
    readonly reviewed: number;
    /** Items that the product file does not have; left out. */
    readonly withoutProduct: Counted;
    /** Items whose product has no category; left out. */
    readonly withoutCategory: Counted;
    /** Items without an image file or address; left out. */
    readonly withoutImage: Counted;
    /** Items that some user kept. */
    readonly kept: number;
  };
  readonly users: {
    readonly all: number;
    /** Users with fewer items than `least`, when items were left out; left out themselves. */
    readonly tooFew: number;
    /** Users of whom items beyond `most` were left out. */
    readonly cut: number;
    readonly kept: number;
  };
  /** Pairs of user and item that were kept. */
  readonly entries: number;
  readonly categories: {
    /** Categories that the kept items are in. */
    readonly all: number;
    readonly kept: number;
  };
}

/** How many names are remembered. */
const remembered = 5;

/** Counts a list and keeps its first names. */
export function counted(names: readonly string[]): Counted {
  return { count: names.length, first: names.slice(0, remembered) };
}

/** The report in sentences; only what there is something to say about. */
export function describeAmazonReport(report: AmazonReport): string[] {
  const { reviews, products, items, users, entries, categories } = report;
  return [
    `${number(users.kept)} of ${number(users.all)} users, ${number(items.kept)} of ${number(items.reviewed)} items, ` +
      `${number(entries)} entries, ${number(categories.kept)} of ${number(categories.all)} categories.`,
    ...malformedSentence('review', reviews.malformed),
    ...malformedSentence('product', products.malformed),
    ...sentence(reviews.duplicates, 'reviews repeat a user and an item; each pair counts once.'),
    ...sentence(products.duplicates, 'product lines are about an item that came before; the first counts.'),
    ...itemSentence(items.withoutProduct, 'are not in the product file'),
    ...itemSentence(items.withoutCategory, 'have no category'),
    ...itemSentence(items.withoutImage, 'have no image'),
    ...sentence(users.tooFew, 'users have too few items left, and were left out.'),
    ...sentence(users.cut, 'users have too many items; their earliest were kept.'),
  ];
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

function sentence(count: number, text: string): string[] {
  return count === 0 ? [] : [`${number(count)} ${text}`];
}

function itemSentence({ count, first }: Counted, text: string): string[] {
  const more = count > first.length ? ', …' : '';
  return sentence(count, `items ${text}, and were left out: ${first.join(', ')}${more}.`);
}

function malformedSentence(what: string, { count, first }: MalformedLines): string[] {
  const lines = first.map(({ line, reason }) => `line ${line} (${reason})`).join(', ');
  return sentence(
    count,
    `${what} lines are malformed, and were left out: ${lines}${count > first.length ? ', …' : ''}.`,
  );
}
