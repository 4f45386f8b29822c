/** `npm run features`: features of a folder of photos, extracted in a browser without a screen. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import manifest from '../../weights/manifest.json' with { type: 'json' };
import type { PageOrder } from './page-interface.ts';
import { extractInBrowser } from './run.ts';

const usage = `npm run features -- --photos DIR --out FILE [--label TEXT] [--batch N] [--float32] [--check N]

Runs MobileNet on every photo of a folder (JPEG, PNG, WebP, AVIF, GIF), in order of their names, and writes their
features [photos, 1024] as a safetensors file. Interrupted, the same command goes on where it was.

--photos DIR   the folder
--out FILE     the file to write; until it is complete its parts are in .cache beside it
--label TEXT   what is real in the data and what is not; kept in the file
--batch N      photos a run (8)
--float32      keep float32 instead of float16
--check N      compute N photos again, chosen by a hash of their names, and compare (20)`;

/** Largest relative L2 error of a row that is computed again: float16 has 11 bits, 2^-11 = 4.9e-4 at worst. */
const tolerance = 5e-4;

const announce = (sentence: string) => console.error(sentence);

try {
  await main();
} catch (error) {
  announce(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      photos: { type: 'string' },
      out: { type: 'string' },
      label: { type: 'string' },
      batch: { type: 'string', default: '8' },
      float32: { type: 'boolean', default: false },
      check: { type: 'string', default: '20' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help || !values.photos || !values.out) {
    console.log(usage);
    if (!values.help) process.exitCode = 1;
    return;
  }
  // npm runs commands in the project's folder; paths are meant from where the person is.
  const from = process.env.INIT_CWD ?? process.cwd();
  const folder = resolve(from, values.photos);
  const out = resolve(from, values.out);
  const photos = photoNames(folder);
  const order: PageOrder = {
    photos,
    name: basename(out),
    batch: wholeNumber('--batch', values.batch, 1),
    dataType: values.float32 ? 'float32' : 'float16',
    metadata: {
      weights_file: manifest.mobilenet_v1.file,
      weights_file_sha256: manifest.mobilenet_v1.sha256,
      ...(values.label ? { label: values.label } : {}),
    },
    check: byHash(photos).slice(0, wholeNumber('--check', values.check, 0)),
  };
  const result = await extractInBrowser(order, folder, out, announce);
  const worst = Math.max(0, ...result.checks.map(({ relativeL2 }) => relativeL2));
  if (!(worst <= tolerance)) {
    throw new Error(
      `Computed again, rows differ by a relative L2 error of up to ${worst}, more than ${tolerance}: remove ${out} and extract anew.`,
    );
  }
  for (const { name, reason } of result.damaged) announce(`Without features: ${name}. ${reason}`);
  announce(
    `${result.shape.join(' × ')} features on ${result.device}; ${result.checks.length} rows computed again, relative L2 error at most ${worst.toExponential(1)}.`,
  );
  announce(`${out}: sha256 ${createHash('sha256').update(readFileSync(out)).digest('hex')}`);
}

function photoNames(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`There is no folder ${folder}: check --photos.`);
  }
  const names = readdirSync(folder).filter((name) => /\.(jpe?g|png|webp|avif|gif)$/i.test(name));
  if (names.length === 0) throw new Error(`There is no photo in ${folder}: check --photos.`);
  return names.sort();
}

/** The same photos every time, but no particular ones. */
function byHash(names: readonly string[]): string[] {
  const hash = (name: string) => createHash('sha256').update(`warpbook-features-1:${name}`).digest('hex');
  return [...names].sort((a, b) => (hash(a) < hash(b) ? -1 : 1));
}

function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`${option} is "${text}": give a whole number from ${least}.`);
}
