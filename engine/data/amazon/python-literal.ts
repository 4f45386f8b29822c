/**
 * Python literals as values: what `repr` writes for dictionaries, lists, strings and numbers. The 2014 product file has
 * one such dictionary a line.
 *
 * Source: The Python Language Reference, 2.4 "Literals". Of Python 2 there are `u'…'`, `b'…'` and long integers (`12L`).
 */

/** What a literal stands for. A tuple is a list. */
export type Literal =
  | null
  | boolean
  | number
  | string
  | readonly Literal[]
  | { readonly [key: string]: Literal };

/** Nesting beyond this is no data. */
const deepest = 100;

const names: ReadonlyMap<string, Literal> = new Map<string, Literal>([
  ['None', null],
  ['True', true],
  ['False', false],
  ['null', null],
  ['true', true],
  ['false', false],
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
]);

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  '/': '/',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Digits that follow `\x`, `\u` and `\U`. */
const digits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

const space = /\s*/y;
const word = /[A-Za-z_]+/y;
const number = /-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const prefix = /[uUbB]?(?=['"])/y;
const plain = { "'": /[^'\\\n]*/y, '"': /[^"\\\n]*/y };
const octal = /[0-7]{1,3}/y;
const hexadecimal = /^[0-9a-fA-F]+$/;
const highBytes = /(?:\\x[89a-fA-F][0-9a-fA-F])+/y;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads one literal.
 *
 * Escapes of bytes (`\xc3\xa9`) in a string without the prefix `u` are read as UTF-8 where they are UTF-8, as Python 2
 * meant them, and else as the characters of their numbers, as Python 3 does.
 *
 * @throws SyntaxError saying at which character (from 1) what is wrong.
 */
export function parsePythonLiteral(text: string): Literal {
  const parser = new LiteralParser(text);
  const value = parser.value(0);
  parser.end();
  return value;
}

class LiteralParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): Literal {
    if (depth > deepest) this.#fail('too deep a nesting');
    this.#match(space);
    const start = this.#text[this.#at];
    if (start === '{') return this.#dictionary(depth + 1);
    if (start === '[') return this.#list(']', depth + 1);
    if (start === '(') return this.#list(')', depth + 1);
    const kind = this.#match(prefix);
    if (kind !== undefined) return this.#string(kind.toLowerCase() === 'u');
    const digitsRead = this.#match(number);
    if (digitsRead !== undefined) {
      if (/[lL]/.test(this.#text[this.#at] ?? '')) this.#at += 1;
      return Number(digitsRead);
    }
    if (start === '-' && this.#text.startsWith('-inf', this.#at)) {
      this.#at += 4;
      return Number.NEGATIVE_INFINITY;
    }
    const name = this.#match(word);
    const value = name === undefined ? undefined : names.get(name);
    if (value === undefined) {
      this.#fail(start === undefined ? 'the text ends too early' : 'this is no value', name?.length ?? 0);
    }
    return value;
  }

  /** Throws unless nothing follows. */
  end(): void {
    this.#match(space);
    if (this.#at < this.#text.length) this.#fail('something follows the value');
  }

  #dictionary(depth: number): Literal {
    // Without a prototype, so that a key may have any name.
    const entries: Record<string, Literal> = Object.create(null) as Record<string, Literal>;
    this.#at += 1;
    while (!this.#closes('}')) {
      const key = this.value(depth);
      if (typeof key !== 'string' && typeof key !== 'number') this.#fail('a key is no text');
      this.#expect(':');
      entries[String(key)] = this.value(depth);
      this.#separate('}');
    }
    return entries;
  }

  #list(close: ']' | ')', depth: number): Literal {
    const items: Literal[] = [];
    this.#at += 1;
    while (!this.#closes(close)) {
      items.push(this.value(depth));
      this.#separate(close);
    }
    return items;
  }

  #string(isUnicode: boolean): string {
    const quote = this.#text[this.#at] as '"' | "'";
    this.#at += 1;
    let result = '';
    for (;;) {
      result += this.#match(plain[quote]) ?? '';
      const next = this.#text[this.#at];
      if (next === quote) {
        this.#at += 1;
        return result;
      }
      if (next !== '\\') this.#fail('a string is not closed');
      result += (isUnicode ? undefined : this.#bytes()) ?? this.#escape();
    }
  }

  /** A run of bytes from 80 to ff that is UTF-8. */
  #bytes(): string | undefined {
    const start = this.#at;
    const run = this.#match(highBytes);
    if (run === undefined) return undefined;
    try {
      return utf8.decode(Uint8Array.from(run.split('\\x').slice(1), (byte) => Number.parseInt(byte, 16)));
    } catch {
      this.#at = start;
      return undefined;
    }
  }

  #escape(): string {
    this.#at += 1;
    const letter = this.#text[this.#at];
    const simple = letter === undefined ? undefined : escapes[letter];
    if (simple !== undefined) {
      this.#at += 1;
      return simple;
    }
    const octalDigits = this.#match(octal);
    if (octalDigits !== undefined) return String.fromCodePoint(Number.parseInt(octalDigits, 8));
    const length = letter === undefined ? undefined : digits[letter];
    // Python keeps a backslash before anything else.
    if (length === undefined) return '\\';
    this.#at += 1;
    const code = this.#text.slice(this.#at, this.#at + length);
    if (!hexadecimal.test(code) || code.length !== length || Number.parseInt(code, 16) > 0x10ffff) {
      this.#fail(`an escape needs ${length} hexadecimal digits`);
    }
    this.#at += length;
    return String.fromCodePoint(Number.parseInt(code, 16));
  }

  /** Whether the closing bracket comes next, which is then passed. */
  #closes(close: string): boolean {
    this.#match(space);
    if (this.#text[this.#at] !== close) return false;
    this.#at += 1;
    return true;
  }

  #separate(close: string): void {
    this.#match(space);
    if (this.#text[this.#at] === close) return;
    this.#expect(',');
  }

  #expect(character: string): void {
    this.#match(space);
    const next = this.#text[this.#at];
    if (next !== character) {
      this.#fail(next === undefined ? 'the text ends too early' : `"${character}" is missing`);
    }
    this.#at += 1;
  }

  /** What matches here, which is then passed; undefined where nothing does. */
  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text)?.[0];
    if (match !== undefined) this.#at += match.length;
    return match;
  }

  #fail(reason: string, back = 0): never {
    throw new SyntaxError(`${reason} at character ${this.#at - back + 1}`);
  }
}
