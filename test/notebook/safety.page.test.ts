import type { Page } from 'puppeteer';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MimeBundle, NotebookDocument } from '../../notebook/document/nbformat.ts';
import {
  find,
  openDocument,
  opened,
  openSources,
  Site,
  seenCells,
  waitForBanner,
  waitForCells,
} from './site.ts';

const attacks = [
  '<script>window.ran = true</script>',
  '<img src="x" onerror="window.ran = true">',
  '<svg onload="window.ran = true"><animate onbegin="window.ran = true" attributeName="x"></animate></svg>',
  '<a id="link" href="javascript:window.ran = true">press</a>',
  '<iframe srcdoc="<script>parent.ran = true</script>"></iframe>',
  '<form action="javascript:window.ran = true"><button>press</button></form>',
  '<style>@import "x"; * { display: none }</style>',
  '<warp-notebook></warp-notebook>',
  '<div style="position: fixed; inset: 0" id="cover">over the page</div>',
  '<object data="javascript:window.ran = true"></object><embed src="javascript:window.ran = true">',
  '<math><mtext><table><mglyph><style><img src=x onerror="window.ran = true"></style></mglyph></table></mtext></math>',
];

function hostileDocument(): NotebookDocument {
  const bundles: MimeBundle[] = [
    { 'text/html': attacks.join('\n'), 'text/plain': 'plain' },
    { 'text/markdown': attacks.join('\n\n'), 'text/plain': 'plain' },
    { 'image/svg+xml': `<svg xmlns="http://www.w3.org/2000/svg"><script>parent.ran = true</script></svg>` },
    { 'image/png': '" onerror="window.ran = true', 'text/plain': 'no picture' },
    { 'application/javascript': 'window.ran = true', 'text/plain': 'no script' },
    {
      'application/vnd.vegalite.v5+json': {
        data: { values: [{ a: 1 }] },
        transform: [{ calculate: "constructor.constructor('window.ran = true')()", as: 'b' }],
        mark: 'bar',
        encoding: { x: { field: 'a', type: 'quantitative' } },
      },
      'text/plain': 'chart',
    },
  ];
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: [
      { cell_type: 'markdown', id: 'text', metadata: {}, source: attacks.join('\n\n') },
      {
        cell_type: 'code',
        id: 'code',
        metadata: {},
        source: '',
        execution_count: 1,
        outputs: [
          ...bundles.map((data) => ({ output_type: 'display_data' as const, data, metadata: {} })),
          {
            output_type: 'error',
            ename: '<img src=x onerror="ran = true">',
            evalue: attacks[1]!,
            traceback: [attacks[1]!],
          },
        ],
      },
    ],
  };
}

describe('pages that cannot be trusted, and browsers without WebGPU', () => {
  let site: Site;
  beforeAll(async () => {
    site = await Site.open();
  });
  afterEach(async () => {
    await site.closePages();
    expect(site.errors.splice(0)).toEqual([]);
  });
  afterAll(() => site?.close());

  it('never runs what a saved document carries', async () => {
    const page = await site.newPage();
    await openDocument(page, hostileDocument());
    await find(page, 'warp-notebook >>> warp-outputs >>> .prose');
    await find(page, 'warp-notebook >>> warp-chart >>> .problem');
    for (const link of await page.$$('warp-notebook >>> #link')) await link.click().catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
    // It is not the policy of the page alone that stops it: nothing of it is left in the document.
    const left = await page.$$eval('warp-notebook >>> .prose', (blocks) =>
      blocks.flatMap((block) =>
        [...block.querySelectorAll('*')].flatMap((element) => [
          ...(/^(script|iframe|style|form|button|object|embed|warp-.*)$/.test(element.localName)
            ? [element.localName]
            : []),
          ...[...element.attributes]
            .filter(({ name, value }) => name.startsWith('on') || value.includes('javascript:'))
            .map(({ name }) => name),
        ]),
      ),
    );
    expect(left).toEqual([]);
    expect((await seenCells(page))[1]?.output).toContain('no picture');
    expect((await seenCells(page))[1]?.output).toContain('no script');
    // What wants to lie over the page stays in its cell.
    const covered = await page.evaluate(
      () => document.elementFromPoint(600, 20)?.shadowRoot?.elementFromPoint(600, 20)?.id,
    );
    expect(covered).not.toBe('cover');
  });

  it('draws an honest chart under the same policy', async () => {
    const page = await site.newPage();
    const chart = {
      // What a document asks of the page in this way is not done.
      usermeta: { embedOptions: { actions: true, renderer: 'canvas', ast: false } },
      data: { values: [1, 2, 3].map((a) => ({ a })) },
      transform: [{ calculate: 'datum.a * 100', as: 'b' }],
      mark: { type: 'text' },
      encoding: { y: { field: 'a', type: 'ordinal' }, text: { field: 'b' } },
    };
    const data = { 'application/vnd.vegalite.v5+json': chart, 'text/plain': 'chart' };
    const outputs = [{ output_type: 'display_data' as const, data, metadata: {} }];
    const cell = {
      cell_type: 'code' as const,
      id: 'code',
      metadata: {},
      source: '',
      execution_count: 1,
      outputs,
    };
    await openDocument(page, { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [cell] });
    const drawing = await find(page, 'warp-notebook >>> warp-chart >>> svg');
    expect(await drawing!.evaluate((svg) => svg.textContent)).toContain('100200300');
    expect(await page.$('warp-notebook >>> warp-chart >>> .vega-actions')).toBeNull();
  });

  it('shows saved outputs without WebGPU, says what to do, and offers the reference', async () => {
    const withoutWebgpu = (page: Page) =>
      page.evaluateOnNewDocument(() => {
        Object.defineProperty(Navigator.prototype, 'gpu', { configurable: true, get: () => undefined });
      });
    const page = await site.newPage(withoutWebgpu);
    await openSources(page, '6 * 7');
    const text = await waitForBanner(page);
    expect(text).toMatch(
      /does not offer WebGPU.*Chrome or Edge 113.*Firefox 141.*Safari 26.*hardware acceleration/,
    );
    expect(page.workers()).toHaveLength(0);
    await page.click('warp-notebook >>> .banner .reference');
    await page.waitForFunction(() => {
      const badge = document.querySelector('warp-notebook')!.shadowRoot!.querySelector('warp-badge')!;
      return badge.shadowRoot!.querySelector('.words')?.textContent?.includes('reference');
    });
    await page.click('warp-notebook >>> .prompt');
    const cells = await waitForCells(page, ([first]) => first?.status === 'done');
    expect(cells[0]?.output).toContain('42');
    // Every result says what it was computed on, and goes on saying so.
    expect(cells[0]?.output).toContain('CPU reference');
    await new Promise((resolve) => setTimeout(resolve, 800));
    await page.reload();
    await opened(page);
    const again = await waitForCells(page, ([first]) => first?.output !== '');
    expect(again[0]?.output).toContain('CPU reference');
  });
});
