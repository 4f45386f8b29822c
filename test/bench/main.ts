/**
 * `npm run bench`: MobileNet v1 and the recommender's head on Warpbook beside TensorFlow.js, ONNX Runtime Web and jax-js,
 * all on WebGPU, on one adapter, in one run. `npm run bench -- train` measures steps of their training. Installs the other
 * runtimes when they are missing.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBrowserHost } from './browser.ts';
import { drawResults } from './chart.ts';
import type { Host } from './host.ts';
import { installPackages, pinnedVersions } from './install.ts';
import { measureTask } from './measure.ts';
import { openNodeHost } from './node.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { renderResults } from './report.ts';
import {
  adapterName,
  type Circumstances,
  type Machine,
  mergeResults,
  type Results,
  resultsFileName,
  type TaskResult,
  taskResult,
} from './results.ts';
import { serve } from './serve.ts';
import { type Task, tasksOf } from './tasks.ts';

const folder = dirname(fileURLToPath(import.meta.url));
const dataFolder = join(folder, 'node_modules/.data');

/** What changes the adapter or its compiler, and so belongs to the command. */
const environmentNames = ['WARPBOOK_BROWSER', 'WARPBOOK_ADAPTER', 'VK_ICD_FILENAMES', 'GALLIVM_PERF'];

function command(args: readonly string[]): string {
  const environment = environmentNames
    .filter((name) => process.env[name])
    .map((name) => `${name}=${process.env[name]}`);
  return [...environment, 'npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' ');
}

function commit(): string {
  const git = (...options: string[]) => spawnSync('git', options, { cwd: folder, encoding: 'utf8' });
  const { status, stdout } = git('rev-parse', '--short', 'HEAD');
  if (status !== 0) return '';
  const changed = git('status', '--porcelain', '--', '../../engine', '../../kernels').stdout.trim() !== '';
  return ` (${stdout.trim()}${changed ? ', changed' : ''})`;
}

function versions(): Record<string, string> {
  const ours = JSON.parse(readFileSync(join(folder, '../../package.json'), 'utf8')) as { version: string };
  const pinned = pinnedVersions(folder);
  return {
    warpbook: `${ours.version}${commit()}`,
    'tensorflow.js': pinned['@tensorflow/tfjs-backend-webgpu']!,
    'onnxruntime-web': pinned['onnxruntime-web']!,
    '@jax-js/jax': pinned['@jax-js/jax']!,
    '@jax-js/onnx': pinned['@jax-js/onnx']!,
  };
}

/** @throws Error where it fails. */
function writeData(tasks: readonly Task[]): void {
  const script = join(folder, 'models/data.ts');
  const arguments_ = ['--import', 'tsx', script, dataFolder, ...tasks.map((task) => JSON.stringify(task))];
  const { status } = spawnSync(process.execPath, arguments_, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`The models could not be written to ${dataFolder}: see above.`);
}

async function openHost({ host }: Options): Promise<Host> {
  if (host === 'node') return openNodeHost(dataFolder);
  const site = await serve(folder, dataFolder);
  try {
    return await openBrowserHost(host, site);
  } catch (error) {
    await site.close();
    throw error;
  }
}

function readResults(file: string): Results | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Results;
  } catch {
    return undefined;
  }
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Writes what was measured so far, so that a run that is cut loses nothing. @returns the files */
function keep(options: Options, machine: Machine, tasks: readonly TaskResult[]): string[] {
  const files: string[] = [];
  const json = (results: Results) => `${JSON.stringify(results, null, 2)}\n`;
  if (options.json !== undefined) {
    // npm runs scripts in the repository's folder, whatever folder the command was typed in.
    const file = resolve(process.env.INIT_CWD ?? '.', options.json);
    write(file, json(mergeResults(undefined, machine, tasks)));
    files.push(file);
  }
  if (options.save) {
    const stem = join(folder, 'results', resultsFileName(machine));
    const results = mergeResults(readResults(`${stem}.json`), machine, tasks);
    write(`${stem}.json`, json(results));
    write(`${stem}.svg`, drawResults(results));
    files.push(`${stem}.json`, `${stem}.svg`);
  }
  return files;
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    console.log(usage);
    return;
  }
  const options = parseOptions(args, process.env);
  const load = loadavg()[0] ?? 0;
  if (load > 1) {
    console.warn(
      `Other programs keep this machine busy (load ${load.toFixed(1)}): do not trust the timings.`,
    );
  }
  installPackages(folder);
  const tasks = tasksOf(options);
  console.log('Writing models, building the page ...');
  writeData(tasks);
  const host = await openHost(options);
  try {
    const [processor] = cpus();
    const machine: Machine = {
      host: host.name,
      adapter: host.adapter,
      browser: host.version,
      processor: `${processor?.model.trim() || 'unknown'}, ${cpus().length} threads`,
    };
    console.log(`${machine.browser}, ${adapterName(machine.adapter)}`);
    const start = performance.now();
    const results: TaskResult[] = [];
    let files: string[] = [];
    for (const task of tasks) {
      const date = new Date().toISOString();
      const measured: Circumstances = { date, command: command(args), versions: versions(), load };
      results.push(taskResult(await measureTask(host, task, options), measured));
      files = keep(options, machine, results);
      console.log(`  ${((performance.now() - start) / 60_000).toFixed(1)} minutes so far`);
    }
    console.log(`\n${renderResults(mergeResults(undefined, machine, results))}`);
    for (const file of files) console.log(`Written: ${file}`);
  } finally {
    await host.close();
  }
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  // Puppeteer closes its browsers at these signals; without an end the benchmark would go on with new ones.
  process.once(signal, () => setTimeout(() => process.exit(code), 2000));
}
try {
  await main();
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
