/**
 * `npm start`: installs what is missing, builds the site when it is older than its sources, serves it and opens it.
 * Plain JavaScript, since it runs before anything is installed.
 *
 * Options: `--no-open` only prints the address; `--port N` serves there instead of on the first free port from 4173.
 */
import { parseArgs } from 'node:util';
import { buildIfStale, configFile } from './build.mjs';
import { checkNode, ensureInstalled, runCommand } from './install.mjs';

/** Whether a browser can be shown at all. */
function hasDisplay() {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

await runCommand(async () => {
  checkNode();
  const { values } = parseArgs({
    options: { open: { type: 'boolean', default: true }, port: { type: 'string' } },
    allowNegative: true,
  });
  const port = values.port === undefined ? 4173 : Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Error(`--port is "${values.port}": give a number from 0 to 65535.`);
  }
  ensureInstalled({ development: false });
  const { preview } = await import('vite');
  await buildIfStale(console.log);
  const open = values.open && hasDisplay();
  const server = await preview({
    configFile,
    preview: { port, strictPort: values.port !== undefined, open },
  });
  const url = server.resolvedUrls?.local[0];
  console.log(
    `Warpbook is at ${url}${open ? '' : ' - open it in a browser that has WebGPU'}. Ctrl+C stops it.`,
  );
});
