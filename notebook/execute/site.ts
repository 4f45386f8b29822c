/** Serves the built site to the browser. */
import { preview } from 'vite';
import { buildIfStale, configFile } from '../build.mjs';

export interface ServedSite {
  /** Address, with a trailing slash. */
  url: string;
  close(): Promise<void>;
}

/** Builds the site if it is older than its sources and serves it on a free port of this machine. */
export async function serveSite(announce: (sentence: string) => void): Promise<ServedSite> {
  await buildIfStale(announce);
  const server = await preview({
    configFile,
    logLevel: 'error',
    preview: { port: 0, strictPort: false, host: '127.0.0.1', open: false },
  });
  const address = server.httpServer.address();
  if (address === null || typeof address === 'string') {
    throw new Error('The notebook is served at no port of this machine.');
  }
  return { url: `http://127.0.0.1:${address.port}/`, close: () => server.close() };
}
