/** What `npm run execute` is asked to do. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { NotebookDocument } from '../document/nbformat.ts';
import { parseNotebook } from '../document/parse.ts';

export const usage = `npm run execute -- NOTEBOOK [--out FILE] [--reference]

Runs every code cell of a notebook in a headless browser and prints what they show.

NOTEBOOK      the name of a notebook that comes with Warpbook (quickstart, profile-kernels, reproduce-paper), or the path of an .ipynb file
--out FILE    write the executed notebook, outputs included
--reference   run on the CPU reference instead of WebGPU (slow)

The exit code is 0 where every cell ran, 1 where one failed or the notebook could not be run.`;

const shippedFolder = fileURLToPath(new URL('../shipped/', import.meta.url));

/** An order to run a notebook. */
export interface ExecuteOrder {
  /** Name of the notebook, without \`.ipynb\`. */
  name: string;
  document: NotebookDocument;
  /** Absolute path of the file to write. */
  out: string | undefined;
  backend: 'webgpu' | 'reference';
}

/**
 * Reads the command line and the notebook.
 *
 * @param folder Where relative paths begin.
 * @returns undefined where only the usage was asked for.
 * @throws Error in one sentence where an argument is wrong or the notebook cannot be read.
 */
export function readOrder(commandLine: readonly string[], folder: string): ExecuteOrder | undefined {
  const { values, positionals } = parseArgs({
    args: [...commandLine],
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      reference: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    return undefined;
  }
  const [wanted, ...more] = positionals;
  if (wanted === undefined || more.length > 0) {
    throw new Error(`Name one notebook to run, for example: npm run execute -- quickstart`);
  }
  const path = findNotebook(wanted, folder);
  return {
    name: basename(path, '.ipynb'),
    document: parseNotebook(readText(path), basename(path)),
    out: values.out === undefined ? undefined : outputPath(values.out, folder),
    backend: values.reference ? 'reference' : 'webgpu',
  };
}

function findNotebook(wanted: string, folder: string): string {
  const isPath = wanted.endsWith('.ipynb') || isAbsolute(wanted) || /[/\\]/.test(wanted);
  const path = isPath ? resolve(folder, wanted) : join(shippedFolder, `${wanted}.ipynb`);
  const status = statSync(path, { throwIfNoEntry: false });
  if (status?.isFile()) {
    return path;
  }
  if (status?.isDirectory()) {
    throw new Error(`${path} is a folder: name an .ipynb file in it.`);
  }
  if (isPath) {
    throw new Error(`There is no file ${path}: check the path.`);
  }
  const names = readdirSync(shippedFolder).filter((name) => name.endsWith('.ipynb'));
  const list = names.map((name) => basename(name, '.ipynb')).join(', ');
  throw new Error(
    `No notebook "${wanted}" comes with Warpbook (there is ${list}): name one of them or an .ipynb file.`,
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${path} cannot be read: ${(error as Error).message}`);
  }
}

/** Checked before anything runs: minutes of work must not be lost to a misspelt folder. */
function outputPath(out: string, folder: string): string {
  const path = resolve(folder, out);
  const parent = resolve(path, '..');
  if (!statSync(parent, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`--out: there is no folder ${parent}; make it first.`);
  }
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`--out: ${path} is a folder; name a file.`);
  }
  return path;
}
