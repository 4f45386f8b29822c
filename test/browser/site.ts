/**
 * Builds the site once for the page tests, as `npm run build` does, and serves it from a sub-path, as a host of static
 * files would. Tests get its address by `inject('site')`, and its folder by `inject('siteFolder')` or from the
 * environment variable `WARPBOOK_SITE`; when that names a folder beforehand, the build in it is used.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { serveFolder } from './static-server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the built site, with a trailing slash. */
    site: string;
    /** Folder of the built site. */
    siteFolder: string;
  }
}

const repository = fileURLToPath(new URL('../..', import.meta.url));

export default async function setUpSite(project: TestProject) {
  const given = process.env.WARPBOOK_SITE;
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'warpbook-site-')));
  if (given === undefined) {
    // A process of its own: with Vitest's NODE_ENV the build would be one for development.
    const { NODE_ENV: _mode, VITEST: _vitest, ...environment } = process.env;
    const command = [join(repository, 'node_modules/vite/bin/vite.js'), 'build', '--emptyOutDir'];
    await promisify(execFile)(process.execPath, [...command, '--logLevel', 'error', '--outDir', folder], {
      cwd: repository,
      env: environment,
    });
  }
  process.env.WARPBOOK_SITE = folder;
  const server = await serveFolder(folder, '/some/sub-path/');
  project.provide('site', server.url);
  project.provide('siteFolder', folder);
  return async () => {
    await server.close();
    if (given === undefined) await rm(folder, { recursive: true, force: true });
  };
}
