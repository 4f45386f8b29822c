/**
 * The page in which the runtimes run. It offers `window.bench` to the command. Where its address names a runtime and a
 * task, it loads and runs them at once, counting memory: the first call of a page that was just opened.
 */
import type { RuntimeName } from '../page-interface.ts';
import type { Task } from '../tasks.ts';
import { makeBench } from './bench.ts';
import { installCounters } from './counters.ts';

async function fetchFile(name: string): Promise<ArrayBuffer> {
  const response = await fetch(`./data/${name}`);
  if (!response.ok) throw new Error(`The file ${name} of the benchmark is not served (${response.status}).`);
  return response.arrayBuffer();
}

const query = new URLSearchParams(location.search);
const runtime = query.get('runtime') as RuntimeName | null;
const task = query.get('task');
if (runtime && task) {
  installCounters();
  window.bench = makeBench(fetchFile, { runtime, task: JSON.parse(task) as Task });
  // Its failure is reported to whoever asks for it.
  window.bench.opened?.catch(() => {});
} else {
  window.bench = makeBench(fetchFile);
}
