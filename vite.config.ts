/// <reference types="vitest/config" />
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const repository = fileURLToPath(new URL('.', import.meta.url));

/** Files that keep their own bytes: fetched, never inlined as base64. */
const assets = /\.(safetensors|ipynb|jpg)$/;

// Imports nothing but Vite: `npm start` installs no development dependency.
export default defineConfig({
  // The page is notebook/index.html; tests are addressed from the top of the repository.
  root: process.env.VITEST ? repository : `${repository}notebook`,
  base: './',
  cacheDir: `${repository}node_modules/.vite`,
  assetsInclude: ['**/*.safetensors', '**/*.ipynb'],
  worker: { format: 'es', rolldownOptions: { checks: { pluginTimings: false } } },
  build: {
    outDir: `${repository}dist`,
    emptyOutDir: true,
    target: 'es2022',
    // CodeMirror and Vega are large, and loaded when first needed.
    chunkSizeWarningLimit: 1500,
    rolldownOptions: { checks: { pluginTimings: false } },
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
          exclude: ['test/**/*.{browser,page}.test.ts', '**/node_modules/**'],
          environment: 'node',
          testTimeout: 60_000,
        },
      },
      'test/browser/vitest.config.ts',
      {
        extends: true,
        test: {
          name: 'notebook',
          include: ['test/notebook/**/*.page.test.ts'],
          globalSetup: ['test/browser/site.ts'],
          environment: 'node',
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
