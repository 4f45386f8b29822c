/** Builds the site when it is older than its sources. Plain JavaScript: `npm start` needs it before TypeScript runs. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './install.mjs';

/** What the site is made of, relative to the repository. */
const sources = [
  'engine',
  'kernels',
  'notebook',
  'weights',
  'test/references/mobilenet_v1.safetensors',
  'package-lock.json',
  'vite.config.ts',
];

/** How Vite is told about the project. */
export const configFile = join(repository, 'vite.config.ts');

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

/**
 * Builds into `dist` unless what is there is newer than every source.
 *
 * @param {(sentence: string) => void} announce told before a build, which takes some seconds
 */
export async function buildIfStale(announce) {
  const built = statSync(join(repository, 'dist/index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (!sources.some((path) => newest(join(repository, path)) > built)) return;
  announce('Building the notebook.');
  const { build } = await import('vite');
  await build({ configFile, logLevel: 'warn' });
}
