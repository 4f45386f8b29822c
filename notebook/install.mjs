/**
 * Checks Node's version and installs the dependencies when they are missing or differ from the lock file. Plain
 * JavaScript on Node's own modules, since it runs before anything is installed.
 *
 * As a command, `node notebook/install.mjs` prepares everything; `npm start` asks for the product's dependencies alone.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Top folder of the repository. */
export const repository = fileURLToPath(new URL('..', import.meta.url));

/** Oldest Node that Vite 8 runs on. */
const minimumNode = /** @type {const} */ ([20, 19]);

/**
 * @param {string} [version] as in `process.versions.node`
 * @throws {Error} when Node is older than 20.19
 */
export function checkNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > minimumNode[0] || (major === minimumNode[0] && minor >= minimumNode[1])) return;
  throw new Error(
    `Warpbook needs Node ${minimumNode.join('.')} or newer and this is Node ${version}: install a newer Node.`,
  );
}

/**
 * Packages whose installed version differs from the lock file, or that are not installed. Optional packages are left
 * out: which of them are installed depends on the platform.
 *
 * @typedef {Record<string, { version?: string, dev?: boolean, optional?: boolean, devOptional?: boolean }>} Packages
 * @param {Packages} locked `packages` of `package-lock.json`
 * @param {Packages} installed `packages` of `node_modules/.package-lock.json`
 * @param {{ development: boolean }} options whether development dependencies count
 * @returns {string[]} paths such as `node_modules/lit`
 */
export function outdatedPackages(locked, installed, { development }) {
  return Object.entries(locked)
    .filter(([path, { dev, optional, devOptional }]) => {
      return path !== '' && !optional && !devOptional && (development || !dev);
    })
    .filter(([path, { version }]) => installed[path]?.version !== version)
    .map(([path]) => path);
}

/**
 * @param {{ development: boolean }} options
 * @throws {Error} when npm fails
 */
export function ensureInstalled({ development }) {
  const lock = `${repository}package-lock.json`;
  const installedLock = `${repository}node_modules/.package-lock.json`;
  const installed = existsSync(installedLock) ? readPackages(installedLock) : {};
  const hasLock = existsSync(lock);
  if (hasLock && outdatedPackages(readPackages(lock), installed, { development }).length === 0) return;
  if (!hasLock && existsSync(installedLock)) return;
  // A full installation stays full.
  const everything = development || installed['node_modules/vitest'] !== undefined;
  console.log(`Installing ${everything ? 'all' : 'the product’s'} dependencies.`);
  const status = runNpm([
    hasLock ? 'ci' : 'install',
    ...(everything ? [] : ['--omit=dev']),
    '--loglevel=error',
  ]);
  if (status !== 0) {
    throw new Error(
      `npm could not install the dependencies (exit code ${status}): see its message above; it needs the package registry.`,
    );
  }
}

/**
 * @param {string} path
 * @returns {Packages}
 */
function readPackages(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages ?? {};
}

/**
 * @param {string[]} arguments_
 * @returns {number | null} exit code
 */
function runNpm(arguments_) {
  const script = process.env.npm_execpath;
  const options = /** @type {const} */ ({ cwd: repository, stdio: 'inherit' });
  return script?.endsWith('npm-cli.js')
    ? spawnSync(process.execPath, [script, ...arguments_], options).status
    : spawnSync('npm', arguments_, { ...options, shell: process.platform === 'win32' }).status;
}

/**
 * Runs a command's main function; an error ends the process with its sentence and exit code 1.
 *
 * @param {() => void | Promise<void>} main
 */
export async function runCommand(main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

// Node resolves links in the module's address, but not in the command's.
if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await runCommand(() => {
    checkNode();
    ensureInstalled({ development: true });
  });
}
