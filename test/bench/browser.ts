/** The runtimes in a browser. */
import { existsSync } from 'node:fs';
import type { Browser, Page } from 'puppeteer';
import { launchBrowser } from '../../notebook/browser/launch.ts';
import { type AloneResult, type Host, slowCallMs, type Turns, withPatience } from './host.ts';
import {
  type AdapterDescription,
  decodeOutput,
  type PageMemory,
  type RuntimeName,
} from './page-interface.ts';
import { MemorySampler } from './processes.ts';
import type { Site } from './serve.ts';
import type { Task } from './tasks.ts';

export type BrowserHostName = 'chromium' | 'firefox';

/** Chromium would keep compiled shaders from one start to the next, and answers questions about memory when it likes. */
const chromiumArguments = [
  '--disable-gpu-shader-disk-cache',
  '--enable-blink-features=ForceEagerMeasureMemory',
  '--disk-cache-size=1073741824',
];

/** A page of the site, with its warnings on the terminal. */
async function openPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') console.warn(`  page: ${message.text().slice(0, 300)}`);
  });
  return page;
}

async function visit(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.waitForFunction(() => window.bench !== undefined);
}

/** Opening a device also starts the browser's GPU process, which belongs to no runtime's first call. */
async function askAdapter(browser: Browser, site: Site): Promise<AdapterDescription> {
  const page = await openPage(browser);
  try {
    await visit(page, site.address);
    const adapter = await page.evaluate(() => window.bench!.adapter());
    if (!adapter) {
      throw new Error(
        'The browser found no WebGPU adapter; set WARPBOOK_ADAPTER=swiftshader or another browser.',
      );
    }
    return adapter;
  } finally {
    await page.close();
  }
}

/** Starts a browser with an HTTP cache of its own. A second and third attempt: on a busy machine one may start too late. */
async function launch(name: BrowserHostName, attempts = 3): Promise<Browser> {
  try {
    return await launchBrowser({
      browser: name,
      arguments: name === 'chromium' ? chromiumArguments : [],
    });
  } catch (error) {
    if (attempts === 1) throw error;
    return launch(name, attempts - 1);
  }
}

/** Opens a browser for some work, and closes it. */
async function withBrowser<Result>(
  name: BrowserHostName,
  work: (browser: Browser) => Promise<Result>,
): Promise<Result> {
  const browser = await launch(name);
  try {
    return await work(browser);
  } finally {
    await browser.close().catch(() => browser.process()?.kill('SIGKILL'));
  }
}

/** Fetches all that a runtime will fetch, so that the HTTP cache has it. Touches no GPU. */
async function fillCache(browser: Browser, site: Site, runtime: RuntimeName, task: Task): Promise<void> {
  const page = await openPage(browser);
  await visit(page, site.address);
  await page.evaluate((name, work) => window.bench!.load(name, work), runtime, task);
  if (runtime === 'onnxruntime-web') {
    await page.evaluate(
      (addresses) =>
        Promise.all(addresses.map(async (address) => (await fetch(address)).arrayBuffer())).then(() => {}),
      [...site.wasm],
    );
  }
  await page.close();
}

/** JavaScript's heap after a garbage collection, bytes, which also gives back what GPU objects nobody holds. */
async function collectGarbage(page: Page): Promise<number | null> {
  try {
    const session = await page.createCDPSession();
    await session.send('HeapProfiler.collectGarbage');
    await session.send('Performance.enable');
    const { metrics } = await session.send('Performance.getMetrics');
    // Finalization callbacks are tasks of their own.
    await new Promise((resolve) => setTimeout(resolve, 200));
    return metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? null;
  } catch {
    // Firefox has no such protocol.
    return null;
  }
}

async function runAlone(
  browser: Browser,
  site: Site,
  runtime: RuntimeName,
  task: Task,
): Promise<AloneResult> {
  await fillCache(browser, site, runtime, task);
  await askAdapter(browser, site);
  const page = await openPage(browser);
  const query = new URLSearchParams({ runtime, task: JSON.stringify(task) });
  const sentBefore = site.bytesSent();
  const sampler = new MemorySampler(browser.process()?.pid ?? 0);
  try {
    await visit(page, `${site.address}?${query}`);
    const timed = await withPatience(
      runtime,
      page.evaluate(() => window.bench!.opened!),
    );
    const servedBytes = site.bytesSent() - sentBefore;
    let ms = timed.milliseconds;
    for (let call = 0; call < 3 && ms < slowCallMs; call++) {
      ms = await withPatience(
        runtime,
        page.evaluate((name) => window.bench!.call(name), runtime),
      );
    }
    const heapBytes = await collectGarbage(page);
    const memory: PageMemory = await page.evaluate(() => window.bench!.memory());
    const processes = sampler.stop();
    const losses = async () => [
      await withPatience(
        runtime,
        page.evaluate((name, work) => window.bench!.losses(name, work), runtime, task),
        task.outputs[0]!.rows,
      ),
    ];
    return {
      answer: (task.training ? await losses() : timed.outputs).map(decodeOutput),
      firstCallMs: timed.milliseconds,
      pageOpenMs: timed.sinceNavigation,
      servedBytes,
      page: memory,
      heapBytes,
      processes,
    };
  } finally {
    sampler.stop();
  }
}

async function openTurns(name: BrowserHostName, site: Site): Promise<Turns> {
  const browser = await launch(name);
  const page = await openPage(browser);
  await visit(page, site.address);
  return {
    async first(runtime, task) {
      const work = page.evaluate(
        async (which, what) => {
          await window.bench!.load(which, what);
          await window.bench!.first(which);
        },
        runtime,
        task,
      );
      await withPatience(runtime, work);
    },
    call: (runtime) =>
      withPatience(
        runtime,
        page.evaluate((which) => window.bench!.call(which), runtime),
      ),
    async close() {
      await browser.close().catch(() => browser.process()?.kill('SIGKILL'));
    },
  };
}

/**
 * Firefox does not say which adapter it gives. On Linux without a GPU it can be but Mesa's lavapipe: Firefox brings no
 * software adapter of its own.
 */
function nameAdapter(adapter: AdapterDescription): AdapterDescription {
  const named = Object.values(adapter).some((text) => text !== '');
  if (named || process.platform !== 'linux' || existsSync('/dev/dri')) return adapter;
  return { ...adapter, description: 'lavapipe (presumed)' };
}

/** @throws Error where the browser has no adapter. */
export async function openBrowserHost(name: BrowserHostName, site: Site): Promise<Host> {
  const { adapter, version } = await withBrowser(name, async (browser) => ({
    adapter: await askAdapter(browser, site),
    version: await browser.version(),
  }));
  return {
    name,
    version,
    adapter: nameAdapter(adapter),
    alone: (runtime, task) => withBrowser(name, (browser) => runAlone(browser, site, runtime, task)),
    turns: () => openTurns(name, site),
    close: () => site.close(),
  };
}
