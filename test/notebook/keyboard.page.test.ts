import type { Page } from 'puppeteer';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  find,
  openDocument,
  openSources,
  Site,
  seenCells,
  selectedIndex,
  waitForCells,
  waitForEditing,
} from './site.ts';

describe('keys', () => {
  let site: Site;
  let page: Page;
  beforeAll(async () => {
    site = await Site.open();
  });
  afterEach(async () => {
    await site.closePages();
    expect(site.errors.splice(0)).toEqual([]);
  });
  afterAll(() => site?.close());

  async function sources(): Promise<string[]> {
    return (await seenCells(page)).map(({ source }) => source);
  }

  async function press(...keys: Parameters<Page['keyboard']['press']>[0][]) {
    for (const key of keys) await page.keyboard.press(key);
  }

  it('adds, deletes and brings back cells', async () => {
    page = await site.newPage();
    await openSources(page, 'one', 'two');
    await press('b');
    expect(await sources()).toEqual(['one', '', 'two']);
    expect(await selectedIndex(page)).toBe(1);
    await press('a');
    expect(await sources()).toEqual(['one', '', '', 'two']);
    expect(await selectedIndex(page)).toBe(1);
    await press('j', 'j', 'd', 'd');
    expect(await sources()).toEqual(['one', '', '']);
    await press('d');
    await press('z');
    expect(await sources()).toEqual(['one', '', '', 'two']);
    expect(await selectedIndex(page)).toBe(3);
    // One D alone deletes nothing, nor do two with another key between.
    await press('d', 'k', 'd');
    expect(await sources()).toHaveLength(4);
  });

  it('moves the selection with arrows and letters, and stops at both ends', async () => {
    page = await site.newPage();
    await openSources(page, 'one', 'two', 'three');
    await press('ArrowDown', 'j', 'ArrowDown');
    expect(await selectedIndex(page)).toBe(2);
    await press('ArrowUp', 'k', 'k');
    expect(await selectedIndex(page)).toBe(0);
    const focused = await page.evaluate(
      () => document.querySelector('warp-notebook')!.shadowRoot!.activeElement?.id,
    );
    expect(focused).toBe('cell-cell1');
  });

  it('edits with Enter, leaves with Escape, and types letters while editing', async () => {
    page = await site.newPage();
    await openSources(page, '', 'two');
    await press('Enter');
    await waitForEditing(page);
    await page.keyboard.type('add dd jxz hm00ii');
    const cells = await seenCells(page);
    expect(cells.map(({ source }) => source)).toEqual(['add dd jxz hm00ii', 'two']);
    expect(cells[0]).toMatchObject({ selected: true, editing: true, kind: 'code' });
    await press('Escape');
    await waitForCells(page, ([first]) => first?.editing === false);
    await press('b');
    expect(await sources()).toEqual(['add dd jxz hm00ii', '', 'two']);
  });

  it('goes from text to text with the arrows', async () => {
    page = await site.newPage();
    await openSources(page, 'one', 'two');
    await press('Enter');
    await waitForEditing(page);
    await press('ArrowDown');
    await waitForCells(page, ([, second]) => second?.editing === true);
    await press('Home');
    await page.keyboard.type('>');
    await press('ArrowUp');
    await waitForCells(page, ([first]) => first?.editing === true);
    expect(await sources()).toEqual(['one', '>two']);
  });

  it('cuts, copies, pastes and moves', async () => {
    page = await site.newPage();
    await openSources(page, 'one', 'two', 'three');
    await press('x');
    expect(await sources()).toEqual(['two', 'three']);
    await press('v');
    expect(await sources()).toEqual(['two', 'one', 'three']);
    await press('c', 'j', 'v');
    expect(await sources()).toEqual(['two', 'one', 'three', 'one']);
    const ids = await page.evaluate(() =>
      document.querySelector('warp-notebook')!.document.cells.map(({ id }) => id),
    );
    expect(new Set(ids).size).toBe(4);
    await page.keyboard.down('Control');
    await page.keyboard.down('Shift');
    await press('ArrowUp');
    await page.keyboard.up('Shift');
    await page.keyboard.up('Control');
    expect(await sources()).toEqual(['two', 'one', 'one', 'three']);
  });

  it('makes Markdown of code and back, and renders it', async () => {
    page = await site.newPage();
    await openSources(page, '# Title', 'two');
    await press('m');
    expect((await seenCells(page))[0]).toMatchObject({ kind: 'markdown', source: '# Title' });
    await page.keyboard.down('Shift');
    await press('Enter');
    await page.keyboard.up('Shift');
    expect(await selectedIndex(page)).toBe(1);
    expect(
      await page.$eval('warp-notebook >>> warp-markdown-cell >>> h1', (heading) => heading.textContent),
    ).toBe('Title');
    await press('k', 'Enter');
    await waitForEditing(page);
    await press('Escape', 'y');
    expect((await seenCells(page))[0]).toMatchObject({ kind: 'code', source: '# Title' });
  });

  it('opens Markdown by a double click', async () => {
    page = await site.newPage();
    const cells = [{ cell_type: 'markdown' as const, id: 'text', metadata: {}, source: 'Some *words*.' }];
    await openDocument(page, { nbformat: 4, nbformat_minor: 5, metadata: {}, cells });
    const words = await find(page, 'warp-notebook >>> .prose p');
    await words!.click({ count: 2 });
    await waitForEditing(page);
    expect((await seenCells(page))[0]).toMatchObject({ source: 'Some *words*.', editing: true });
  });

  it('lists the keys with H, and leaves the cells alone meanwhile', async () => {
    page = await site.newPage();
    await openSources(page, 'one');
    await press('h');
    const sheet = await find(page, 'warp-notebook >>> warp-help >>> dialog[open]');
    expect(await sheet!.evaluate((dialog) => dialog.textContent)).toContain('Bring back the deleted cell');
    await press('b');
    expect(await sources()).toEqual(['one']);
    await press('Escape');
    await page.waitForFunction(() => {
      const help = document.querySelector('warp-notebook')!.shadowRoot!.querySelector('warp-help')!;
      return help.shadowRoot!.querySelector('dialog[open]') === null;
    });
    await press('b');
    expect(await sources()).toEqual(['one', '']);
  });
});
