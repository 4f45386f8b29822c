/**
 * The first key that an object in a JSON text has twice, or undefined. `JSON.parse` silently keeps the last of two
 * equal keys, but the safetensors format forbids them.
 *
 * @param text JSON that `JSON.parse` accepts.
 */
export function duplicateKey(text: string): string | undefined {
  // One set of keys for each open object; undefined for an open array, which has none.
  const open: (Set<string> | undefined)[] = [];
  let position = 0;
  while (position < text.length) {
    const character = text[position];
    if (character === '{') open.push(new Set());
    else if (character === '[') open.push(undefined);
    else if (character === '}' || character === ']') open.pop();
    else if (character === '"') {
      const end = endOfString(text, position);
      const keys = open.at(-1);
      if (keys && isFollowedByColon(text, end)) {
        const key: string = JSON.parse(text.slice(position, end));
        if (keys.has(key)) return key;
        keys.add(key);
      }
      position = end;
      continue;
    }
    position++;
  }
  return undefined;
}

/** Position after the closing quotation mark of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let position = start + 1;
  while (position < text.length && text[position] !== '"') position += text[position] === '\\' ? 2 : 1;
  return position + 1;
}

function isFollowedByColon(text: string, position: number): boolean {
  let next = position;
  while (' \t\n\r'.includes(text[next] ?? '.')) next++;
  return text[next] === ':';
}
