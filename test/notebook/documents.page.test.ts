import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElementHandle, Page } from 'puppeteer';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseNotebook } from '../../notebook/document/parse.ts';
import { serializeNotebook } from '../../notebook/document/serialize.ts';
import {
  autosaved,
  find,
  opened,
  openSources,
  Site,
  seenCells,
  waitForBanner,
  waitForCells,
  waitForEditing,
} from './site.ts';

const file = serializeNotebook({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: 'other', display_name: 'Other' } },
  cells: [
    { cell_type: 'markdown', id: 'title', metadata: {}, source: '# From a file' },
    {
      cell_type: 'code',
      id: 'code',
      metadata: { tags: ['kept'] },
      source: "'ran'",
      execution_count: 7,
      outputs: [{ output_type: 'stream', name: 'stdout', text: 'saved output\n' }],
    },
    { cell_type: 'raw', id: 'raw', metadata: {}, source: 'left alone' },
  ],
});

/** Drops a file on the page as the browser would report it. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  await page.evaluate(
    (fileName, content) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([content], fileName));
      for (const type of ['dragenter', 'dragover', 'drop']) {
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
      }
    },
    name,
    text,
  );
}

describe('documents', () => {
  let site: Site;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'warpbook-downloads-'));
    site = await Site.open();
  });
  afterEach(async () => {
    await site.closePages();
    expect(site.errors.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await site?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function name(page: Page): Promise<string> {
    return page.$eval('warp-notebook >>> .name', (field) => (field as HTMLInputElement).value);
  }

  it('keeps text, outputs and cells over a reload, and runs nothing by itself', async () => {
    const page = await site.newPage();
    await openSources(page, '');
    await page.keyboard.press('Enter');
    await waitForEditing(page);
    await page.keyboard.type("'kept ' + 1");
    await page.keyboard.down('Shift');
    await page.keyboard.press('Enter');
    await page.keyboard.up('Shift');
    await waitForCells(page, ([first]) => first?.status === 'done');
    await waitForEditing(page);
    await page.keyboard.type('second');
    await autosaved();
    await page.reload();
    await opened(page);
    const cells = await waitForCells(page, (seen) => seen.length === 2 && seen[0]?.output !== '');
    expect(cells[0]).toMatchObject({ source: "'kept ' + 1", prompt: '[1]', status: 'idle' });
    expect(cells[0]?.output).toContain('kept 1');
    expect(cells[1]).toMatchObject({ source: 'second', prompt: '[ ]' });
    expect(await name(page)).toBe('test');
  });

  it('opens a file that is dropped, and shows its outputs without running it', async () => {
    const page = await site.newPage();
    await drop(page, 'dropped.ipynb', file);
    const cells = await waitForCells(page, (seen) => seen.length === 3);
    expect(cells.map(({ kind }) => kind)).toEqual(['markdown', 'code', 'raw']);
    expect(cells[1]).toMatchObject({ prompt: '[7]', output: 'saved output', status: 'idle' });
    expect(await name(page)).toBe('dropped');
  });

  it('says in one sentence why a file cannot be opened, and keeps the open document', async () => {
    const page = await site.newPage();
    await openSources(page, 'mine');
    await drop(page, 'broken.ipynb', '{"cells": [');
    expect(await waitForBanner(page)).toContain('broken.ipynb is not a notebook');
    expect((await seenCells(page)).map(({ source }) => source)).toEqual(['mine']);
  });

  it('opens a file through the dialog and saves it as a valid notebook', async () => {
    const path = join(folder, 'chosen.ipynb');
    await writeFile(path, file);
    const page = await site.newPage();
    await page.click('warp-notebook >>> warp-toolbar >>> .open');
    const input = (await find(
      page,
      'warp-notebook >>> warp-open-dialog >>> dialog[open] input[type=file]',
    )) as ElementHandle<HTMLInputElement>;
    await input.uploadFile(path);
    await waitForCells(page, (seen) => seen.length === 3);
    await page.click('warp-notebook >>> #cell-code >>> .prompt');
    await waitForCells(page, (seen) => seen[1]?.status === 'done');

    const downloads = await mkdtemp(join(folder, 'saved-'));
    const session = await page.createCDPSession();
    await session.send('Browser.setDownloadBehavior', {
      behavior: 'allow',
      downloadPath: downloads,
      browserContextId: page.browserContext().id!,
    });
    await page.keyboard.down('Control');
    await page.keyboard.press('s');
    await page.keyboard.up('Control');
    const end = performance.now() + 10_000;
    while (!(await readdir(downloads)).includes('chosen.ipynb')) {
      if (performance.now() > end) throw new Error(`Nothing was saved: ${await readdir(downloads)}.`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const text = await readFile(join(downloads, 'chosen.ipynb'), 'utf8');
    const saved = parseNotebook(text, 'chosen.ipynb');
    // Writing what was read gives the same bytes: the layout is Jupyter's.
    expect(serializeNotebook(saved)).toBe(text);
    expect(saved.metadata.kernelspec).toEqual({ name: 'other', display_name: 'Other' });
    expect(saved.cells.map(({ id }) => id)).toEqual(['title', 'code', 'raw']);
    expect(saved.cells[1]).toMatchObject({ metadata: { tags: ['kept'] }, execution_count: 1 });
    const [, code] = saved.cells;
    if (code?.cell_type !== 'code') throw new Error('The second cell is no longer code.');
    expect(code.outputs).toHaveLength(1);
    expect(code.outputs[0]).toMatchObject({ output_type: 'execute_result', execution_count: 1 });
    expect(JSON.stringify(code.outputs[0])).toContain('ran');
  });

  it('keeps changes to a shipped notebook, and reverts it to the original', async () => {
    const page = await site.newPage();
    const original = (await seenCells(page)).length;
    expect(await name(page)).toBe('quickstart');
    await page.focus('warp-notebook >>> [selected]');
    await page.keyboard.press('a');
    await waitForCells(page, (seen) => seen.length === original + 1);
    await autosaved();
    await page.reload();
    await opened(page);
    await waitForCells(page, (seen) => seen.length === original + 1);
    await page.click('warp-notebook >>> warp-toolbar >>> .revert');
    await waitForCells(page, (seen) => seen.length === original);
    await autosaved();
    await page.reload();
    await opened(page);
    expect(await seenCells(page)).toHaveLength(original);
  });
});
