/** Drives the pages: who is timed when. */
import type { Browser, BrowserContext, Page } from 'puppeteer';
import { type Agreement, requireAgreement } from './agreement.ts';
import type { Options } from './options.ts';
import type { AdapterDescription, RuntimeName, TimedAnswer } from './page-interface.ts';
import { defaultRounds } from './statistics.ts';

/** Timings of one runtime at one batch size, milliseconds. */
export interface Timings {
  readonly runtime: RuntimeName;
  /** In a fresh page: device, upload of the weights, compilation, one run, read back. */
  readonly firstCall: number;
  /** Of each timed call, in order. */
  readonly calls: readonly number[];
}

export interface BatchTimings {
  readonly batch: number;
  readonly timings: readonly Timings[];
  readonly agreement: readonly Agreement[];
}

/** A page with nothing in it yet, and nothing remembered from other pages: it has a browser context of its own. */
async function withFreshPage<Result>(
  browser: Browser,
  address: string,
  work: (page: Page) => Promise<Result>,
): Promise<Result> {
  const context: BrowserContext = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    page.on('console', (message) => {
      if (['error', 'warn'].includes(message.type())) console.warn(`  page: ${message.text()}`);
    });
    page.on('pageerror', (error) => console.warn(`  page: ${error}`));
    await page.goto(address);
    await page.waitForFunction(() => window.bench !== undefined);
    return await work(page);
  } finally {
    await context.close();
  }
}

/** @throws Error where the browser has no adapter. */
export function askAdapter(browser: Browser, address: string): Promise<AdapterDescription> {
  return withFreshPage(browser, address, async (page) => {
    const adapter = await page.evaluate(() => window.bench!.adapter());
    if (!adapter) {
      throw new Error(
        'The browser found no WebGPU adapter; set WARPBOOK_ADAPTER=swiftshader or another browser.',
      );
    }
    return adapter;
  });
}

async function load(page: Page, runtime: RuntimeName, batch: number): Promise<void> {
  await page.evaluate((name, size) => window.bench!.load(name, size), runtime, batch);
}

function first(page: Page, runtime: RuntimeName): Promise<TimedAnswer> {
  return page.evaluate((name) => window.bench!.first(name), runtime);
}

function call(page: Page, runtime: RuntimeName): Promise<number> {
  return page.evaluate((name) => window.bench!.call(name), runtime);
}

/** Seconds with two digits after the point, or milliseconds below a tenth. */
function brief(milliseconds: number): string {
  return milliseconds < 100 ? `${milliseconds.toFixed(1)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

/**
 * Measures one batch size: first calls, each alone in a fresh page; then all runtimes in one page, on one adapter,
 * taking turns, one running at a time.
 *
 * @throws Error where two runtimes do not give the same answer.
 */
export async function measureBatch(
  browser: Browser,
  address: string,
  batch: number,
  { runtimes, rounds }: Options,
): Promise<BatchTimings> {
  console.log(`\nBatch ${batch}: first calls`);
  const firstCalls = new Map<RuntimeName, TimedAnswer>();
  for (const runtime of runtimes) {
    const timed = await withFreshPage(browser, address, async (page) => {
      await load(page, runtime, batch);
      return first(page, runtime);
    });
    firstCalls.set(runtime, timed);
    console.log(`  ${runtime}: ${brief(timed.milliseconds)}`);
  }
  const agreement = requireAgreement(
    new Map([...firstCalls].map(([runtime, { answer }]) => [runtime, answer])),
    batch,
  );
  for (const { runtimes: pair, features, probabilities } of agreement) {
    console.log(
      `  ${pair.join(' = ')}: relative L2 error ${features.toExponential(1)} of features, ${probabilities.toExponential(1)} of probabilities`,
    );
  }

  const calls = await withFreshPage(browser, address, async (page) => {
    const samples = new Map<RuntimeName, number[]>(runtimes.map((runtime) => [runtime, []]));
    for (const runtime of runtimes) {
      await load(page, runtime, batch);
      await first(page, runtime);
    }
    let roundMs = 0;
    for (const runtime of runtimes) roundMs += await call(page, runtime);
    const count = rounds ?? defaultRounds(batch, roundMs);
    console.log(`Batch ${batch}: warm, now ${count} rounds of about ${brief(roundMs)}`);
    for (let round = 1; round <= count; round++) {
      const line: string[] = [];
      for (const runtime of runtimes) {
        const milliseconds = await call(page, runtime);
        samples.get(runtime)!.push(milliseconds);
        line.push(`${runtime} ${brief(milliseconds)}`);
      }
      if (roundMs > 1000 || round % 10 === 0) console.log(`  ${round}/${count}: ${line.join(', ')}`);
    }
    return samples;
  });
  const timings = runtimes.map((runtime) => ({
    runtime,
    firstCall: firstCalls.get(runtime)!.milliseconds,
    calls: calls.get(runtime)!,
  }));
  return { batch, timings, agreement };
}
