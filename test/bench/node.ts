/** The runtimes in Node, on Dawn, in processes of their own. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { dawnEnvironment, installDawn } from '../dawn/driver.ts';
import { type Host, slowCallMs, type Turns, withPatience } from './host.ts';
import { pinnedVersions } from './install.ts';
import type { NodeCall, NodeReply } from './node-interface.ts';
import {
  type AdapterDescription,
  decodeOutput,
  type PageMemory,
  type TimedAnswer,
} from './page-interface.ts';
import { MemorySampler } from './processes.ts';

const dawnFolder = fileURLToPath(new URL('../dawn', import.meta.url));

/** A child that answers one request after the other. */
class Child {
  readonly process: ChildProcess;
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #next = 0;
  #ended: string | undefined;

  constructor(data: string) {
    const script = fileURLToPath(new URL('page/node.ts', import.meta.url));
    this.process = fork(script, [data], { execArgv: ['--import', 'tsx'], env: dawnEnvironment() });
    this.process.on('message', (reply: NodeReply) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if ('error' in reply) waiting?.reject(new Error(reply.error));
      else waiting?.resolve(reply.result);
    });
    this.process.on('exit', (code, signal) => {
      this.#ended = `The Node process ended (${signal ?? `exit code ${code}`}).`;
      for (const { reject } of this.#waiting.values()) reject(new Error(this.#ended));
    });
  }

  ask<Result>(call: NodeCall): Promise<Result> {
    if (this.#ended !== undefined) return Promise.reject(new Error(this.#ended));
    const id = this.#next++;
    const reply = new Promise<Result>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
    });
    this.process.send({ ...call, id });
    const calls = call.method === 'losses' ? call.task.outputs[0]!.rows : 1;
    return withPatience('runtime' in call ? call.runtime : 'Node', reply, calls);
  }

  async close(): Promise<void> {
    if (this.#ended !== undefined) return;
    const exit = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGKILL');
    await exit;
  }
}

async function withChild<Result>(data: string, work: (child: Child) => Promise<Result>): Promise<Result> {
  const child = new Child(data);
  try {
    return await work(child);
  } finally {
    await child.close();
  }
}

function openTurns(data: string): Turns {
  const child = new Child(data);
  return {
    async first(runtime, task) {
      await child.ask({ method: 'load', runtime, task });
      await child.ask({ method: 'first', runtime });
    },
    call: (runtime) => child.ask({ method: 'call', runtime }),
    close: () => child.close(),
  };
}

/**
 * Installs Dawn where it is missing.
 *
 * @param data folder of the data
 * @throws Error where Dawn finds no adapter.
 */
export async function openNodeHost(data: string): Promise<Host> {
  installDawn();
  const adapter = await withChild(data, (child) =>
    child.ask<AdapterDescription | null>({ method: 'adapter' }),
  );
  if (!adapter) throw new Error('Dawn found no adapter; name a Vulkan driver in VK_ICD_FILENAMES.');
  return {
    name: 'node',
    version: `Node ${process.versions.node}, Dawn (webgpu ${pinnedVersions(dawnFolder).webgpu})`,
    adapter,
    alone: (runtime, task) =>
      withChild(data, async (child) => {
        // Its answer says that Node and Dawn are up: what comes on top is the runtime's.
        await child.ask({ method: 'memory' });
        const sampler = new MemorySampler(child.process.pid!);
        try {
          await child.ask({ method: 'load', runtime, task });
          const timed = await child.ask<TimedAnswer>({ method: 'first', runtime });
          let ms = timed.milliseconds;
          for (let call = 0; call < 3 && ms < slowCallMs; call++) {
            ms = await child.ask<number>({ method: 'call', runtime });
          }
          const page = await child.ask<PageMemory>({ method: 'memory' });
          const processes = sampler.stop();
          const losses = async () => [await child.ask<string>({ method: 'losses', runtime, task })];
          return {
            answer: (task.training ? await losses() : timed.outputs).map(decodeOutput),
            firstCallMs: timed.milliseconds,
            pageOpenMs: null,
            servedBytes: 0,
            page,
            heapBytes: null,
            processes,
          };
        } finally {
          sampler.stop();
        }
      }),
    turns: async () => openTurns(data),
    close: async () => {},
  };
}
