import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  bannerText,
  openDocument,
  openSources,
  Site,
  seenCells,
  waitForBanner,
  waitForCells,
  waitForEditing,
} from './site.ts';

describe('running cells', () => {
  let site: Site;
  beforeAll(async () => {
    site = await Site.open();
  });
  afterEach(async () => {
    await site.closePages();
    expect(site.errors.splice(0)).toEqual([]);
  });
  afterAll(() => site?.close());

  it('shows the value of what was typed, and goes on to the next cell', async () => {
    const page = await site.newPage();
    await openSources(page, '');
    await page.keyboard.press('Enter');
    await waitForEditing(page);
    await page.keyboard.type('const a = 6 * 7');
    await page.keyboard.press('Enter');
    await page.keyboard.type('a');
    await page.keyboard.down('Shift');
    await page.keyboard.press('Enter');
    await page.keyboard.up('Shift');
    const cells = await waitForCells(page, ([first]) => first?.status === 'done');
    expect(cells[0]).toMatchObject({
      source: 'const a = 6 * 7\na',
      output: '42',
      prompt: '[1]',
      selected: false,
    });
    expect(cells).toHaveLength(2);
    // The last cell was run: a new one waits for text.
    await waitForEditing(page);
    await page.keyboard.type('a + 1');
    await page.keyboard.down('Control');
    await page.keyboard.press('Enter');
    await page.keyboard.up('Control');
    const after = await waitForCells(page, ([, second]) => second?.status === 'done');
    expect(after[1]).toMatchObject({ output: '43', prompt: '[2]', selected: true, editing: false });
  });

  it('merges what is printed, and keeps the two streams apart', async () => {
    const page = await site.newPage();
    await openSources(page, "console.log('one'); console.log('two'); console.error('three')");
    await page.keyboard.down('Control');
    await page.keyboard.press('Enter');
    await page.keyboard.up('Control');
    await waitForCells(page, ([first]) => first?.status === 'done');
    const streams = await page.$$eval('warp-notebook >>> pre.text', (blocks) =>
      blocks.map((block) => [block.classList.contains('stderr'), block.textContent]),
    );
    expect(streams).toEqual([
      [false, 'one\ntwo\n'],
      [true, 'three\n'],
    ]);
  });

  it('says where a cell failed, goes there, and runs nothing after it', async () => {
    const page = await site.newPage();
    await openSources(
      page,
      'const fine = 1',
      '// a comment\nconst x: number = fine;\nmissing(x);',
      "'never'",
    );
    const ok = await page.evaluate(() => document.querySelector('warp-notebook')!.runAll());
    expect(ok).toBe(false);
    const cells = await waitForCells(
      page,
      (seen) => seen[1]?.status === 'failed' && seen[2]?.status === 'idle',
    );
    expect(cells.map(({ status }) => status)).toEqual(['done', 'failed', 'idle']);
    expect(cells[1]?.output).toContain('ReferenceError');
    expect(cells[1]?.output).toContain('missing is not defined');
    expect(cells[1]?.output).toContain('line 3');
    await page.click('warp-notebook >>> .error-line');
    await waitForCells(page, (seen) => seen[1]?.editing === true);
    const selection = await page.evaluate(() => {
      const path = ['warp-notebook', '#cell-cell2', 'warp-editor'];
      let scope: Document | ShadowRoot = document;
      for (const selector of path) scope = scope.querySelector(selector)!.shadowRoot!;
      const lines = [...scope.querySelectorAll('.cm-line')];
      const content = scope.querySelector('.cm-content')!;
      const chosen =
        (scope as ShadowRoot & { getSelection?(): Selection }).getSelection?.() ?? document.getSelection()!;
      return {
        focused: scope.activeElement === content,
        line: lines.findIndex((line) => line.contains(chosen.anchorNode)) + 1,
      };
    });
    expect(selection).toEqual({ focused: true, line: 3 });
  });

  it('stops a cell that listens, and its variables stay', async () => {
    const page = await site.newPage();
    await openSources(page, 'const kept = 5; await sleep(60_000)', 'kept');
    await page.keyboard.down('Shift');
    await page.keyboard.press('Enter');
    await page.keyboard.up('Shift');
    await waitForCells(page, ([first]) => first?.status === 'running');
    await page.keyboard.press('i');
    await page.keyboard.press('i');
    await waitForCells(page, ([first]) => first?.status === 'interrupted');
    await page.keyboard.down('Control');
    await page.keyboard.press('Enter');
    await page.keyboard.up('Control');
    const cells = await waitForCells(page, ([, second]) => second?.status === 'done');
    expect(cells[1]?.output).toBe('5');
  });

  it('replaces the worker of an endless loop, and the document stays', async () => {
    const page = await site.newPage();
    await openSources(page, 'const lost = 1', 'while (true) {}', 'typeof lost');
    await page.keyboard.down('Shift');
    await page.keyboard.press('Enter');
    await page.keyboard.up('Shift');
    await waitForCells(page, ([first]) => first?.status === 'done');
    await page.keyboard.down('Shift');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.keyboard.up('Shift');
    await waitForCells(
      page,
      ([, second, third]) => second?.status === 'running' && third?.status === 'queued',
    );
    expect((await seenCells(page))[1]?.prompt).toBe('[*]');
    await page.click('warp-notebook >>> warp-toolbar >>> .stop');
    const stopped = await waitForCells(
      page,
      ([, second]) => second?.status === 'interrupted' && second.output !== '',
      10_000,
    );
    expect(stopped[1]?.output).toContain('variables lost');
    expect(stopped[2]?.status).toBe('idle');
    expect(stopped.map(({ source }) => source).slice(0, 3)).toEqual([
      'const lost = 1',
      'while (true) {}',
      'typeof lost',
    ]);
    await page.evaluate(() => document.querySelector('warp-notebook')!.focusCell());
    await page.click('warp-notebook >>> #cell-cell3 >>> .prompt');
    const cells = await waitForCells(page, ([, , third]) => third?.status === 'done');
    expect(cells[2]?.output).toContain('undefined');
  });

  it('says that the device was lost, and goes on with another', async () => {
    const page = await site.newPage();
    await openSources(
      page,
      'const old = backend; old.device.destroy(); await sleep(50); old.tensor(Float32Array.of(1), [1])',
      'backend === old',
    );
    await page.keyboard.down('Shift');
    await page.keyboard.press('Enter');
    await page.keyboard.up('Shift');
    await waitForCells(
      page,
      ([first]) => first?.status === 'failed' && first.output.includes('DeviceLostError'),
    );
    expect(await waitForBanner(page)).toMatch(/device was closed\. A new one is open\..*variables are safe/);
    await page.click('warp-notebook >>> #cell-cell2 >>> .prompt');
    const cells = await waitForCells(page, ([, second]) => second?.status === 'done');
    expect(cells[1]?.output).toBe('false');
  });

  const control = "const choice = inputs.select('Colour', ['red', 'green']);";

  it('runs a cell and those below again when its control is changed', async () => {
    const page = await site.newPage();
    await openSources(page, "'above'", `${control} choice`, 'choice.length');
    expect(await page.evaluate(() => document.querySelector('warp-notebook')!.runAll())).toBe(true);
    await waitForCells(page, (seen) => seen.map(({ prompt }) => prompt).join('') === '[1][2][3]');
    await page.select('warp-notebook >>> warp-input >>> select', 'green');
    const cells = await waitForCells(page, (seen) => seen[2]?.prompt === '[5]');
    expect(cells.map(({ prompt }) => prompt)).toEqual(['[1]', '[4]', '[5]']);
    expect(cells[1]?.output).toContain('green');
    expect(cells[2]?.output).toBe('5');
  });

  it("asks before the control of somebody's notebook runs code", async () => {
    const page = await site.newPage();
    await openDocument(page, {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: {},
      cells: [
        {
          cell_type: 'code',
          id: 'cell1',
          metadata: {},
          source: `${control} 'ran with ' + choice`,
          execution_count: 1,
          outputs: [
            {
              output_type: 'display_data',
              metadata: {},
              data: {
                'text/plain': 'Colour: red',
                'application/vnd.warpbook.input+json': {
                  kind: 'select',
                  label: 'Colour',
                  options: [
                    { value: 'red', label: 'red' },
                    { value: 'green', label: 'green' },
                  ],
                  value: 'red',
                },
              },
            },
          ],
        },
      ],
    });
    await page.select('warp-notebook >>> warp-input >>> select', 'green');
    expect(await waitForBanner(page)).toContain('came from a file');
    expect((await seenCells(page))[0]).toMatchObject({ status: 'idle' });
    await page.click('warp-notebook >>> .banner .primary');
    const cells = await waitForCells(page, ([first]) => first?.status === 'done');
    expect(cells[0]?.output).toContain('ran with green');
    expect(await bannerText(page)).toBe('');
  });
});
