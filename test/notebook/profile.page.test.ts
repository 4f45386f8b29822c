import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'puppeteer';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Profile } from '../../engine/profile/profile.ts';
import type { JsonValue } from '../../notebook/document/nbformat.ts';
import { profile } from './profile-fixture.ts';
import { autosaved, find, openDocument, opened, openSources, Site, waitForCells } from './site.ts';

const cell = `import { input, matmul, named, parameter, relu } from 'warpbook';
const x = input('x', [64, 96]);
const hidden = named('hidden', relu(matmul(x, parameter('w', [96, 64]))));
const y = named('result', matmul(hidden, parameter('v', [64, 32])));
const weights = { w: new Float32Array(96 * 64).fill(0.01), v: new Float32Array(64 * 32).fill(0.02) };
const program = await backend.compile({ outputs: { y } }, weights);
await program.profile({ x: new Float32Array(64 * 96).fill(1) }, { repeats: 3 })`;

const view = 'warp-notebook >>> warp-profile-view';
const inside = (selector: string) => `${view} >>> ${selector}`;

/** The words of an element or of its shadow tree, in one line. */
async function words(page: Page, selector: string): Promise<string> {
  const element = await find(page, selector);
  return element.evaluate((each) => {
    const walker = document.createTreeWalker(each.shadowRoot ?? each, NodeFilter.SHOW_TEXT);
    const texts: string[] = [];
    while (walker.nextNode()) {
      if (walker.currentNode.parentElement?.localName !== 'style')
        texts.push(walker.currentNode.nodeValue ?? '');
    }
    return texts.join(' ').replace(/\s+/g, ' ').trim();
  });
}

/** The names of the table's rows, from top to bottom. */
function names(page: Page): Promise<string[]> {
  return page.$$eval(inside('warp-profile-kernels >>> tbody td.name'), (cells) =>
    cells.map((each) => each.textContent?.trim() ?? ''),
  );
}

async function choose(page: Page, tab: string): Promise<void> {
  await page.click(inside(`#tab-${tab}`));
  await find(page, inside(`warp-profile-${tab}`));
}

function openOutput(page: Page, data: Record<string, JsonValue>): Promise<void> {
  const outputs = [{ output_type: 'display_data' as const, data, metadata: {} }];
  const code = {
    cell_type: 'code' as const,
    id: 'code',
    metadata: {},
    source: '',
    execution_count: 1,
    outputs,
  };
  return openDocument(page, { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [code] });
}

const mimeType = 'application/vnd.warpbook.profile+json';

describe('profiles in the notebook', () => {
  let site: Site;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'warpbook-profiles-'));
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

  it('are what a cell measured, in tabs that keys change, and there again after a reload', async () => {
    const page = await site.newPage();
    await openSources(page, cell);
    await page.keyboard.down('Control');
    await page.keyboard.press('Enter');
    await page.keyboard.up('Control');
    await waitForCells(page, ([first]) => first?.status === 'done', 120_000);
    expect(await words(page, inside('header'))).toMatch(
      /GPU time [\d.]+.* ms.*Dispatches 2, .*The recorded run took/,
    );

    await page.focus(inside('#tab-timeline'));
    const seen: (string | undefined)[] = [];
    for (const key of [
      'ArrowRight',
      'ArrowRight',
      'ArrowRight',
      'ArrowRight',
      'End',
      'Home',
      'ArrowLeft',
    ] as const) {
      await page.keyboard.press(key);
      const tab = await find(page, inside('[role=tab][aria-selected=true]:focus'));
      seen.push((await tab.evaluate((each) => each.id)).replace('tab-', ''));
    }
    expect(seen).toEqual(['kernels', 'roofline', 'memory', 'timeline', 'memory', 'timeline', 'memory']);
    expect(await words(page, inside('warp-profile-memory'))).toMatch(/Parameters 32\.8 kB Inputs 24\.6 kB/);

    await choose(page, 'kernels');
    expect(await names(page)).toEqual(['hidden', 'result']);
    const head = inside('warp-profile-kernels >>> th:first-child button');
    const sorted = (direction: string) =>
      find(page, inside(`warp-profile-kernels >>> th:first-child[aria-sort=${direction}]`));
    await page.focus(head);
    await page.keyboard.press('Enter');
    await sorted('ascending');
    expect(await names(page)).toEqual(['hidden', 'result']);
    await page.keyboard.press('Enter');
    await sorted('descending');
    expect(await names(page)).toEqual(['result', 'hidden']);
    await page.type(inside('warp-profile-kernels >>> input[type=search]'), 'hid');
    expect(await names(page)).toEqual(['hidden']);

    await choose(page, 'roofline');
    await find(page, inside('warp-profile-roofline >>> circle'));
    // No ceilings were given: it says how to have them.
    expect(await words(page, inside('warp-profile-roofline'))).toContain('measureCeilings(backend)');

    await autosaved();
    await page.reload();
    await opened(page);
    await find(page, inside('warp-profile-timeline >>> canvas'));
    expect(await words(page, inside('header'))).toContain('Dispatches 2,');
    // Saved outputs are drawn without running anything.
    expect((await waitForCells(page, ([first]) => first !== undefined))[0]?.status).not.toBe('running');
  });

  it('zoom and move by keys, wheel and drag, and say what is under the pointer', async () => {
    const page = await site.newPage();
    await openOutput(page, { [mimeType]: { view: 'summary', profile } as unknown as JsonValue });
    const chart = await find(page, inside('warp-profile-timeline >>> .chart'));
    const inSight = () => words(page, inside('warp-profile-timeline >>> .seen'));
    const settles = async (expected: string) => {
      for (let trial = 0; trial < 100 && (await inSight()) !== expected; trial += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect(await inSight()).toBe(expected);
    };
    await settles('15.0 ms in sight');
    await chart.focus();
    await page.keyboard.press('+');
    await settles('10.0 ms in sight');
    // Keys of the timeline are no commands of the notebook: 0 0 would restart it.
    await page.keyboard.press('0');
    await page.keyboard.press('0');
    await settles('15.0 ms in sight');
    await page.keyboard.press('ArrowDown');
    const tooltip = inside('warp-profile-timeline >>> .tooltip');
    expect(await words(page, tooltip)).toMatch(
      /^block2\/pointwise kernel matmul .* time 6\.00 ± 0\.30 ms .* of roofline 50/,
    );
    await page.keyboard.press('ArrowDown');
    expect(await words(page, tooltip)).toContain('block2/depthwise');

    const box = (await chart.boundingBox())!;
    // Block 10 runs from 12 to 14 of 15 ms.
    await page.mouse.move(box.x + 42 + ((box.width - 42) * 13) / 15, box.y + 80);
    expect(await words(page, tooltip)).toContain('block10/pointwise');
    await page.mouse.wheel({ deltaY: -400 });
    await settles('5.52 ms in sight');
    // Dragged to the right, what came before comes to stand there.
    const at = { x: box.x + 42 + ((box.width - 42) * 13) / 15, y: box.y + 80 };
    await page.mouse.down();
    await page.mouse.move(at.x + 100, at.y);
    await page.mouse.move(at.x + (box.width - 42) / 3, at.y);
    await page.mouse.up();
    await page.mouse.move(at.x, at.y);
    expect(await words(page, tooltip)).toContain('block2/depthwise');
    await settles('5.52 ms in sight');
    const session = await page.createCDPSession();
    const fingers = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...apart: number[]) =>
      session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: apart.flatMap((each) =>
          [-each, each].map((shift, id) => ({ x: box.x + box.width / 2 + shift, y: box.y + 80, id })),
        ),
      });
    await fingers('touchStart', 60);
    await fingers('touchMove', 90);
    await fingers('touchMove', 120);
    await fingers('touchEnd');
    await settles('2.76 ms in sight');
    await page.click(inside('warp-profile-timeline >>> [title="Compiling included"]'));
    await settles('115 ms in sight');
    expect(await page.$(inside('warp-profile-timeline >>> .tooltip'))).toBeNull();
  });

  it('are saved as a trace, a table and as they are', async () => {
    const page = await site.newPage();
    const session = await page.createCDPSession();
    await session.send('Browser.setDownloadBehavior', {
      behavior: 'allow',
      downloadPath: folder,
      browserContextId: page.browserContext().id!,
    });
    await openOutput(page, { [mimeType]: { view: 'kernels', profile } as unknown as JsonValue });
    await find(page, inside('warp-profile-kernels'));
    expect(await page.$(inside('[role=tab]'))).toBeNull();
    const wanted = ['profile-trace.json', 'profile.csv', 'profile.json'];
    for (const index of wanted.keys()) await page.click(inside(`.exports button:nth-child(${index + 1})`));
    const end = performance.now() + 20_000;
    let files: string[] = [];
    while (!wanted.every((name) => files.includes(name))) {
      if (performance.now() > end) throw new Error(`Only ${files} were saved.`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      files = await readdir(folder);
    }
    const [trace, csv, json] = await Promise.all(wanted.map((name) => readFile(join(folder, name), 'utf8')));
    expect(JSON.parse(json!) as Profile).toEqual(profile);
    expect(csv!.trim().split('\r\n')).toHaveLength(5);
    const { traceEvents } = JSON.parse(trace!) as { traceEvents: { name: string }[] };
    expect(traceEvents.map(({ name }) => name)).toContain('block10/pointwise');
  });

  it('that are malformed show their text, and no profile runs what is in its names', async () => {
    const page = await site.newPage();
    const malformed = { ...profile, dispatches: [{ label: 'a' }] };
    await openOutput(page, {
      [mimeType]: { view: 'summary', profile: malformed } as unknown as JsonValue,
      'text/plain': 'the text instead',
    });
    await find(page, 'warp-notebook >>> warp-profile >>> pre');
    expect(await words(page, 'warp-notebook >>> warp-profile')).toBe(
      'This profile is malformed; here is its text. the text instead',
    );
    const markup = '<img src=x onerror="window.ran = true">';
    const foreign = {
      ...profile,
      device: markup,
      dispatches: profile.dispatches.map((each) => ({
        ...each,
        label: markup,
        kernel: markup,
        variant: markup,
      })),
    };
    await openOutput(page, { [mimeType]: { view: 'summary', profile: foreign } as unknown as JsonValue });
    for (const tab of ['timeline', 'kernels', 'roofline', 'memory']) {
      await choose(page, tab);
      expect(await words(page, inside(`warp-profile-${tab}`))).toContain('<img src=x');
    }
    expect(await page.$(inside('img'))).toBeNull();
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  });
});
