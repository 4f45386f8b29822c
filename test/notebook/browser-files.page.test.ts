/** The browser's storage when it is really full, and when its tab is closed in the middle. */
import { resolve } from 'node:path';
import type { Browser, Page } from 'puppeteer';
import { build, type Rollup } from 'vite';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type * as storage from '../../engine/storage.ts';
import { chosenBrowser, launchBrowser } from '../../notebook/browser/launch.ts';

declare global {
  interface Window {
    storage: typeof storage;
  }
}

/** The module as a script that sets `window.storage`. */
async function storageScript(): Promise<string> {
  const [{ output }] = (await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: resolve('engine/storage.ts'), formats: ['iife'], name: 'storage' },
    },
  })) as [Rollup.RollupOutput];
  return `${output[0].code}; window.storage = storage;`;
}

describe('files in the storage of a page', () => {
  let browser: Browser;
  let script: string;
  const site = inject('site');
  const open = async (context: Pick<Browser, 'newPage'> = browser): Promise<Page> => {
    const page = await context.newPage();
    // Of the site's origin, and runs nothing of the notebook.
    await page.goto(`${site}storage-test-page-that-is-not-there`);
    await page.evaluate(script);
    return page;
  };

  beforeAll(async () => {
    script = await storageScript();
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  test('a tab that is closed while it writes leaves the old file or the new one', async () => {
    const page = await open();
    await page.evaluate(async () => {
      const store = window.storage.browserFiles('killed');
      const bytes = (value: number) => new Uint8Array(4_000_000).fill(value);
      await store.write('checkpoint', bytes(1));
      let value = 1;
      const again = async (): Promise<void> => {
        value = (value % 200) + 1;
        await store.write('checkpoint', bytes(value));
        document.title = String(value);
        return again();
      };
      void again();
    });
    await page.waitForFunction(() => Number(document.title) > 3);
    await page.close();
    const next = await open();
    const { length, values, names } = await next.evaluate(async () => {
      const store = window.storage.browserFiles('killed');
      const file = (await store.read('checkpoint'))!;
      return { length: file.length, values: [...new Set(file)], names: await store.names() };
    });
    expect(length).toBe(4_000_000);
    expect(values).toHaveLength(1);
    expect(values[0]).toBeGreaterThan(2);
    expect(names).toEqual(['checkpoint']);
    await next.close();
  });

  // Only Chromium can be told how much an origin may store; in Firefox the error is simulated (test/storage).
  if (chosenBrowser() === 'chromium') {
    test('a storage that is really full says so and keeps the old file', async () => {
      // A profile of its own: for some seconds Chromium remembers how much room there was.
      const profile = await browser.createBrowserContext();
      const page = await open(profile);
      const write = (size: number, value: number) =>
        page.evaluate(
          async (length, fill) => {
            const store = window.storage.browserFiles('full');
            // Random, so that nothing can compress it.
            const bytes = new Uint8Array(length);
            for (let i = 0; i < length; i += 65_536) crypto.getRandomValues(bytes.subarray(i, i + 65_536));
            bytes[0] = fill;
            try {
              await store.write('checkpoint', bytes);
              return 'written';
            } catch (error) {
              return `${(error as Error).name}: ${(error as Error).message}`;
            }
          },
          size,
          value,
        );
      const session = await page.createCDPSession();
      const origin = new URL(site).origin;
      await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 8_000_000 });
      expect(await write(1_000_000, 7)).toBe('written');
      expect(await write(30_000_000, 8)).toBe(
        'StorageError: "checkpoint" (30.0 MB) was not written: the browser\'s storage is full; free disk space or remove files. What was there before is intact.',
      );
      const read = await page.evaluate(async () => {
        const file = await window.storage.browserFiles('full').read('checkpoint');
        return [file?.length, file?.[0]];
      });
      expect(read).toEqual([1_000_000, 7]);
      await session.send('Storage.overrideQuotaForOrigin', { origin });
      expect(await write(30_000_000, 9)).toBe('written');
      await profile.close();
    });
  }
});
