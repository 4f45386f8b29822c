/**
 * Builds the site once for the page tests and serves it from a sub-path, as a host of static files would. Tests get
 * its address by `inject('site')`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
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
  const folder = await mkdtemp(join(tmpdir(), 'warpbook-site-'));
  await build({
    configFile: join(repository, 'vite.config.ts'),
    root: join(repository, 'notebook'),
    build: { outDir: folder, emptyOutDir: true },
    logLevel: 'warn',
  });
  const server = await serveFolder(folder, '/some/sub-path/');
  project.provide('site', server.url);
  project.provide('siteFolder', folder);
  return async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  };
}
