/** Lets Vitest run test files inside the browser that `launchBrowser` starts, through Puppeteer. */
import { defineBrowserProvider } from '@vitest/browser';
import type { Browser } from 'puppeteer';
import { launchBrowser } from '../../notebook/browser/launch.ts';

export function puppeteerProvider() {
  return defineBrowserProvider({
    name: 'puppeteer',
    providerFactory: () => {
      let launched: Promise<Browser> | undefined;
      return {
        name: 'puppeteer',
        supportsParallelism: false,
        getCommandsContext: () => ({}),
        async openPage(_sessionId, url) {
          launched ??= launchBrowser();
          const page = await (await launched).newPage();
          page.on('error', (error) => process.stderr.write(`The test page crashed: ${error.message}\n`));
          await page.goto(url);
        },
        async close() {
          await (await launched)?.close();
        },
      };
    },
  });
}
