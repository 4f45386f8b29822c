import { gzipSync } from 'node:zlib';

/** A review line as published in 2014. */
export function review(user: string, item: string, time = 1_382_140_800): string {
  return (
    `{"reviewerID": "${user}", "asin": "${item}", "reviewerName": "J. \\"Jo\\" Pi\\u00f1a", "helpful": [0, 1], ` +
    `"reviewText": "Good.\\nReally, it's \\u2026 fine", "overall": 5.0, "summary": "caf\\u00e9", ` +
    `"unixReviewTime": ${time}, "reviewTime": "10 19, 2013"}`
  );
}

/** A product line as published in 2014: a Python dictionary. */
export function product(item: string, paths: string, image = `'imUrl': '${imageUrl(item)}', `): string {
  return (
    `{'asin': '${item}', 'description': "It's 5\\" wide, \\\\ black", 'title': 'Caf\\xc3\\xa9 pot', 'price': 12.5, ` +
    `${image}'related': {'also_viewed': ['B000000001'], 'bought_together': []}, 'salesRank': {'Home &amp; Kitchen': 16}, ` +
    `'categories': ${paths}}`
  );
}

export function imageUrl(item: string): string {
  return `http://ecx.images-amazon.com/images/I/${item}._SY300_.jpg`;
}

/** A file under a name; gzipped where the name says so. */
export function file(name: string, lines: readonly string[], end = '\n'): { name: string; data: Blob } {
  const text = lines.join('\n') + end;
  return { name, data: new Blob([name.endsWith('.gz') ? gzipSync(text) : text]) };
}
