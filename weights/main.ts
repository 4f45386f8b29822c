/**
 * `npm run weights -- MODEL`: fetches a model's original weights, verifies them, and writes the safetensors file; or
 * trains the model and writes it.
 *
 *     npm run weights -- --list                 what there is
 *     npm run weights -- mobilenet_v1           fetch, verify, convert, write
 *     npm run weights -- head                   train in a browser without a screen, write
 *     npm run weights -- MODEL --check          the same, but only compare with the file at hand
 *     npm run weights -- MODEL --update         the same, and accept the result into the manifest
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseSafetensors } from '../engine/formats/safetensors.ts';
import { trainInBrowser } from './head/run.ts';
import { type Manifest, manifest, type TrainingOrigin, type WeightsOrigin } from './manifest.ts';
import { convertMobilenet } from './mobilenet_v1.ts';
import { fetchOrigin } from './npm-archive.ts';

const besideThisFile = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** A weight file that came out, and where it came from. */
interface Made {
  readonly bytes: Uint8Array;
  readonly origin: WeightsOrigin | TrainingOrigin;
}

const makers: Readonly<Record<keyof Manifest, () => Promise<Made>>> = {
  async mobilenet_v1() {
    const { origin } = manifest.mobilenet_v1;
    const files = fetchOrigin(origin, besideThisFile('.cache'));
    return { bytes: convertMobilenet(manifest.mobilenet_v1, files), origin };
  },
  head: () => trainInBrowser(manifest.head, (sentence) => console.error(sentence)),
};

const isKnown = (name: string): name is keyof Manifest => Object.hasOwn(makers, name);

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      list: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      update: { type: 'boolean', default: false },
    },
  });
  const names = Object.keys(manifest).join(', ');
  if (values.list) {
    for (const [name, entry] of Object.entries(manifest)) console.log(description(name, entry));
    return;
  }
  if (positionals.length === 0) {
    throw new Error(`no model was named; choose from ${names}, or give --list.`);
  }
  for (const name of positionals) {
    if (!isKnown(name)) throw new Error(`there is no model "${name}"; choose from ${names}.`);
    await make(name, values);
  }
}

function description(name: string, entry: Manifest[keyof Manifest]): string {
  const { origin } = entry;
  const presence = existsSync(besideThisFile(entry.file)) ? 'here' : 'not made yet';
  const from =
    'package' in origin
      ? `npm ${origin.package}@${origin.version}`
      : `"${origin.command}" on ${origin.adapter}`;
  return [
    `${name}: ${entry.title}`,
    `  file      ${entry.file} (${entry.bytes} bytes, ${entry.parameters} parameters, ${presence})`,
    `  sha256    ${entry.sha256}`,
    `  origin    ${from}`,
    `  licence   ${entry.license}, ${entry.attribution}`,
  ].join('\n');
}

async function make(
  name: keyof Manifest,
  { check, update }: { check: boolean; update: boolean },
): Promise<void> {
  const entry = manifest[name];
  const { bytes, origin } = await makers[name]();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const path = besideThisFile(entry.file);
  if (update) {
    writeManifest(name, { ...entry, origin }, bytes, sha256);
  } else if (sha256 !== entry.sha256) {
    throw new Error(
      `${entry.file} came out with SHA-256 ${sha256}, but the manifest has ${entry.sha256}${otherAdapter(origin, entry.origin)}; give --update if that is on purpose.`,
    );
  }
  if (check) {
    if (!existsSync(path) || !readFileSync(path).equals(bytes)) {
      throw new Error(`${entry.file} is missing or differs; run "npm run weights -- ${name}" to write it.`);
    }
    console.log(`${entry.file}: the same ${bytes.length} bytes came out again (SHA-256 ${sha256}).`);
    return;
  }
  writeFileSync(path, bytes);
  console.log(`${entry.file}: ${bytes.length} bytes written (SHA-256 ${sha256}).`);
}

/** Training repeats to the bit on one adapter only. */
function otherAdapter(made: Made['origin'], known: Made['origin']): string {
  if (!('adapter' in made && 'adapter' in known) || made.adapter === known.adapter) return '';
  return ` (it was trained on ${known.adapter}, now on ${made.adapter})`;
}

function writeManifest(name: string, entry: object, bytes: Uint8Array, sha256: string): void {
  const { tensors } = parseSafetensors(new Uint8Array(bytes).buffer, name);
  const parameters = [...tensors.values()].reduce((sum, tensor) => sum + tensor.data.length, 0);
  const updated = { ...entry, sha256, bytes: bytes.length, tensors: tensors.size, parameters };
  const text = `${JSON.stringify({ ...manifest, [name]: updated }, null, 2)}\n`;
  writeFileSync(besideThisFile('manifest.json'), text);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
