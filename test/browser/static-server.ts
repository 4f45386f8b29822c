/** A static file server that knows nothing of Vite, as any host of static files would serve a build. Node only. */
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.json': 'application/json',
  '.ipynb': 'application/x-ipynb+json',
  '.woff2': 'font/woff2',
};

export interface StaticServer {
  /** Address of the folder, with a trailing slash. */
  readonly url: string;
  /** Paths that were asked for and not found. */
  readonly missing: readonly string[];
  close(): Promise<void>;
}

/**
 * Serves a folder on a free port of 127.0.0.1.
 *
 * @param prefix path under which the folder is served, such as `/some/where/`; everything else is 404.
 */
export async function serveFolder(folder: string, prefix = '/'): Promise<StaticServer> {
  const missing: string[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = decodeURIComponent(pathname);
    const file = join(
      folder,
      normalize(path.slice(prefix.length - 1)),
      path.endsWith('/') ? 'index.html' : '',
    );
    const status =
      path.startsWith(prefix) && file.startsWith(folder)
        ? statSync(file, { throwIfNoEntry: false })
        : undefined;
    if (!status?.isFile()) {
      missing.push(path);
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not found');
      return;
    }
    response.writeHead(200, {
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      'content-length': status.size,
    });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${prefix}`,
    missing,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
