/** The built site in a browser, and what a person sees of it. */
import type { Browser, BrowserContext, ElementHandle, Page } from 'puppeteer';
import { inject } from 'vitest';
import { launchBrowser } from '../../notebook/browser/launch.ts';
import type { NotebookDocument } from '../../notebook/document/nbformat.ts';
import type {} from '../../notebook/elements/notebook.ts';

/** A cell as it is on the screen. */
export interface SeenCell {
  kind: 'code' | 'wgsl' | 'markdown' | 'raw';
  prompt: string;
  source: string;
  output: string;
  status: string;
  selected: boolean;
  editing: boolean;
}

export class Site {
  readonly #contexts: BrowserContext[] = [];
  /** Errors that pages threw and nobody caught. */
  readonly errors: string[] = [];

  private constructor(
    readonly url: string,
    readonly browser: Browser,
  ) {}

  /** Starts a browser for the site that the run has built. */
  static async open(): Promise<Site> {
    return new Site(inject('site'), await launchBrowser());
  }

  /** A page of a person who was never here before. `prepare` runs before anything is loaded. */
  async newPage(prepare?: (page: Page) => Promise<unknown>, path = ''): Promise<Page> {
    const context = await this.browser.createBrowserContext();
    this.#contexts.push(context);
    const page = await context.newPage();
    await page.setViewport({ width: 1200, height: 900 });
    page.on('pageerror', (error) => this.errors.push(String(error)));
    await prepare?.(page);
    await page.goto(this.url + path);
    await opened(page);
    return page;
  }

  /** Ends the pages of a test. */
  async closePages(): Promise<void> {
    await Promise.all(this.#contexts.splice(0).map((context) => context.close()));
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

/** Waits until the page shows a document. */
export async function opened(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    return (
      (document.querySelector('warp-notebook')?.shadowRoot?.querySelectorAll('.cells > *').length ?? 0) > 0
    );
  });
}

/** Shows a document made of these sources of code cells, the first cell selected, keys being commands. */
export async function openSources(page: Page, ...sources: string[]): Promise<void> {
  await openDocument(page, {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: sources.map((source, index) => ({
      cell_type: 'code',
      id: `cell${index + 1}`,
      metadata: {},
      source,
      outputs: [],
      execution_count: null,
    })),
  });
}

export async function openDocument(page: Page, document_: NotebookDocument, name = 'test'): Promise<void> {
  await page.evaluate(
    (given, givenName) => document.querySelector('warp-notebook')!.open(given, givenName),
    document_,
    name,
  );
  await page.focus('warp-notebook >>> [selected]');
}

/** The cells as a person sees them. */
export function seenCells(page: Page): Promise<SeenCell[]> {
  return page.evaluate(() => {
    const cells = document
      .querySelector('warp-notebook')!
      .shadowRoot!.querySelectorAll<HTMLElement>('.cells > *');
    return [...cells].map((cell) => {
      const inside = cell.shadowRoot!;
      const editor = inside.querySelector('warp-editor')?.shadowRoot;
      const lines = editor?.querySelectorAll('.cm-line');
      const source = lines?.length
        ? [...lines].map((line) => line.textContent).join('\n')
        : (editor?.querySelector('pre')?.textContent ?? '').trim();
      return {
        kind: cell.localName.split('-')[1] as SeenCell['kind'],
        prompt: inside.querySelector('.count')?.textContent ?? '',
        source,
        output:
          inside.querySelector('warp-outputs')?.shadowRoot?.textContent?.replace(/\s+/g, ' ').trim() ?? '',
        status: cell.dataset.status ?? '',
        selected: cell.hasAttribute('selected'),
        editing: cell.hasAttribute('editing'),
      };
    });
  });
}

/** Polls until `accept` says yes to the cells; the last cells seen are in the error otherwise. */
export async function waitForCells(
  page: Page,
  accept: (cells: SeenCell[]) => boolean,
  timeoutMs = 30_000,
): Promise<SeenCell[]> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const cells = await seenCells(page);
    if (accept(cells)) return cells;
    if (performance.now() > end) throw new Error(`The cells stayed ${JSON.stringify(cells, null, 1)}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Index of the selected cell. */
export async function selectedIndex(page: Page): Promise<number> {
  return (await seenCells(page)).findIndex((cell) => cell.selected);
}

/** Waits until keys go into the text of a cell. */
export async function waitForEditing(page: Page): Promise<void> {
  await waitForCells(page, (cells) => cells.some((cell) => cell.editing));
}

/** Waits until what was changed is in IndexedDB: the autosave is quiet for less than this. */
export function autosaved(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 800));
}

/** What stands in the banner above the cells; empty when there is none. */
export function bannerText(page: Page): Promise<string> {
  return page.evaluate(() => {
    const banner = document.querySelector('warp-notebook')!.shadowRoot!.querySelector('.banner');
    return banner?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
  });
}

export async function waitForBanner(page: Page): Promise<string> {
  await find(page, 'warp-notebook >>> .banner');
  return bannerText(page);
}

/** Waits for an element. Puppeteer's own waiting watches for mutations, and does not see those in shadow trees. */
export async function find(
  page: Page,
  selector: string,
  timeoutMs = 30_000,
): Promise<ElementHandle<Element>> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const found = await page.$(selector);
    if (found) return found;
    if (performance.now() > end) throw new Error(`Nothing on the page is ${selector}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
