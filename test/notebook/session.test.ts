import { describe, expect, it } from 'vitest';
import { mimeTypes } from '../../notebook/worker/protocol.ts';
import { TestSession } from './notebook-worker.ts';

const plain = mimeTypes.plain;

describe('execute', () => {
  it('counts runs, and gives values as results', async () => {
    const session = new TestSession();
    const first = await session.run('1 + 1');
    expect(first.reply).toMatchObject({ status: 'ok', executionCount: 1 });
    expect(first.result).toEqual({ [plain]: '2' });
    expect((await session.run('const a = 3')).events).toEqual([]);
    expect((await session.run('a')).reply.executionCount).toBe(3);
  });

  it('measures the time', async () => {
    const { reply } = await new TestSession().run('await sleep(60)');
    expect(reply.durationMs).toBeGreaterThanOrEqual(55);
    expect(reply.durationMs).toBeLessThan(5_000);
  });

  it('runs one cell at a time, in order', async () => {
    const session = new TestSession();
    const runs = await Promise.all([
      session.run('const log = []; await sleep(20); log.push(1)'),
      session.run('log.push(2); await sleep(5); log.push(3)'),
      session.run('log.join()'),
    ]);
    expect(runs[2].result).toEqual({ [plain]: '1,2,3' });
  });

  it('goes on after an error that cannot be described', async () => {
    const session = new TestSession();
    const source =
      'throw Object.defineProperty(new Error("x"), "name", { get() { throw new Error("unreadable") } })';
    await expect(session.run(source)).rejects.toThrow('unreadable');
    expect((await session.run('2')).reply).toMatchObject({ status: 'ok', executionCount: 2 });
  });

  it('goes on after an error', async () => {
    const session = new TestSession();
    expect((await session.run('throw new Error("x")')).reply.status).toBe('error');
    expect((await session.run('2')).reply).toMatchObject({ status: 'ok', executionCount: 2 });
  });

  it('lets cells declare names that the session offers', async () => {
    const session = new TestSession();
    await session.run('const display = 1, console = 2, backend = 3');
    expect((await session.run('display + console + backend')).result).toEqual({ [plain]: '6' });
    expect((await session.run('sleep')).reply.status).toBe('ok');
  });
});

describe('output', () => {
  it('keeps the order of text and displays', async () => {
    const { events } = await new TestSession().run(
      'console.log("a"); console.log("b"); display(1); console.error("c"); console.log("d"); "e"',
    );
    expect(events.map((event) => (event.type === 'stream' ? [event.name, event.text] : event.type))).toEqual([
      ['stdout', 'a\nb\n'],
      'display',
      ['stderr', 'c\n'],
      ['stdout', 'd\n'],
      'result',
    ]);
  });

  it('keeps the order though some displays take time', async () => {
    const slow =
      '{ async [Symbol.for("warpbook.mime")]() { await sleep(30); return { "text/plain": "slow" } } }';
    const { events } = await new TestSession().run(`display(${slow}); display("fast"); console.log("text")`);
    expect(events.map((event) => ('data' in event ? event.data[plain] : event.type))).toEqual([
      'slow',
      'fast',
      'stream',
    ]);
  });

  it('loses nothing that comes in the turns after such a display', async () => {
    const source = (turns: number) =>
      `display(markdown("a")); for (let i = 0; i < ${turns}; i++) await null; console.log("b"); throw new Error("c")`;
    for (let turns = 0; turns < 12; turns++) {
      const { events } = await new TestSession().run(source(turns));
      expect(events.map((event) => event.type)).toEqual(['display', 'stream', 'error']);
    }
  });

  it('shows arrays as they were when displayed', async () => {
    const { events } = await new TestSession().run('const a = [1]; display(a); a.push(2); a');
    expect(events.map((event) => ('data' in event ? event.data[plain] : event.type))).toEqual([
      '[1]',
      '[1, 2]',
    ]);
  });

  it('sends text while the cell runs', async () => {
    const session = new TestSession();
    const seen: string[] = [];
    const request = {
      cellId: 'a',
      cellNumber: 1,
      inputs: {},
      source: 'console.log("now"); await sleep(300); seen = true',
    };
    const reply = session.session.execute(request, (event) => void seen.push(event.type));
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(seen).toEqual(['stream']);
    await reply;
  });

  it('sends much text in few pieces', async () => {
    const { events, text } = await new TestSession().run('for (let i = 0; i < 20000; i++) console.log(i)');
    expect(text.split('\n')).toHaveLength(20_001);
    expect(events.length).toBeLessThan(20);
  });

  it('waits until the page has seen everything', async () => {
    const session = new TestSession();
    let seen = 0;
    const request = { cellId: 'a', cellNumber: 1, inputs: {}, source: 'display(1); display(2)' };
    await session.session.execute(request, async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      seen++;
    });
    expect(seen).toBe(2);
  });

  it('replaces displays in place, from later cells too', async () => {
    const session = new TestSession();
    const first = await session.run('const handle = display("a", { metadata: { "text/plain": { x: 1 } } })');
    const shown = first.events[0];
    expect(shown).toMatchObject({ type: 'display', metadata: { 'text/plain': { x: 1 } } });
    const second = await session.run('handle.update("b")');
    const id = shown?.type === 'display' ? shown.displayId : undefined;
    expect(id).toBeTypeOf('string');
    expect(second.events).toEqual([{ type: 'update', displayId: id, data: { [plain]: 'b' }, metadata: {} }]);
  });

  it('fails the cell where a display cannot be drawn', async () => {
    const broken = '{ [Symbol.for("warpbook.mime")]() { throw new TypeError("no picture") } }';
    const { error, reply } = await new TestSession().run(`display(${broken}); 1`);
    expect(error).toMatchObject({ name: 'TypeError', message: 'no picture' });
    expect(reply.status).toBe('error');
  });

  it('prints as consoles do', async () => {
    const { text } = await new TestSession().run(
      'console.log("a", 1, { b: [1, "c"] }); console.log("%s has %d", "x", 2, true); console.info(); ' +
        'console.warn(new TypeError("no")); console.group("g"); console.log("in"); console.groupEnd(); console.log("out")',
    );
    expect(text).toBe("a 1 { b: [1, 'c'] }\nx has 2 true\n\nTypeError: no\ng\n  in\nout\n");
  });

  it('shows console.table as a table', async () => {
    const { events } = await new TestSession().run('console.table([{ a: 1, b: 2 }], ["b"])');
    expect(events[0]).toMatchObject({ type: 'display', data: { [mimeTypes.table]: { data: [{ b: 2 }] } } });
  });

  it('shows what comes after the end in the last cell', async () => {
    const session = new TestSession();
    const { events } = await session.run('void setTimeout(() => display("late"), 20)');
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(events).toMatchObject([{ type: 'display', data: { [plain]: 'late' } }]);
  });
});

describe('progress', () => {
  it('is sent at most about ten times a second, and in its last state', async () => {
    const { events } = await new TestSession().run(
      'const bar = progress(1000, "Work"); for (let i = 0; i < 1000; i++) { bar.advance(); if (i % 100 === 0) await sleep(20) }',
    );
    const [first, ...updates] = events;
    expect(first).toMatchObject({
      type: 'display',
      data: { [mimeTypes.progress]: { label: 'Work', value: 0, total: 1000 } },
    });
    expect(updates.length).toBeLessThan(8);
    expect(updates.at(-1)).toMatchObject({
      type: 'update',
      data: { [mimeTypes.progress]: { value: 1000, total: 1000 } },
    });
    expect(new Set(events.map((event) => ('displayId' in event ? event.displayId : '')))).toHaveProperty(
      'size',
      1,
    );
  });

  it('is sent in its last state though unfinished', async () => {
    const { events } = await new TestSession().run('const bar = progress(10); bar.value = 3; bar.advance(2)');
    expect(events.at(-1)).toMatchObject({
      type: 'update',
      data: { [mimeTypes.progress]: { value: 5, total: 10 } },
    });
  });

  it('refuses a total that is no number', async () => {
    const { error } = await new TestSession().run('progress(undefined)');
    expect(error).toMatchObject({ name: 'RangeError', message: expect.stringContaining('total') as string });
  });
});

describe('inputs', () => {
  it('select gives the default, then what the person chose', async () => {
    const session = new TestSession();
    const source = 'inputs.select("Household", [{ value: "1", label: "One" }, "2"], { value: "2" })';
    const first = await session.run(source);
    expect(first.result).toEqual({ [plain]: '2' });
    expect(first.events[0]).toMatchObject({
      type: 'display',
      data: {
        [mimeTypes.input]: {
          kind: 'select',
          label: 'Household',
          value: '2',
          options: [
            { value: '1', label: 'One' },
            { value: '2', label: '2' },
          ],
        },
        [plain]: 'Household: 2',
      },
    });
    expect((await session.run(source, { Household: '1' })).result).toEqual({ [plain]: '1' });
    expect((await session.run(source, { Household: 'gone' })).result).toEqual({ [plain]: '2' });
  });

  it('select needs options', async () => {
    expect((await new TestSession().run('inputs.select("A", [])')).error?.message).toMatch(/no options/);
    expect((await new TestSession().run('inputs.select("A", ["b"], { value: "c" })')).error?.message).toMatch(
      /none of its/,
    );
  });

  it('photos are none, then those that were dropped, decoded', async () => {
    const session = new TestSession();
    const source = '(await inputs.photos("Yours")).map((photo) => photo.name)';
    expect((await session.run(source)).result).toEqual({ [plain]: '[]' });
    const files = [new File(['x'], 'a.jpg', { type: 'image/jpeg' })];
    const second = await session.run(source, { Yours: files });
    expect(second.result).toEqual({ [plain]: "['a.jpg']" });
    expect(second.events[0]).toMatchObject({
      data: { [mimeTypes.input]: { kind: 'files', value: ['a.jpg'] } },
    });
  });
});

describe('errors', () => {
  it('name the cell and the line', async () => {
    const session = new TestSession();
    await session.run(
      'function check(x: number) {\n  if (x < 0) {\n    throw new RangeError("below zero");\n  }\n}',
    );
    const { error, reply } = await session.run('// first\nconst go = () => check(-1);\n\ngo();');
    expect(reply.status).toBe('error');
    expect(error).toEqual({
      type: 'error',
      name: 'RangeError',
      message: 'below zero',
      line: 2,
      traceback: [
        'cell 2, line 4',
        '    go();',
        'cell 2, line 2, in go',
        '    const go = () => check(-1);',
        'cell 1, line 3, in check',
        '    throw new RangeError("below zero");',
        'RangeError: below zero',
      ],
    });
  });

  it('of code after an await', async () => {
    const { error } = await new TestSession().run(
      'await sleep(1);\nconst f = async () => {\n  await sleep(1);\n  null.x;\n};\nawait f();',
    );
    expect(error).toMatchObject({ name: 'TypeError', line: 4 });
    expect(error?.traceback.filter((line) => line.startsWith('cell'))).toEqual([
      'cell 1, line 6',
      'cell 1, line 4, in f',
    ]);
  });

  it('of unknown names', async () => {
    const { error } = await new TestSession().run('1;\nnowhere + 1');
    expect(error).toMatchObject({ name: 'ReferenceError', message: 'nowhere is not defined', line: 2 });
    expect(error?.traceback).toEqual([
      'cell 1, line 2',
      '    nowhere + 1',
      'ReferenceError: nowhere is not defined',
    ]);
  });

  it('of syntax', async () => {
    const { error } = await new TestSession().run('const a = 1;\nconst b = ;');
    expect(error).toEqual({
      type: 'error',
      name: 'SyntaxError',
      message: 'Unexpected token',
      line: 2,
      traceback: ['cell 1, line 2', '    const b = ;', 'SyntaxError: Unexpected token'],
    });
  });

  it('of values that are no errors', async () => {
    expect((await new TestSession().run('throw { code: 5 }')).error).toMatchObject({
      name: 'Thrown',
      message: 'A value that is no Error was thrown: { code: 5 }',
    });
  });

  it('name their cause', async () => {
    const { error } = await new TestSession().run(
      'throw new Error("outer", { cause: new TypeError("inner") })',
    );
    expect(error?.traceback.slice(-2)).toEqual(['Error: outer', 'caused by TypeError: inner']);
  });

  it('of modules that are not there', async () => {
    const session = new TestSession({ warpbook: async () => ({ a: 1 }) });
    const unknown = await session.run('const a = 1\nimport b from "lodash"');
    expect(unknown.error).toMatchObject({ name: 'ImportError', line: 2 });
    expect(unknown.error?.message).toBe(
      "'lodash' cannot be imported: cells import 'warpbook' and full addresses (https://…).",
    );
    expect((await session.run('import { a, Type } from "warpbook"; a')).result).toEqual({ [plain]: '1' });
    expect((await session.run('Type')).error?.message).toBe("'warpbook' has no export named 'Type'.");
    expect((await session.run('const Type = 2; Type')).result).toEqual({ [plain]: '2' });
  });

  it('imports whole addresses', async () => {
    const { result } = await new TestSession().run(
      'import { x } from "data:text/javascript,export const x = 7"; x',
    );
    expect(result).toEqual({ [plain]: '7' });
  });

  it('that nobody caught fail the cell', async () => {
    const session = new TestSession();
    const run = session.run('await sleep(30); 1');
    await new Promise((resolve) => setTimeout(resolve, 10));
    session.session.reportUncaught(new Error('stray'));
    const { error, reply } = await run;
    expect(error).toMatchObject({ name: 'Error', message: 'stray' });
    expect(reply.status).toBe('error');
  });
});

describe('interrupt', () => {
  async function interrupted(source: string) {
    const session = new TestSession();
    await session.session.start({ backend: 'reference' });
    const run = session.run(source);
    const waiting = session.run('"never"');
    await new Promise((resolve) => setTimeout(resolve, 30));
    await session.session.interrupt();
    const { reply, error } = await run;
    expect(reply.status).toBe('interrupted');
    expect(error?.name).toBe('InterruptedError');
    expect((await waiting).reply.status).toBe('interrupted');
    expect((await waiting).events).toEqual([]);
    return session;
  }

  it.each([
    ['sleep', 'await sleep(60_000)'],
    ['display', 'for (;;) { await new Promise((r) => setTimeout(r, 5)); display(1) }'],
    ['console', 'for (;;) { await new Promise((r) => setTimeout(r, 5)); console.log(1) }'],
    [
      'progress',
      'const bar = progress(1e9); for (;;) { await new Promise((r) => setTimeout(r, 5)); bar.advance() }',
    ],
    ['the engine', 'for (;;) await backend.compute(5)'],
    [
      'a loop that catches everything',
      'for (;;) { try { await sleep(60_000) } catch {} finally { if (stopped()) break } }; function stopped() { try { console.log(1); return false } catch { return true } }; await sleep(1)',
    ],
  ])('stops at %s', async (_, source) => {
    const session = await interrupted(source);
    expect((await session.run('await sleep(1); await backend.compute(1)')).result).toEqual({ [plain]: '1' });
  });

  it('does nothing where nothing runs', async () => {
    const session = new TestSession();
    await session.session.interrupt();
    expect((await session.run('await sleep(1); 1')).reply.status).toBe('ok');
  });
});

describe('start', () => {
  it('gives cells the backend', async () => {
    const session = new TestSession();
    const status = await session.session.start({ backend: 'reference' });
    expect(status).toEqual({ backend: 'reference', description: 'pretended', details: {} });
    expect((await session.run('backend.kind')).result).toEqual({ [plain]: 'reference' });
  });

  it('a second time replaces the backend', async () => {
    const session = new TestSession();
    await session.session.start({ backend: 'webgpu' });
    await session.session.start({ backend: 'reference' });
    expect(session.disposed).toBe(1);
    expect((await session.run('backend.kind')).result).toEqual({ [plain]: 'reference' });
  });
});
