/** The project whose tests run inside a browser: `npx vitest run --project browser`. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { chosenBrowser } from '../../notebook/browser/launch.ts';
import { puppeteerProvider } from './provider.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

export default defineConfig({
  root: repository,
  cacheDir: `${repository}node_modules/.vite`,
  assetsInclude: ['**/*.safetensors', '**/*.ipynb'],
  worker: { format: 'es' },
  // No discovery: it would reload the page in the middle of a test. CommonJS packages must be listed.
  optimizeDeps: { noDiscovery: true, include: ['sucrase'] },
  test: {
    root: repository,
    name: 'browser',
    include: ['test/**/*.browser.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    browser: {
      enabled: true,
      headless: true,
      ui: false,
      screenshotFailures: false,
      provider: puppeteerProvider(),
      instances: [{ browser: chosenBrowser() }],
    },
  },
});
