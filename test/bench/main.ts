/**
 * `npm run bench`: MobileNet v1 on Warpbook beside TensorFlow.js and jax-js, all on WebGPU, in one browser, on one
 * adapter, in one run. Installs the other runtimes when they are missing.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from '../../notebook/browser/launch.ts';
import { installPackages, pinnedVersions } from './install.ts';
import { askAdapter, type BatchTimings, measureBatch } from './measure.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { adapterFileName, adapterName, type Circumstances, renderResults, resultsOf } from './report.ts';
import { type Site, serve } from './serve.ts';

const folder = dirname(fileURLToPath(import.meta.url));

function versions(): Record<string, string> {
  const ours = JSON.parse(readFileSync(join(folder, '../../package.json'), 'utf8')) as { version: string };
  const { '@jax-js/jax': jax, '@jax-js/onnx': onnx, ...others } = pinnedVersions(folder);
  return {
    warpbook: ours.version,
    'tensorflow.js': others['@tensorflow/tfjs-backend-webgpu']!,
    '@jax-js/jax': jax!,
    '@jax-js/onnx': onnx!,
  };
}

async function measure(site: Site, options: Options, load: number): Promise<[Circumstances, BatchTimings[]]> {
  const browser = await launchBrowser();
  try {
    // This also starts the browser's GPU process, which would otherwise count in the first of the first calls.
    const adapter = await askAdapter(browser, site.address);
    const [processor] = cpus();
    const circumstances: Circumstances = {
      date: new Date().toISOString(),
      adapter,
      browser: await browser.version(),
      processor: `${processor?.model.trim() || 'unknown'}, ${cpus().length} threads`,
      load,
      versions: versions(),
    };
    console.log(`${circumstances.browser}, ${adapterName(adapter)}`);
    const batches: BatchTimings[] = [];
    for (const batch of options.batches) {
      batches.push(await measureBatch(browser, site.address, batch, options));
    }
    return [circumstances, batches];
  } finally {
    await browser.close();
  }
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`Written: ${file}`);
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(usage);
    return;
  }
  const options = parseOptions(args);
  const load = loadavg()[0] ?? 0;
  if (load > 1) {
    console.warn(
      `Other programs keep this machine busy (load ${load.toFixed(1)}): do not trust the timings.`,
    );
  }
  installPackages(folder);
  console.log('Building the page ...');
  const site = await serve(folder);
  try {
    const [circumstances, batches] = await measure(site, options, load);
    const results = resultsOf(circumstances, batches);
    console.log(`\n${renderResults(results)}`);
    const text = `${JSON.stringify(results, null, 2)}\n`;
    if (options.json !== undefined) write(resolve(options.json), text);
    if (options.save) write(join(folder, 'results', `${adapterFileName(circumstances.adapter)}.json`), text);
  } finally {
    await site.close();
  }
}

try {
  await main();
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
