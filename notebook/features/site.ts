/** Builds the page that extracts features, and serves it with the photos and with a folder for the features. */
import { createReadStream, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Connect, type Plugin, preview } from 'vite';
import type { FileStore } from '../../engine/storage/file-store.ts';

export interface Site {
  /** Address, with a trailing slash. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * @param pages folder for the built page; it is emptied
 * @param photos folder of the photos
 * @param store where the page keeps its files
 */
export async function serveSite(pages: string, photos: string, store: FileStore): Promise<Site> {
  const root = fileURLToPath(new URL('.', import.meta.url));
  const common = { configFile: false as const, root, base: './', logLevel: 'error' as const };
  const output = { outDir: pages, emptyOutDir: true, target: 'es2022' };
  await build({ ...common, assetsInclude: ['**/*.safetensors'], build: output });
  const data: Plugin = {
    name: 'photos and features',
    configurePreviewServer(server) {
      server.middlewares.use('/photos', sendPhoto(photos));
      server.middlewares.use('/files', (request, response) => {
        answer(store, request, response).catch((error: unknown) => {
          response.statusCode = 500;
          response.end(error instanceof Error ? error.message : String(error));
        });
      });
    },
  };
  const server = await preview({
    ...common,
    build: output,
    plugins: [data],
    preview: { port: 0, strictPort: false, host: '127.0.0.1', open: false },
  });
  const address = server.httpServer.address();
  if (address === null || typeof address === 'string') {
    throw new Error('The page is served at no port of this machine.');
  }
  return { url: `http://127.0.0.1:${address.port}/`, close: () => server.close() };
}

/** What stands behind `/photos/` or `/files/`. */
function nameOf(request: IncomingMessage): string {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  return decodeURIComponent(pathname.slice(1));
}

function sendPhoto(folder: string): Connect.SimpleHandleFunction {
  return (request, response) => {
    const name = nameOf(request);
    const path = join(folder, name);
    // The folder is flat: a name with a slash is none of it.
    const status = /[/\\]/.test(name) ? undefined : statSync(path, { throwIfNoEntry: false });
    if (!status?.isFile()) {
      response.statusCode = 404;
      response.end();
      return;
    }
    response.setHeader('content-length', status.size);
    createReadStream(path).pipe(response);
  };
}

async function answer(store: FileStore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const name = nameOf(request);
  let content: Uint8Array | string | undefined;
  if (request.method === 'PUT') {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk as Uint8Array);
    await store.write(name, Buffer.concat(chunks));
  } else if (request.method === 'DELETE') {
    await store.remove(name);
  } else {
    content = name === '' ? JSON.stringify(await store.names()) : await store.read(name);
  }
  // No content: there is no such file. Of a 404 the browser would complain on its console.
  response.statusCode = content === undefined ? 204 : 200;
  response.end(content);
}
