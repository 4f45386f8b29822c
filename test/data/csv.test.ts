import { expect, test } from 'vitest';
import { readCsv } from '../../engine/data/csv.ts';

test('columns by name, in any order, others ignored', () => {
  expect(readCsv('a,b,c\n1,2,3\n4,5,6\n', 't.csv', ['c', 'a'])).toEqual({ c: ['3', '6'], a: ['1', '4'] });
});

test('quotes, commas, line breaks and doubled quotes in a field; CRLF; a byte order mark; no last line break', () => {
  const text = '\ufeffname,n\r\n"Beef, ""prime""\n2 lb",1\r\n\r\nÄpfel,';
  expect(readCsv(text, 't.csv', ['name', 'n'])).toEqual({
    name: ['Beef, "prime"\n2 lb', 'Äpfel'],
    n: ['1', ''],
  });
});

test.each([
  ['', /t\.csv has no column "a" in its first line, which is ""/],
  ['b\n1\n', /no column "a" in its first line, which is "b"/],
  ['a,b\n1,2\n3\n', /t\.csv, line 3: 1 fields, but the first line names 2/],
  ['a,b\n"x\ny",2\n3,4,5\n', /line 4: 3 fields/],
  ['a\n1\n"open\n', /line 3: a quote is not closed or stands inside a field/],
  ['a\nx"y\n', /line 2: a quote/],
])('%j is refused', (text, message) => {
  expect(() => readCsv(text, 't.csv', ['a'])).toThrow(message);
});
