import { describe, expect, it } from 'vitest';
import type { Profile } from '../../engine/profile/profile.ts';
import {
  formatBytes,
  formatDuration,
  formatExtent,
  formatMeasured,
  formatShape,
  formatShare,
  formatSignificant,
} from '../../notebook/profile/format.ts';
import { readProfile, readProfileData } from '../../notebook/profile/read.ts';
import {
  filterRows,
  formatTime,
  groupRows,
  hiddenMs,
  kernelRows,
  rowFacts,
  type SortKey,
  sortKernelRows,
  sumRows,
  uncertainRows,
} from '../../notebook/profile/rows.ts';
import {
  describeClock,
  describeOverhead,
  describeProfile,
  describeStages,
} from '../../notebook/profile/summary.ts';
import { toMimeBundle } from '../../notebook/worker/mime/bundle.ts';
import { profileView } from '../../notebook/worker/mime/profile.ts';
import { mimeTypes } from '../../notebook/worker/protocol.ts';
import { profile } from './profile-fixture.ts';

const rows = kernelRows(profile);
const labels = (list: readonly { label: string }[]) => list.map(({ label }) => label);

describe('numbers', () => {
  it.each([
    [formatSignificant(1240.4), '1240'],
    [formatSignificant(12.345), '12.3'],
    [formatSignificant(0.04512), '0.0451'],
    [formatSignificant(0), '0'],
    [formatDuration(2140), '2.14 s'],
    [formatDuration(999.7), '1.00 s'],
    [formatDuration(40.37), '40.4 ms'],
    [formatDuration(0.78), '780 µs'],
    [formatDuration(0.001), '1.00 µs'],
    [formatDuration(0.000065536), '65.5 ns'],
    [formatDuration(0), '0 ms'],
    [formatShare(0.1234), '12.3 %'],
    [formatShare(0.0001), '< 0.1 %'],
    [formatShare(0), '0.0 %'],
    [formatShare(1), '100 %'],
    [formatBytes(999), '999 B'],
    [formatBytes(1_605_632), '1.61 MB'],
    [formatBytes(999_900), '1.00 MB'],
    [formatShape([1, 7, 7, 1024]), '1×7×7×1024'],
    [formatShape([]), 'scalar'],
    [formatExtent([64, 1, 1]), '64'],
    [formatExtent([8, 8, 1]), '8×8'],
    [formatExtent([4, 1, 2]), '4×1×2'],
    [formatExtent([0, 0, 0]), '–'],
  ])('%s', (actual, expected) => {
    expect(actual).toBe(expected);
  });

  it('have no more decimals than their uncertainty justifies', () => {
    expect(formatMeasured(40.370176, 0.8074)).toEqual({ value: '40.37', uncertainty: '± 0.81' });
    expect(formatMeasured(1234.56, 34)).toEqual({ value: '1235', uncertainty: '± 34' });
    expect(formatMeasured(0.01234, 0.00021)).toEqual({ value: '0.01234', uncertainty: '± 0.00021' });
    expect(formatMeasured(12.345, 0)).toEqual({ value: '12.3', uncertainty: '' });
  });
});

describe('rows of a profile', () => {
  it('have rates, shares and a part of the roofline', () => {
    expect(rows[0]).toMatchObject({
      gigaflops: 2,
      gigabytes: expect.closeTo(1 / 6, 9) as number,
      share: 0.6,
      // 12 MFLOP at 4 GFLOP/s take 3 ms, 1 MB at 2 GB/s half of one: arithmetic limits.
      roofline: 0.5,
      workgroup: '64',
      shape: '2×8',
    });
    // 4 MB at 2 GB/s take 2 ms, in 1.95: from caches.
    expect(rows[1]!.roofline).toBeCloseTo(2 / 1.95, 9);
    expect(kernelRows({ ...profile, ceilings: null })[0]!.roofline).toBeNull();
  });

  it('say what the clock could not see', () => {
    expect(rows[3]).toMatchObject({ atMostMs: 0.1, gigaflops: null, gigabytes: null, roofline: null });
    expect(formatTime(rows[3]!)).toEqual({ value: '< 0.1', uncertainty: '' });
    expect(formatTime(rows[0]!)).toEqual({ value: '6.00', uncertainty: '± 0.30' });
    expect(hiddenMs({ milliseconds: 0.05, passRepeats: 4 }, 0.1)).toBe(0);
    expect(hiddenMs({ milliseconds: 0.01, passRepeats: 4 }, 0.1)).toBe(0.025);
    expect(hiddenMs({ milliseconds: 0, passRepeats: 1 }, 0)).toBe(0);
  });

  it('sum up, uncertainties as squares', () => {
    const sum = sumRows(rows.slice(0, 3), 'Sum');
    expect(sum).toMatchObject({
      count: 3,
      milliseconds: 9.95,
      kernel: '',
      shape: '2 kinds',
      registerTile: '4×1 vec4',
    });
    expect(sum.uncertaintyMs).toBeCloseTo(Math.hypot(0.3, 0.05, 0.4), 12);
    expect(sum.gigaflops).toBeCloseTo(21 / 9.95, 9);
    // 3 ms, 2 ms and 2 ms would do.
    expect(sum.roofline).toBeCloseTo(7 / 9.95, 9);
    expect(sumRows([], 'Sum')).toMatchObject({ milliseconds: 0, gigaflops: null, roofline: null, count: 0 });
  });

  it('group by kernel', () => {
    expect(groupRows(rows).map(({ kernel, label, milliseconds }) => [kernel, label, milliseconds])).toEqual([
      ['matmul', '2 dispatches', 8],
      ['depthwise_conv2d', '1 dispatch', 1.95],
      ['global_average_pool', '1 dispatch', 0.05],
    ]);
  });

  it.each<[SortKey, boolean, string[]]>([
    ['milliseconds', true, ['block2/pointwise', 'block10/pointwise', 'block2/depthwise', 'mean']],
    ['milliseconds', false, ['mean', 'block2/depthwise', 'block10/pointwise', 'block2/pointwise']],
    // By the numbers in the names.
    ['label', false, ['block2/depthwise', 'block2/pointwise', 'block10/pointwise', 'mean']],
    // Equal ones in order of execution; what is unknown last.
    ['kernel', true, ['block2/pointwise', 'block10/pointwise', 'mean', 'block2/depthwise']],
    ['gigaflops', false, ['block2/depthwise', 'block2/pointwise', 'block10/pointwise', 'mean']],
    ['gigaflops', true, ['block10/pointwise', 'block2/pointwise', 'block2/depthwise', 'mean']],
  ])('sort by %s, descending %s', (key, descending, expected) => {
    expect(labels(sortKernelRows(rows, key, descending))).toEqual(expected);
  });

  it('filter by every word, in any name', () => {
    expect(labels(filterRows(rows, 'Block2'))).toEqual(['block2/pointwise', 'block2/depthwise']);
    expect(labels(filterRows(rows, ' matmul  10 '))).toEqual(['block10/pointwise']);
    expect(filterRows(rows, '')).toHaveLength(4);
    expect(filterRows(rows, 'nothing')).toEqual([]);
  });

  it('are uncertain where the interval is wider than the time', () => {
    expect(uncertainRows(rows)).toEqual([]);
    expect(labels(uncertainRows([{ ...rows[0]!, uncertaintyMs: 4 }, ...rows.slice(1)]))).toEqual([
      'block2/pointwise',
    ]);
  });

  it('tell their facts', () => {
    const facts = Object.fromEntries(rowFacts(rows[0]!));
    expect(facts).toMatchObject({
      time: '6.00 ± 0.30 ms',
      share: '60.0 %',
      rate: '2.00 GFLOP/s',
      'of roofline': '50.0 %',
      workgroup: '64, 4×1 vec4 a thread',
    });
    expect(Object.fromEntries(rowFacts(rows[3]!))).toMatchObject({ time: '< 0.1 ms', workgroup: '64' });
    expect(rowFacts(rows[3]!).map(([name]) => name)).not.toContain('rate');
  });
});

describe('a profile in words', () => {
  it('says where the time went, latency included', () => {
    expect(describeStages(profile)).toBe(
      'The recorded run took 15.0 ms: writing inputs 1.00 ms, encoding 2.00 ms, submitting 500 µs, latency 500 µs, ' +
        'GPU 10.1 ms, reading back 900 µs. Compiling took 100 ms before it.',
    );
    expect(describeStages({ ...profile, stages: [] })).toBe('');
  });

  it('says what measured and what it cost', () => {
    expect(describeClock(profile)).toBe('GPU timestamps, step 100 µs');
    expect(describeClock({ ...profile, resolutionMs: 0.000001 })).toBe('GPU timestamps, step 1 ns');
    expect(describeOverhead(profile)).toBe(
      'Profiling makes a run 5.0 % longer (10.5 ms, without it 10.0 ms).',
    );
    expect(describeOverhead({ ...profile, overhead: { plainMs: 10, profiledMs: 9 } })).toContain(
      'nothing that could be measured',
    );
    expect(describeOverhead({ ...profile, overhead: { plainMs: 0, profiledMs: 0 } })).toBe('');
    expect(describeProfile(profile)).toContain('4 dispatches, 10.00 ± 0.51 ms on A device');
  });
});

describe('a profile in a document', () => {
  const copy = (): { [name: string]: unknown } => JSON.parse(JSON.stringify(profile));

  it('is read back as it was', () => {
    expect(readProfileData(JSON.parse(JSON.stringify({ view: 'memory', profile })))).toEqual({
      view: 'memory',
      profile,
    });
  });

  it.each<[string, (given: ReturnType<typeof copy>) => unknown]>([
    ['null', () => null],
    ['a list', () => []],
    ['another version', (given) => ({ ...given, version: 2 })],
    ['no dispatches', (given) => ({ ...given, dispatches: undefined })],
    ['dispatches that are none', (given) => ({ ...given, dispatches: [{ label: 'a' }] })],
    ['a NaN', (given) => ({ ...given, dispatches: [{ ...profile.dispatches[0], milliseconds: null }] })],
    ['a negative time', (given) => ({ ...given, totalMs: -1 })],
    ['text for a number', (given) => ({ ...given, resolutionMs: '0.1' })],
    [
      'an object for a label',
      (given) => ({ ...given, dispatches: [{ ...profile.dispatches[0], label: { a: 1 } }] }),
    ],
    [
      'a workgroup of two numbers',
      (given) => ({ ...given, dispatches: [{ ...profile.dispatches[0], workgroupSize: [1, 1] }] }),
    ],
    ['an unknown clock', (given) => ({ ...given, clock: 'sundial' })],
    ['an unknown stage', (given) => ({ ...given, stages: [{ name: 'tea', startMs: 0, milliseconds: 1 }] })],
    ['no memory', (given) => ({ ...given, memory: null })],
    [
      'a value in a buffer that is not there',
      (given) => ({
        ...given,
        memory: { ...profile.memory, residencies: [{ label: 'a', bytes: 1, buffer: 2, first: 0, last: 0 }] },
      }),
    ],
    [
      'a value that ends before it begins',
      (given) => ({
        ...given,
        memory: { ...profile.memory, residencies: [{ label: 'a', bytes: 1, buffer: 0, first: 2, last: 1 }] },
      }),
    ],
    ['endless text', (given) => ({ ...given, device: 'a'.repeat(100_000) })],
  ])('is refused with %s', (_, change) => {
    expect(readProfile(change(copy()))).toBeUndefined();
  });

  it('is refused with a view that there is not', () => {
    expect(readProfileData({ view: '<b>', profile })).toBeUndefined();
    expect(readProfileData({ view: 'toString', profile })).toBeUndefined();
    expect(readProfileData('profile')).toBeUndefined();
  });

  it('comes with a table for other programs', async () => {
    const bundle = await toMimeBundle(profile);
    expect(Object.keys(bundle)).toEqual([mimeTypes.profile, mimeTypes.html, mimeTypes.plain]);
    expect(bundle[mimeTypes.profile]).toEqual({ view: 'summary', profile });
    const text = String(bundle[mimeTypes.plain]);
    expect(text).toMatch(/^4 dispatches, 10\.00 ± 0\.51 ms on A device/);
    expect(text).toMatch(/block2\/pointwise +matmul +2×8 +6 /);
    expect(text).toMatch(/mean +.*< 0\.1/);
    expect(bundle[mimeTypes.html]).toContain('<th>GFLOP/s</th>');
  });

  it('shows what is text as text in the fallback', async () => {
    const [first, ...rest] = profile.dispatches;
    const foreign: Profile = {
      ...profile,
      device: '<script>1</script>',
      dispatches: [{ ...first!, label: '<img src=x>' }, ...rest],
    };
    const html = String((await toMimeBundle(foreign))[mimeTypes.html]);
    expect(html).not.toMatch(/<script|<img/);
    expect(html).toContain('&lt;img src=x&gt;');
  });

  it('is shown as it was when it was shown', async () => {
    const own = copy();
    const bundle = await toMimeBundle(own);
    (own.dispatches as unknown[]).length = 0;
    expect((bundle[mimeTypes.profile] as unknown as { profile: Profile }).profile.dispatches).toHaveLength(4);
  });

  it('can show one view', async () => {
    const bundle = await toMimeBundle(profileView(profile, 'roofline'));
    expect(bundle[mimeTypes.profile]).toMatchObject({ view: 'roofline' });
    expect(() => profileView({ dispatches: [] })).toThrow(/is no profile; pass what program.profile/);
    expect(() => profileView(profile, 'pie' as never)).toThrow(
      /no view 'pie'; choose one of summary, timeline/,
    );
  });
});
