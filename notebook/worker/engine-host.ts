import type { ProgramLab } from './kernels/lab.ts';
import type { KnownModules } from './modules.ts';
import type { EngineStatus } from './protocol.ts';

/** An engine that was opened for a session. */
export interface OpenEngine {
  /** What cells know as `backend`. */
  backend: { dispose(): void };
  status: EngineStatus;
  /** Resolves with full sentences when the device is gone, also when it was closed. */
  lost?: Promise<string>;
}

/** All that the session asks of the engine; tests give it another. */
export interface EngineHost {
  /** @param checkpoint Called by the engine wherever it can stop; throws to stop. */
  open(kind: EngineStatus['backend'], checkpoint: () => void): Promise<OpenEngine>;
  decodePhoto(file: Blob, name: string): Promise<unknown>;
  /** Modules that cells import by name. */
  modules: KnownModules;
  /** The kernels of compiled programs; an engine that has none leaves it out. */
  kernels?: ProgramLab;
}
