import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { input, matmul, named, openBackend, softmax, toChromeTrace } from '../../engine/index.ts';
import { type LoadedTrace, loadTrace } from '../perfetto/trace-processor.ts';
import { exampleProfile } from './example-profile.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a Chrome trace in Perfetto', () => {
  let trace: LoadedTrace;
  beforeAll(async () => {
    // Its JavaScript is older than its WebAssembly, and says so at every query.
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    trace = await loadTrace(bytesOf(JSON.stringify(toChromeTrace(exampleProfile))));
  }, 300_000);
  afterAll(() => trace?.close());

  test('every stage and dispatch is a slice, none dropped', async () => {
    const slices = await trace.query(`
      select slice.name, slice.ts, slice.dur, process.name as process, thread.name as thread
      from slice join thread_track on slice.track_id = thread_track.id join thread using (utid) join process using (upid)
      order by slice.ts, slice.dur desc`);
    // Nanoseconds, on the trace's own clock.
    expect(slices.map(({ name, ts, dur, thread }) => [name, Number(ts), Number(dur), thread])).toEqual([
      ['compile', 0, 100_000_000, 'Run'],
      ['write inputs', 100_000_000, 1_000_000, 'Run'],
      ['encode', 101_000_000, 500_000, 'Run'],
      ['submit', 101_500_000, 250_000, 'Run'],
      ['gpu', 102_000_000, 4_000_000, 'Queue'],
      ['conv1, "first"', 102_000_000, 2_000_000, 'Dispatches'],
      ['line\nbreak', 104_250_000, 1_500_000, 'Dispatches'],
      ['read back', 106_000_000, 2_000_000, 'Run'],
    ]);
    expect(new Set(slices.map(({ process }) => process))).toEqual(new Set(['Host', exampleProfile.device]));
    expect(await trace.query('select count(*) as nested from slice where depth > 0')).toEqual([
      { nested: 0n },
    ]);
  });

  test('the arena is a counter', async () => {
    const values = await trace.query(`
      select counter.ts, counter.value from counter join process_counter_track on counter.track_id = process_counter_track.id
      where process_counter_track.name like 'Arena%' order by counter.ts`);
    expect(values.map(({ value }) => Number(value))).toEqual([3000, 3400, 0]);
  });

  test('arguments of a dispatch can be queried', async () => {
    const [row] = await trace.query(
      `select extract_arg(arg_set_id, 'args.kernel') as kernel from slice where name = 'line\nbreak'`,
    );
    expect(row).toEqual({ kernel: 'softmax' });
  });

  test('Perfetto found nothing wrong', async () => {
    const errors = await trace.query(
      "select name, value from stats where severity in ('error', 'data_loss') and value > 0",
    );
    expect(errors).toEqual([]);
  });

  test('a profile that was just measured', async () => {
    const x = input('x', [8, 8]);
    const backend = await openBackend('reference');
    const program = await backend.compile({ outputs: { y: named('last', softmax(matmul(x, x))) } });
    const profile = await program.profile({ x: new Float32Array(64).fill(0.5) });
    const loaded = await loadTrace(bytesOf(JSON.stringify(toChromeTrace(profile))));
    const names = await loaded.query('select name from slice order by ts');
    await loaded.close();
    expect(names.map(({ name }) => name)).toEqual(profile.dispatches.map(({ label }) => label));
  });

  test('it does find what is wrong', async () => {
    const broken = JSON.stringify(toChromeTrace(exampleProfile)).replaceAll('"ts":', '"when":');
    const loaded = await loadTrace(bytesOf(broken));
    const errors = await loaded.query("select sum(value) as errors from stats where severity = 'error'");
    await loaded.close();
    expect(Number(errors[0]!.errors)).toBeGreaterThan(0);
    await expect(loadTrace(bytesOf('no trace at all'))).rejects.toThrow();
  });
});
