/** Labels in little room. */

/** As much of a label as fits. Of a path, the part with a number says most: colour tells the kernel already. */
export function fitted(measure: (text: string) => number, label: string, room: number): string {
  const fits = (text: string) => measure(text) <= room;
  if (fits(label)) return label;
  const parts = label.split('/');
  const last = parts.find((part) => /\d/.test(part)) ?? parts.at(-1)!;
  if (last !== label && fits(last)) return last;
  const digits = /\d+/.exec(last)?.[0];
  if (digits !== undefined) return fits(`…${digits}`) ? `…${digits}` : '';
  let length = Math.min(last.length, Math.floor(room / 5));
  while (length > 2 && !fits(`${last.slice(0, length)}…`)) length -= 1;
  return length > 2 ? `${last.slice(0, length)}…` : '';
}
