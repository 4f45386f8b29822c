/** Runs a document in the real page, in a headless browser. */
import type { Page } from 'puppeteer';
import { launchBrowser } from '../browser/launch.ts';
import type { NotebookDocument } from '../document/nbformat.ts';
// Only the type: the element itself lives in the page.
import type {} from '../elements/notebook.ts';
import type { TextEvent } from './report.ts';

/** Milliseconds for the page to load and for the engine to open. */
const loadTimeoutMs = 120_000;

export interface PageRun {
  /** Address of the served site, with a trailing slash. */
  site: string;
  name: string;
  document: NotebookDocument;
  backend: 'webgpu' | 'reference';
  /** Called with what the engine runs on, before the first cell. */
  onEngine(description: string): void;
  onEvent(event: TextEvent): void;
  /** Called with errors of the page itself. */
  onPageError(message: string): void;
  signal?: AbortSignal;
}

export interface PageResult {
  /** Whether every cell ran without error. */
  ok: boolean;
  /** The document with its outputs. */
  document: NotebookDocument;
}

/**
 * Opens the document in the page and runs every cell.
 *
 * @throws Error where no browser can be had, the page does not load, or the engine does not open.
 */
export async function runInPage(run: PageRun): Promise<PageResult> {
  run.signal?.throwIfAborted();
  const browser = await launchBrowser();
  const close = () => void browser.close();
  run.signal?.addEventListener('abort', close);
  try {
    // An abort during the launch was heard by nobody.
    run.signal?.throwIfAborted();
    const page = await browser.newPage();
    page.on('pageerror', (error) => run.onPageError(error instanceof Error ? error.message : String(error)));
    const query = run.backend === 'reference' ? '?backend=reference' : '';
    await page.goto(`${run.site}${query}`, { timeout: loadTimeoutMs });
    await page.waitForFunction(() => customElements.get('warp-notebook') !== undefined, {
      timeout: loadTimeoutMs,
    });
    await listen(page, run.onEvent);
    run.onEngine(await openDocument(page, run));
    return await runAll(page);
  } finally {
    run.signal?.removeEventListener('abort', close);
    await browser.close();
  }
}

const reportName = 'warpbookReport';

/** Hands what the cells show to us, in order. */
async function listen(page: Page, onEvent: (event: TextEvent) => void): Promise<void> {
  await page.exposeFunction(reportName, onEvent);
  await page.evaluate((name) => {
    const report = (window as unknown as Record<string, (event: unknown) => Promise<void>>)[name]!;
    document.querySelector('warp-notebook')!.addEventListener('warp-cell-output', (given) => {
      const { cellId, event } = (given as CustomEvent).detail;
      const { type } = event;
      if (type === 'stage') return;
      if (type === 'stream') {
        void report({ cellId, type, text: event.text });
      } else if (type === 'error') {
        void report({ cellId, type, text: event.traceback.join('\n') || `${event.name}: ${event.message}` });
      } else {
        const plain = event.data['text/plain'];
        const text = Array.isArray(plain)
          ? plain.join('')
          : String(plain ?? `[${Object.keys(event.data).join(', ')}]`);
        const bar = event.data['application/vnd.warpbook.progress+json'];
        void report(
          bar ? { cellId, type, text, done: bar.total ? bar.value / bar.total : 1 } : { cellId, type, text },
        );
      }
    });
  }, reportName);
}

/** Opens the engine and the document; resolves to what the engine runs on. */
function openDocument(page: Page, { document: given, name }: PageRun): Promise<string> {
  return page.evaluate(
    async (givenDocument, givenName) => {
      const notebook = document.querySelector('warp-notebook')!;
      await notebook.open(givenDocument, givenName);
      await notebook.connection.start();
      return notebook.connection.engine?.description ?? '';
    },
    given,
    name,
  );
}

function runAll(page: Page): Promise<PageResult> {
  return page.evaluate(async (name) => {
    const notebook = document.querySelector('warp-notebook')!;
    const ok = await notebook.runAll();
    // Reports are answered in order: when this one is, all were.
    const report = (window as unknown as Record<string, (event: unknown) => Promise<void>>)[name]!;
    await report({ cellId: '', type: 'update', text: '' });
    return { ok, document: notebook.document };
  }, reportName);
}
