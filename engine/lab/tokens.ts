/** WGSL as tokens, as far as the lab must understand it. */

/** A word (name, keyword, number) or one character of punctuation. */
export interface Token {
  readonly text: string;
  /** Offset of its first character. */
  readonly at: number;
}

const code = /\/\/[^\n\v\f\r\u0085\u2028\u2029]*|\/\*|\p{XIDC}+|\S/gu;
const comment = /\/\*|\*\//g;

/**
 * The tokens of a shader without its comments; block comments nest.
 *
 * Source: "WebGPU Shading Language" (W3C), 3.2 "Comments" and 3.3 "Tokens".
 */
export function tokenize(wgsl: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  for (let depth = 0; ; ) {
    const pattern = depth > 0 ? comment : code;
    pattern.lastIndex = end;
    const match = pattern.exec(wgsl);
    if (!match) return tokens;
    end = pattern.lastIndex;
    const [text] = match;
    if (text === '/*') depth += 1;
    else if (depth > 0) depth -= 1;
    else if (!text.startsWith('//')) tokens.push({ text, at: match.index });
  }
}

/** Line of an offset, from 1. */
export function lineAt(wgsl: string, at: number): number {
  return wgsl.slice(0, at).split('\n').length;
}
