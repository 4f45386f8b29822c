/** Builds a page of its own, beside the notebook, and serves it to a browser of this machine. Node only. */
import { build, type Plugin, preview } from 'vite';

export interface ServedPage {
  /** Address, with a trailing slash. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * @param root folder of the page's `index.html`
 * @param pages folder for the built page; it is emptied
 * @param plugins what else the server answers
 */
export async function servePage(
  root: string,
  pages: string,
  plugins: readonly Plugin[] = [],
): Promise<ServedPage> {
  const common = { configFile: false as const, root, base: './', logLevel: 'error' as const };
  const output = { outDir: pages, emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0 };
  await build({ ...common, assetsInclude: ['**/*.safetensors'], build: output });
  const server = await preview({
    ...common,
    build: output,
    plugins: [...plugins],
    preview: { port: 0, strictPort: false, host: '127.0.0.1', open: false },
  });
  const address = server.httpServer.address();
  if (address === null || typeof address === 'string') {
    throw new Error('The page is served at no port of this machine.');
  }
  return { url: `http://127.0.0.1:${address.port}/`, close: () => server.close() };
}
