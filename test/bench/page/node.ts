/**
 * What `main.ts` is in a page, in a Node process of its own, on Dawn: it serves the command's requests. Usage, forked:
 * `node.ts FOLDER`, the folder of the data.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installWebGpu } from '../../dawn/open.ts';
import type { NodeReply, NodeRequest } from '../node-interface.ts';
import { makeBench } from './bench.ts';
import { installCounters } from './counters.ts';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('Name the folder of the data.');

installWebGpu();
installCounters();

const bench = makeBench(async (name) => {
  const bytes = await readFile(join(folder, name));
  return new Uint8Array(bytes).buffer;
});

async function handle(request: NodeRequest): Promise<unknown> {
  switch (request.method) {
    case 'adapter':
      return bench.adapter();
    case 'load':
      return bench.load(request.runtime, request.task);
    case 'first':
      return bench.first(request.runtime);
    case 'call':
      return bench.call(request.runtime);
    case 'losses':
      return bench.losses(request.runtime, request.task);
    case 'memory':
      return bench.memory();
  }
}

process.on('message', (request: NodeRequest) => {
  handle(request).then(
    (result) => process.send!({ id: request.id, result: result ?? null } satisfies NodeReply),
    (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      process.send!({ id: request.id, error: message } satisfies NodeReply);
    },
  );
});
// Dawn's threads keep a process from ending by itself.
process.on('disconnect', () => process.exit(0));
