/**
 * `npm run tune`: measures every kernel variant of the models on the adapter at hand (in Node, on Dawn) and prints where
 * the kernels' defaults are not the best.
 *
 *     npm run tune -- --model mobilenet_v1 --batch 8 --seconds 300
 *     npm run tune -- --store tuning.json       remembers, and measures only what is new
 *     npm run tune -- --trials                  every variant, not only the best
 */
import { parseArgs } from 'node:util';
import { aggregationHead, type Graph, mobilenetV1, openWebGpu, tune } from '../../engine/index.ts';
import { fileTuning } from '../../engine/tune/file-store.ts';
import { dawnEnvironment, installDawn } from './driver.ts';

const models: Readonly<Record<string, (batch: number) => Graph>> = {
  mobilenet_v1: (batch) => mobilenetV1({ batch }),
  // The head of the second paper on collections of ten photos.
  aggregation: (batch) =>
    aggregationHead({
      kind: 'two-attention-gated',
      capacity: 10 * batch,
      sets: batch,
      features: 1024,
      hidden: 2048,
      categories: 43,
    }),
};

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'mobilenet_v1' },
    batch: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '120' },
    store: { type: 'string' },
    trials: { type: 'boolean', default: false },
  },
});
const model = models[values.model];
if (!model)
  throw new Error(`There is no model '${values.model}'; choose from ${Object.keys(models).join(', ')}.`);

installDawn();
Object.assign(process.env, dawnEnvironment());
const { create, globals } = await import('webgpu');
Object.assign(globalThis, globals);
/** Dawn crashes when this is collected while a device of it lives. */
const gpu = create([]);
const backend = await openWebGpu({ gpu, tuning: values.store ? fileTuning(values.store) : 'off' });
const abort = new AbortController();
process.once('SIGINT', () => abort.abort());
console.log(`${backend.description}; ${values.model}, batch ${values.batch}, at most ${values.seconds} s`);
const result = await tune(backend, model(Number(values.batch)), {
  budgetMs: 1000 * Number(values.seconds),
  signal: abort.signal,
  onProgress: ({ done, total, label, variant, elapsedMs }) => {
    const seconds = (elapsedMs / 1000).toFixed(0);
    if (process.stderr.isTTY)
      process.stderr.write(`\r\x1b[K${seconds} s, ${done}/${total}: ${label} ${variant}`);
  },
});
if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
console.table(result.table);
for (const { label, trials } of values.trials ? result.rows : []) {
  console.log(label);
  console.table(trials);
}
console.log(String(result).split('\n').at(-1));
for (const problem of backend.tuning?.problems ?? []) console.log(problem);
backend.dispose();
// Dawn's threads would keep the process.
process.exit(gpu ? 0 : 1);
