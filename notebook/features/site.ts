/** Builds the page that extracts features, and serves it with the photos and with a folder for the features. */
import { createReadStream, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Connect, Plugin } from 'vite';
import type { FileStore } from '../../engine/storage/file-store.ts';
import { type ServedPage, servePage } from '../browser/serve-page.ts';

/**
 * @param pages folder for the built page; it is emptied
 * @param photos folder of the photos
 * @param store where the page keeps its files
 */
export function serveSite(pages: string, photos: string, store: FileStore): Promise<ServedPage> {
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
  return servePage(fileURLToPath(new URL('.', import.meta.url)), pages, [data]);
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
