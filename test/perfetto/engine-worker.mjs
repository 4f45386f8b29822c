/**
 * Perfetto's trace processor (C++ compiled to WebAssembly) in a worker thread of Node. It was built for workers of a
 * browser, so it is given the few globals that it expects. Plain JavaScript, since worker threads run no TypeScript.
 */
import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';

/** @type {{ glue: string, wasm: string, port: import('node:worker_threads').MessagePort }} */
const { glue, wasm, port } = workerData;

/**
 * @param {string} text
 * @param {string} original
 * @param {string} replacement
 */
function replaceOnce(text, original, replacement) {
  if (text.split(original).length !== 2) {
    throw new Error(`The trace processor does not contain "${original}" once; was its version changed?`);
  }
  return text.replace(original, () => replacement);
}

const scope = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (globalThis));
scope.self = globalThis;
scope.WorkerGlobalScope = class WorkerGlobalScope {};
scope.location = { href: 'file:///' };
scope.traceProcessorWasm = readFileSync(wasm);
scope.traceProcessorReady = () => {
  // Requests queue in the port until it gets its listener here.
  /** @type {(message: { data: unknown }) => void} */ (scope.onmessage)({ data: port });
  parentPort?.postMessage('ready');
};
let source = readFileSync(glue, 'utf8');
source = replaceOnce(
  source,
  'locateFile: (s) => s,',
  'locateFile: (s) => s, wasmBinary: globalThis.traceProcessorWasm,',
);
// The WebAssembly at hand is the one of 32-bit addresses.
source = replaceOnce(source, 'this.useMemory64 = hasMemory64Support();', 'this.useMemory64 = false;');
source = replaceOnce(
  source,
  'onRuntimeInitialized: () => deferredRuntimeInitialized.resolve(),',
  'onRuntimeInitialized: () => { deferredRuntimeInitialized.resolve(); setTimeout(globalThis.traceProcessorReady, 0); },',
);
runInThisContext(source, { filename: glue });
