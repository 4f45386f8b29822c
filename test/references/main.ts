/**
 * `npm run references`: makes the reference outputs of independent runtimes again.
 *
 *     npm run references                       TensorFlow Lite's outputs of MobileNet v1
 *     npm run references -- training           TensorFlow.js's loss curves
 *     npm run references -- [NAME] --check     make and compare with the stored files
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installPackages } from '../bench/install.ts';
import { makeMobilenetReferences } from './mobilenet_v1.ts';
import { makeTrainingReferences } from './training.ts';

const references: Readonly<Record<string, (check: boolean) => Promise<void>>> = {
  mobilenet_v1: makeMobilenetReferences,
  training: makeTrainingReferences,
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { check: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const name = positionals[0] ?? 'mobilenet_v1';
  const make = references[name];
  if (!make || positionals.length > 1) {
    throw new Error(`There are no references '${positionals.join(' ')}'; there are: ${Object.keys(references).join(', ')}.`);
  }
  installPackages(fileURLToPath(new URL('.', import.meta.url)));
  await make(values.check);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
