import { describe, expect, test } from 'vitest';
import {
  attainable,
  InputError,
  input,
  intensity,
  openBackend,
  parseProfile,
  relu,
  rooflinePercent,
  toChromeTrace,
  toCsv,
} from '../../engine/index.ts';
import { exampleProfile } from './example-profile.ts';

/** Reads CSV as RFC 4180 defines it, and nothing more lenient. */
function parseCsv(text: string): string[][] {
  const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/y;
  const rows: string[][] = [[]];
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const match = field.exec(text);
    if (!match) throw new Error(`No CSV at ${at}: ${text.slice(at, at + 40)}`);
    const [, cell, separator] = match;
    rows.at(-1)!.push(cell!.startsWith('"') ? cell!.slice(1, -1).replaceAll('""', '"') : cell!);
    if (separator === '\r\n') rows.push([]);
  }
  rows.pop();
  return rows;
}

describe('CSV', () => {
  const [header, ...rows] = parseCsv(toCsv(exampleProfile));
  const cell = (row: number, column: string) => rows[row]![header!.indexOf(column)];

  test('has as many fields in every line, and labels as they are', () => {
    expect(rows.map(({ length }) => length)).toEqual([header!.length, header!.length]);
    expect(cell(0, 'label')).toBe('conv1, "first"');
    expect(cell(1, 'label')).toBe('line\nbreak');
  });

  test('has rates, share and roofline', () => {
    expect(Number(cell(0, 'gflops'))).toBeCloseTo(2, 9);
    expect(Number(cell(0, 'gb_per_s'))).toBeCloseTo(0.5, 9);
    expect(Number(cell(0, 'roofline_percent'))).toBeCloseTo(20, 9);
    expect(Number(cell(1, 'roofline_percent'))).toBeCloseTo(50, 9);
    expect(Number(cell(1, 'share_percent'))).toBeCloseTo((100 * 1.5) / 3.5, 9);
    expect(cell(1, 'register_tile')).toBe('');
  });

  test('leaves empty what is unknown', () => {
    const [first] = exampleProfile.dispatches;
    const unknown = { ...exampleProfile, ceilings: null, dispatches: [{ ...first!, milliseconds: 0 }] };
    const [names, row] = parseCsv(toCsv(unknown));
    for (const column of ['gflops', 'gb_per_s', 'roofline_percent']) {
      expect(row![names!.indexOf(column)]).toBe('');
    }
  });
});

describe('the roofline', () => {
  const roof = { float32: 100, copyBandwidth: 20 };

  test('is bandwidth below the ridge and arithmetic above it', () => {
    expect(attainable(1, roof)).toBe(20);
    expect(attainable(5, roof)).toBe(100);
    expect(attainable(50, roof)).toBe(100);
  });

  test('a dispatch on it reaches 100 %, and one of twice the time half', () => {
    const bound = { operations: 1e9, bytes: 1e8, milliseconds: 10 };
    expect(intensity(bound)).toBe(10);
    expect(rooflinePercent(bound, roof)).toBeCloseTo(100, 9);
    expect(rooflinePercent({ ...bound, milliseconds: 20 }, roof)).toBeCloseTo(50, 9);
    expect(rooflinePercent({ operations: 0, bytes: 2e7, milliseconds: 1 }, roof)).toBeCloseTo(100, 9);
  });

  test('percent is GFLOP/s over attainable GFLOP/s', () => {
    const dispatch = { operations: 3e8, bytes: 1e8, milliseconds: 7 };
    const reached = dispatch.operations / dispatch.milliseconds / 1e6;
    expect(rooflinePercent(dispatch, roof)).toBeCloseTo((100 * reached) / attainable(3, roof), 9);
  });
});

describe('raw JSON', () => {
  test('comes back as it was', () => {
    expect(parseProfile(JSON.stringify(exampleProfile))).toEqual(exampleProfile);
    expect(parseProfile(JSON.parse(JSON.stringify(exampleProfile)))).toEqual(exampleProfile);
  });

  test('of the reference too', async () => {
    const backend = await openBackend('reference');
    const program = await backend.compile({ outputs: { y: relu(input('x', [2, 3])) } });
    const profile = await program.profile({ x: new Float32Array(6) });
    expect(parseProfile(JSON.stringify(profile))).toEqual(profile);
    expect(profile).toMatchObject({ version: 1, ceilings: null, memory: { inputBytes: 48 } });
  });

  test.each([
    ['what is no JSON', '{', 'it is not JSON'],
    ['another file', '{"cells": []}', "it has no 'version'"],
    ['a list', '[1]', "it has no 'version'"],
    ['a trace', JSON.stringify(toChromeTrace(exampleProfile)), 'it is a Chrome trace'],
    ['a newer version', JSON.stringify({ ...exampleProfile, version: 2 }), 'has version 2'],
    [
      'a missing part',
      JSON.stringify({ ...exampleProfile, stages: undefined }),
      "'profile.stages' is undefined, not list",
    ],
    [
      'a part of another kind',
      JSON.stringify({ ...exampleProfile, clock: 3 }),
      "'profile.clock' is number, not string",
    ],
    [
      'a dispatch without a time',
      JSON.stringify({
        ...exampleProfile,
        dispatches: [{ ...exampleProfile.dispatches[0], milliseconds: null }],
      }),
      "'profile.dispatches[0].milliseconds' is null, not number",
    ],
    ['nothing', 'null', "it has no 'version'"],
  ])('refuses %s', (_, json, message) => {
    expect(() => parseProfile(json)).toThrow(InputError);
    expect(() => parseProfile(json)).toThrow(message);
  });
});

describe('the Chrome trace', () => {
  const { traceEvents } = JSON.parse(JSON.stringify(toChromeTrace(exampleProfile))) as ReturnType<
    typeof toChromeTrace
  >;
  const complete = traceEvents.filter((event) => event.ph === 'X');

  test('has what the format asks of each kind of event', () => {
    for (const event of traceEvents) {
      expect(Number.isInteger(event.pid) && Number.isInteger(event.tid)).toBe(true);
      expect(event.name.length).toBeGreaterThan(0);
      if (event.ph === 'M') expect(event.args.name).toEqual(expect.any(String));
      else expect(event.ts).toBeGreaterThanOrEqual(0);
      if (event.ph === 'X') expect(event.dur).toBeGreaterThanOrEqual(0);
      if (event.ph === 'C') expect(Object.values(event.args).every(Number.isFinite)).toBe(true);
    }
  });

  test('events of one track do not overlap, or a viewer would drop them', () => {
    const trackOf = ({ pid, tid }: { pid: number; tid: number }) => `${pid}/${tid}`;
    const tracks = new Set(complete.map(trackOf));
    expect(tracks.size).toBe(3);
    for (const track of tracks) {
      const sorted = complete.filter((event) => trackOf(event) === track).sort((a, b) => a.ts - b.ts);
      sorted.slice(1).forEach((event, index) => {
        expect(event.ts).toBeGreaterThanOrEqual(sorted[index]!.ts + sorted[index]!.dur - 1e-6);
      });
    }
  });

  test('dispatches start with the GPU stage; times are microseconds', () => {
    const [conv, softmax] = complete.filter(({ cat }) => cat !== 'stage');
    expect(conv).toMatchObject({ name: 'conv1, "first"', ts: 102_000, dur: 2000 });
    expect(softmax).toMatchObject({ ts: 104_250, dur: 1500 });
    expect(softmax!.args).toMatchObject({ kernel: 'softmax', '% of roofline': 50 });
  });

  test('the arena counts what is alive at each dispatch, and nothing at the end', () => {
    const counters = traceEvents.filter((event) => event.ph === 'C');
    expect(counters.map(({ ts, args }) => [ts, args.bytes])).toEqual([
      [102_000, 3000],
      [104_250, 3400],
      [105_750, 0],
    ]);
  });
});
