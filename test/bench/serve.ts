/** Builds the page as users get theirs, bundled and minified, and serves it on this machine alone. */
import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { build } from 'vite';

export interface Site {
  readonly address: string;
  /** Addresses of the WebAssembly files of the page, relative to it. */
  readonly wasm: readonly string[];
  /** Bytes sent since the start, without headers. */
  bytesSent(): number;
  close(): Promise<void>;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/**
 * @param folder test/bench
 * @param data folder of the files below `data/`
 */
export async function serve(folder: string, data: string): Promise<Site> {
  const pages = join(folder, 'node_modules/.page');
  await build({
    configFile: false,
    root: join(folder, 'page'),
    base: './',
    logLevel: 'error',
    assetsInclude: ['**/*.safetensors'],
    build: {
      outDir: pages,
      emptyOutDir: true,
      target: 'es2022',
      // TensorFlow.js is one large file; that is known.
      chunkSizeWarningLimit: 4096,
    },
  });
  const wasm = readdirSync(join(pages, 'assets')).filter((name) => name.endsWith('.wasm'));
  let sent = 0;
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
    const file = path.startsWith('/data/')
      ? join(data, path.slice('/data/'.length))
      : join(pages, path === '/' ? 'index.html' : path);
    if (!existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    const { size } = statSync(file);
    sent += size;
    response.writeHead(200, {
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      'content-length': size,
      // The weights shall come out of the HTTP cache at the second visit, without a question to the server.
      'cache-control': 'public, max-age=86400, immutable',
      // Cross-origin isolation: without it the page's clock steps by 0.1 ms, and nothing says how much memory it holds.
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    wasm: wasm.map((name) => `assets/${name}`),
    bytesSent: () => sent,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
