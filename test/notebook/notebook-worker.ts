/** A session on a pretended engine, for tests. */

import type { CellLanguage } from '../../notebook/document/cell-language.ts';
import type { MimeBundle } from '../../notebook/document/nbformat.ts';
import type { EngineHost } from '../../notebook/worker/engine-host.ts';
import type { CellEvent, ExecuteReply, InputValue } from '../../notebook/worker/protocol.ts';
import { WorkerSession } from '../../notebook/worker/session.ts';

export interface RunResult {
  events: CellEvent[];
  reply: ExecuteReply;
  /** Everything printed, both streams. */
  text: string;
  error: Extract<CellEvent, { type: 'error' }> | undefined;
  /** The bundle of the cell's value. */
  result: MimeBundle | undefined;
}

export class TestSession {
  /** Called by the pretended backend's `compute`, as the engine does. */
  checkpoint: () => void = () => {};
  disposed = 0;
  readonly session: WorkerSession;
  #cells = 0;

  /** Ends the device of the engine that was opened last. */
  loseDevice: (message: string) => void = () => {};

  constructor(modules: EngineHost['modules'] = {}, kernels?: EngineHost['kernels']) {
    this.session = new WorkerSession({
      ...(kernels ? { kernels } : {}),
      open: async (kind, checkpoint) => {
        this.checkpoint = checkpoint;
        const backend = {
          kind,
          compute: async (milliseconds: number) => {
            await new Promise((resolve) => setTimeout(resolve, milliseconds));
            checkpoint();
            return milliseconds;
          },
          dispose: () => {
            this.disposed++;
          },
        };
        const lost = new Promise<string>((resolve) => {
          this.loseDevice = resolve;
        });
        return { backend, lost, status: { backend: kind, description: 'pretended', details: {} } };
      },
      decodePhoto: async (_, name) => ({ name, width: 1, height: 1, pixels: new Uint8ClampedArray(4) }),
      modules,
    });
  }

  /** Runs one cell; cells are numbered in the order of the calls. */
  async run(
    source: string,
    inputs: Record<string, InputValue> = {},
    language: CellLanguage = 'typescript',
  ): Promise<RunResult> {
    const events: CellEvent[] = [];
    this.#cells++;
    const request = { cellId: `cell-${this.#cells}`, source, language, cellNumber: this.#cells, inputs };
    const reply = await this.session.execute(request, (event) => {
      // As the message port does.
      events.push(structuredClone(event));
    });
    return {
      events,
      reply,
      text: events.map((event) => (event.type === 'stream' ? event.text : '')).join(''),
      error: events.find((event) => event.type === 'error'),
      result: events.find((event) => event.type === 'result')?.data,
    };
  }
}
