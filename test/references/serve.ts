/** Serves the page, the runtime and the model to the browser, on a free port of this machine. */
import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer, type Plugin, type ViteDevServer } from 'vite';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const runtimeFolder = fileURLToPath(new URL('node_modules/@tensorflow/tfjs-tflite/wasm', import.meta.url));

// The runtime's client is written for CommonJS and for a classic script at once.
const html = `<!doctype html><meta charset="utf-8"><title>Reference outputs</title>
<script>var exports = {};</script>
<script src="/runtime/tflite_web_api_client.js"></script>
<script type="module" src="/test/references/page.ts"></script>`;

/**
 * Answers `/references`, `/runtime/FILE`, and `/model/NUMBER`: the model, patched to return the tensor of that number.
 *
 * @param outputsPosition byte position of the number of the model's output tensor, a little-endian int32
 */
function answer(model: Uint8Array, outputsPosition: number): Plugin {
  const send = (response: ServerResponse, type: string, body: string | Uint8Array) => {
    response.setHeader('content-type', type);
    response.end(body);
  };
  return {
    name: 'references',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const [, folder, name] = (request.url ?? '').split(/[/?]/);
        if (folder === 'references') {
          send(response, 'text/html', html);
        } else if (folder === 'runtime' && name && /^[\w.]+$/.test(name)) {
          const wasm = name.endsWith('.wasm');
          response.setHeader('content-type', wasm ? 'application/wasm' : 'text/javascript');
          createReadStream(join(runtimeFolder, name))
            .on('error', () => response.writeHead(404).end())
            .pipe(response);
        } else if (folder === 'model') {
          const patched = new Uint8Array(model);
          new DataView(patched.buffer).setInt32(outputsPosition, Number(name), true);
          send(response, 'application/octet-stream', patched);
        } else {
          next();
        }
      });
    },
  };
}

/** Starts the server. Close it when done. */
export async function serve(model: Uint8Array, outputsPosition: number): Promise<ViteDevServer> {
  const server = await createServer({
    configFile: false,
    root: repository,
    logLevel: 'error',
    cacheDir: join(repository, 'node_modules/.vite-references'),
    optimizeDeps: { noDiscovery: true },
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
    plugins: [answer(model, outputsPosition)],
  });
  return server.listen();
}
