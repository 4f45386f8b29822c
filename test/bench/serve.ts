/** Builds the page as users get theirs, bundled and minified, and serves it on this machine alone. */
import { join } from 'node:path';
import { build, type InlineConfig, preview } from 'vite';

export interface Site {
  readonly address: string;
  close(): Promise<void>;
}

/** @param folder test/bench */
export async function serve(folder: string): Promise<Site> {
  const config: InlineConfig = {
    configFile: false,
    root: join(folder, 'page'),
    base: './',
    logLevel: 'error',
    assetsInclude: ['**/*.safetensors'],
    build: {
      outDir: join(folder, 'node_modules/.page'),
      emptyOutDir: true,
      target: 'es2022',
      // TensorFlow.js is one large file; that is known.
      chunkSizeWarningLimit: 4096,
    },
    preview: {
      host: '127.0.0.1',
      port: 0,
      // Cross-origin isolation: without it the page's clock steps by 0.1 ms.
      headers: {
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
      },
    },
  };
  await build(config);
  const server = await preview(config);
  const address = server.resolvedUrls?.local[0];
  if (!address) throw new Error('The page of the benchmark is not served: Vite gave no address.');
  return { address, close: () => server.close() };
}
