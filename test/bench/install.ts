/** The other runtimes are installed by the command that needs them, in a package of their own. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface PackageFile {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function readPackage(folder: string): PackageFile | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageFile;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Exact versions of the pinned packages of a folder. */
export function pinnedVersions(folder: string): Readonly<Record<string, string>> {
  return readPackage(folder)?.dependencies ?? {};
}

/**
 * Installs the packages of a folder exactly as its lock file says, unless they are there.
 *
 * @throws Error where npm fails.
 */
export function installPackages(folder: string): void {
  const missing = Object.entries(pinnedVersions(folder)).filter(
    ([name, version]) => readPackage(join(folder, 'node_modules', name))?.version !== version,
  );
  if (missing.length === 0) return;
  console.log(`Installing ${missing.map(([name, version]) => `${name} ${version}`).join(', ')} ...`);
  const { status, error } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    throw new Error(
      `The runtimes to compare with could not be installed in ${folder} (npm ci: ${error?.message ?? `exit code ${status}`}); look at npm's message above, then try again.`,
    );
  }
}
