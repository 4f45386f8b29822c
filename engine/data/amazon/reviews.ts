/** The published review file: who reviewed what, and when. */
import { InputError } from '../../errors.ts';
import { type NamedFile, type ReadOptions, readLines } from './line-stream.ts';
import { MalformedLineList, type MalformedLines, parseRecord, textField } from './record.ts';

/** Who reviewed what. Only these three columns of the file are kept in memory. */
export interface Reviews {
  /** `reviewerID` of each user, in the order of the file. */
  readonly users: readonly string[];
  /** `asin` of each item, in the order of the file. */
  readonly items: readonly string[];
  /** For each user the indices of the items, each once, in order of time. */
  readonly itemsOf: readonly (readonly number[])[];
  /** Lines that are not empty. */
  readonly lines: number;
  /** Reviews of an item that the same user had reviewed already; the earliest counts. */
  readonly duplicates: number;
  readonly malformed: MalformedLines;
}

interface Entry {
  readonly item: number;
  /** Seconds since 1970; 0 where the file does not say. */
  readonly time: number;
}

/**
 * Reads `reviews_…_5.json.gz`: a JSON object a line, with `reviewerID`, `asin` and `unixReviewTime`.
 *
 * @throws InputError where the file is damaged, or no line of it is a review.
 */
export async function readReviews(file: NamedFile, options: ReadOptions = {}): Promise<Reviews> {
  const users = new Map<string, number>();
  const items = new Map<string, number>();
  const entries: Entry[][] = [];
  const malformed = new MalformedLineList();
  let number = 0;
  let lines = 0;
  for await (const batch of readLines(file, options)) {
    for (const line of batch) {
      number += 1;
      if (line.trim() === '') continue;
      lines += 1;
      try {
        const record = parseRecord(line);
        const user = textField(record, 'reviewerID');
        const item = place(items, textField(record, 'asin'));
        const time = typeof record.unixReviewTime === 'number' ? record.unixReviewTime : 0;
        const known = users.get(user);
        if (known === undefined) {
          users.set(user, entries.length);
          entries.push([{ item, time }]);
        } else {
          entries[known]!.push({ item, time });
        }
      } catch (error) {
        malformed.add(number, reasonOf(error));
      }
    }
  }
  if (users.size === 0) {
    const [first] = malformed.first;
    throw new InputError(
      `${file.name} has no reviews${first ? `: line ${first.line}: ${first.reason}` : ''}; give the review file, one JSON object a line.`,
    );
  }
  let duplicates = 0;
  const itemsOf = entries.map((list) => {
    // Stable: reviews of the same time stay in the order of the file.
    const bought = [...new Set(list.sort((a, b) => a.time - b.time).map(({ item }) => item))];
    duplicates += list.length - bought.length;
    return bought;
  });
  return { users: [...users.keys()], items: [...items.keys()], itemsOf, lines, duplicates, malformed };
}

function place(places: Map<string, number>, key: string): number {
  const known = places.get(key);
  if (known !== undefined) return known;
  places.set(key, places.size);
  return places.size - 1;
}

/** The reason of a syntax error; other errors are not about the line. */
export function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return error.message;
  throw error;
}
