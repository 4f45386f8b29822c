import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { chosenBrowser } from './notebook/browser/launch.ts';
import { puppeteerProvider } from './test/browser/provider.ts';

const repository = fileURLToPath(new URL('.', import.meta.url));

/** Files that keep their own bytes: fetched, never inlined as base64. */
const assets = /\.(safetensors|ipynb|jpg)$/;

export default defineConfig({
  // The page is notebook/index.html; tests address files from the top of the repository.
  root: process.env.VITEST ? repository : fileURLToPath(new URL('notebook', import.meta.url)),
  base: './',
  cacheDir: fileURLToPath(new URL('node_modules/.vite', import.meta.url)),
  assetsInclude: ['**/*.safetensors', '**/*.ipynb'],
  worker: { format: 'es' },
  build: {
    outDir: fileURLToPath(new URL('dist', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: (path) => (assets.test(path) ? false : undefined),
  },
  server: { fs: { allow: [repository] } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.browser.test.ts', 'test/**/*.page.test.ts', '**/node_modules/**'],
          environment: 'node',
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        // No discovery: it would reload the page in the middle of a test. CommonJS packages must be listed.
        optimizeDeps: { noDiscovery: true, include: ['sucrase'] },
        test: {
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
      },
      {
        extends: true,
        test: {
          name: 'notebook',
          include: ['test/notebook/**/*.page.test.ts'],
          environment: 'node',
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
