import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { parsePythonLiteral } from '../../../engine/data/amazon/python-literal.ts';
import { parseRecord } from '../../../engine/data/amazon/record.ts';

describe('a Python literal', () => {
  test.each([
    ['None', null],
    ['[True, False]', [true, false]],
    ['(1, -2.5, 1e3, .5, 7., 12L)', [1, -2.5, 1000, 0.5, 7, 12]],
    ['[]', []],
    ['()', []],
    ['[1,]', [1]],
    [`''`, ''],
    [`'it"s'`, 'it"s'],
    [`"it's"`, "it's"],
    [String.raw`'it\'s \"so\" \\ \n\t\a'`, 'it\'s "so" \\ \n\t\x07'],
    [String.raw`u'caf\xe9 \u2026 \U0001f600'`, 'café … 😀'],
    // Bytes that are UTF-8, and bytes that are not.
    [String.raw`'caf\xc3\xa9 \xe2\x80\xa6'`, 'café …'],
    [String.raw`'caf\xe9 5\xba\x0c\x41'`, 'café 5º\fA'],
    // With the prefix, escapes are characters.
    [String.raw`u'\xc3\xa9'`, 'Ã©'],
    [String.raw`'\101\0\q'`, 'A\0\\q'],
    [String.raw`"\ud83d\ude00\/"`, '😀/'],
    [`b'bytes'`, 'bytes'],
    ['null', null],
  ])('%s', (text, value) => {
    expect(parsePythonLiteral(text)).toEqual(value);
    expect(parsePythonLiteral(` ${text}\t`)).toEqual(value);
  });

  test('dictionaries, nested', () => {
    expect(parsePythonLiteral(`{'a': {"b": [[u'c', 'd'], ['e']]}, 2: None, '__proto__': 1,}`)).toEqual(
      Object.assign(Object.create(null), { a: { b: [['c', 'd'], ['e']] }, 2: null, ['__proto__']: 1 }),
    );
    expect(parsePythonLiteral('nan')).toBeNaN();
    expect(parsePythonLiteral('[-inf, inf]')).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });

  test.each([
    ['', 'the text ends too early at character 1'],
    ["{'a': ", 'the text ends too early at character 7'],
    ["{'a' 1}", '":" is missing at character 6'],
    ["{'a': 1 'b': 2}", '"," is missing at character 9'],
    ["{['a']: 1}", 'a key is no text at character 7'],
    ["'open", 'a string is not closed at character 6'],
    ["'line\nbreak'", 'a string is not closed at character 6'],
    ["u'\\u12'", 'an escape needs 4 hexadecimal digits at character 5'],
    ["u'\\Uffffffff'", 'an escape needs 8 hexadecimal digits at character 5'],
    ['[1] 2', 'something follows the value at character 5'],
    ['[name]', 'this is no value at character 2'],
    ["__import__('os')", 'this is no value at character 1'],
    ['['.repeat(500), 'too deep a nesting at character 102'],
  ])('%j is refused', (text, message) => {
    expect(() => parsePythonLiteral(text)).toThrow(new SyntaxError(message));
  });
});

describe('a record', () => {
  test('may be JSON or a dictionary', () => {
    expect(parseRecord('{"a": "\\u00e9\\/", "b": [1.5e2, null]}')).toEqual({ a: 'é/', b: [150, null] });
    expect(parseRecord(`{"a": None, 'b': 1}`)).toEqual({ a: null, b: 1 });
    expect(parseRecord("  {'a': 1}")).toEqual({ a: 1 });
    expect(() => parseRecord("['a']")).toThrow('the line is no dictionary');
    expect(() => parseRecord('{"a": 1')).toThrow(SyntaxError);
  });
});

const python = findPython();

test.skipIf(!python)('reads what Python writes (skipped where there is no python3)', () => {
  const script = `
import random
random.seed(5)
pieces = ["'", '"', '\\\\', '\\n', 'a', ' ', '\\u00e9', '\\u2026', '\\U0001f600', '\\x00', '{', ':', ',', '\\x7f', '\\u200b']
text = lambda: ''.join(random.choice(pieces) for _ in range(random.randrange(8)))
def value(depth):
    kind = random.randrange(7 if depth else 5)
    if kind == 5: return [value(depth - 1) for _ in range(random.randrange(4))]
    if kind == 6: return {text(): value(depth - 1) for _ in range(random.randrange(4))}
    return [text(), random.randrange(-9, 10**6), random.uniform(-1e9, 1e-9), None, True][kind]
import json
for _ in range(300):
    v = {text(): value(3)}
    print(json.dumps([repr(v), ascii(v), json.dumps(v)]))
`;
  const lines = execFileSync('python3', ['-c', script], { encoding: 'utf8' }).trim().split('\n');
  expect(lines.length).toBe(300);
  for (const line of lines) {
    const [written, escaped, json] = JSON.parse(line) as [string, string, string];
    const expected = JSON.parse(json) as unknown;
    expect(structuredClone(parseRecord(written))).toEqual(expected);
    expect(structuredClone(parsePythonLiteral(json))).toEqual(expected);
    // Without the prefix, escapes of single bytes are ambiguous; é is the only one here, and stands alone.
    expect(structuredClone(parsePythonLiteral(escaped))).toEqual(expected);
  }
});

function findPython(): boolean {
  try {
    return execFileSync('python3', ['-c', 'print(1)'], { encoding: 'utf8' }).trim() === '1';
  } catch {
    return false;
  }
}
