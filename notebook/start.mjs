/**
 * `npm start`: installs what is missing, builds the site when it is older than its sources, serves it and opens it.
 * Plain JavaScript, since it runs before anything is installed.
 *
 * Options: `--no-open` only prints the address; `--port N` serves there instead of on the first free port from 4173.
 */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkNode, ensureInstalled, repository, runCommand } from './install.mjs';

/** What the site is made of, relative to the repository. */
const sources = ['engine', 'kernels', 'notebook', 'weights', 'package-lock.json', 'vite.config.ts'];

/**
 * @param {string} path a file or a folder
 * @returns {number} when its newest file was written, milliseconds since 1970; 0 when there is none
 */
function newest(path) {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return 0;
  if (!status.isDirectory()) return status.mtimeMs;
  // A folder's own time counts: it changes when a file is removed.
  return readdirSync(path)
    .filter((name) => !name.startsWith('.') && name !== 'node_modules')
    .reduce((latest, name) => Math.max(latest, newest(join(path, name))), status.mtimeMs);
}

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
  const { build, preview } = await import('vite');
  const configFile = join(repository, 'vite.config.ts');
  const built = statSync(join(repository, 'dist/index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (sources.some((path) => newest(join(repository, path)) > built)) {
    console.log('Building the notebook.');
    await build({ configFile, logLevel: 'warn' });
  }
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
