/**
 * `npm run weights -- MODEL`: fetches a model's original weights, verifies them, and writes the safetensors file.
 *
 *     npm run weights -- --list                 what there is
 *     npm run weights -- mobilenet_v1           fetch, verify, convert, write
 *     npm run weights -- mobilenet_v1 --check   the same, but only compare with the file at hand
 *     npm run weights -- mobilenet_v1 --update  the same, and accept the result into the manifest
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseSafetensors } from '../engine/formats/safetensors.ts';
import { manifest, type WeightsEntry } from './manifest.ts';
import { convertMobilenet } from './mobilenet_v1.ts';
import { fetchOrigin } from './npm-archive.ts';

type Convert = (entry: WeightsEntry, files: ReadonlyMap<string, Uint8Array>) => Uint8Array;

const converters: Readonly<Record<string, Convert>> = { mobilenet_v1: convertMobilenet };

const besideThisFile = (name: string) => fileURLToPath(new URL(name, import.meta.url));

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      list: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      update: { type: 'boolean', default: false },
    },
  });
  if (values.list) {
    for (const [name, entry] of Object.entries(manifest)) console.log(description(name, entry));
    return;
  }
  if (positionals.length === 0) {
    throw new Error(`no model was named; choose from ${Object.keys(manifest).join(', ')}, or give --list.`);
  }
  for (const name of positionals) build(name, values);
}

function description(name: string, entry: WeightsEntry): string {
  const { package: packageName, version } = entry.origin;
  const presence = existsSync(besideThisFile(entry.file)) ? 'here' : 'not fetched yet';
  return [
    `${name}: ${entry.title}`,
    `  file      ${entry.file} (${entry.bytes} bytes, ${entry.parameters} parameters, ${presence})`,
    `  sha256    ${entry.sha256}`,
    `  origin    npm ${packageName}@${version}`,
    `  licence   ${entry.license}, ${entry.attribution}`,
  ].join('\n');
}

function build(name: string, { check, update }: { check: boolean; update: boolean }): void {
  const entry = manifest[name];
  const convert = converters[name];
  if (!entry || !convert) {
    throw new Error(`there is no model "${name}"; choose from ${Object.keys(converters).join(', ')}.`);
  }
  const bytes = convert(entry, fetchOrigin(entry.origin, besideThisFile('.cache')));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const path = besideThisFile(entry.file);
  if (update) {
    writeManifest(name, entry, bytes, sha256);
  } else if (sha256 !== entry.sha256) {
    throw new Error(
      `${entry.file} came out with SHA-256 ${sha256}, but the manifest has ${entry.sha256}; give --update if the conversion was changed on purpose.`,
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

function writeManifest(name: string, entry: WeightsEntry, bytes: Uint8Array, sha256: string): void {
  const { tensors } = parseSafetensors(new Uint8Array(bytes).buffer, entry.file);
  const parameters = [...tensors.values()].reduce((sum, tensor) => sum + tensor.data.length, 0);
  const updated = { ...entry, sha256, bytes: bytes.length, tensors: tensors.size, parameters };
  const text = `${JSON.stringify({ ...manifest, [name]: updated }, null, 2)}\n`;
  writeFileSync(besideThisFile('manifest.json'), text);
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
