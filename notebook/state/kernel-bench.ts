/** What WGSL cells and their buttons do with the kernels of the session's programs. */
import { glanceDirectives, withBody } from '../document/kernel-directives.ts';
import type { KernelName, ProgramKernels } from '../worker/kernels/protocol.ts';
import type { CellModel } from './cell-model.ts';
import type { Connection } from './connection.ts';
import { kernelReport } from './kernel-results.ts';
import { Observable } from './observable.ts';
import type { Runner } from './runner.ts';

/** Whether the kernel of a cell runs in its program: no edited one does, this very text does, or another text. */
export type SwapState = 'original' | 'this' | 'other';

export class KernelBench extends Observable {
  /** Tells the person why something could not be done. */
  onProblem: (sentence: string) => void = () => {};
  /** Tells the person what was done. */
  onDone: (sentence: string) => void = () => {};

  #swapped: readonly KernelName[] = [];
  /** Texts that were swapped in, by program and kernel. */
  readonly #sources = new Map<string, string>();

  constructor(
    readonly connection: Connection,
    readonly runner: Runner,
  ) {
    super();
    connection.subscribe(() => {
      // The programs are gone, and with them what was swapped into them.
      if (connection.state !== 'ready' && this.#swapped.length > 0) this.#take([]);
    });
    runner.onReply = (cell, { source }, { swapped }) => {
      const name = namedIn(source);
      if (name && kernelReport(cell.outputs)?.subject?.swapped) this.#sources.set(keyOf(name), source);
      this.#take(swapped);
    };
  }

  /** The programs at hand. */
  async list(): Promise<ProgramKernels[]> {
    return (await this.#attempt(() => this.connection.kernels())) ?? [];
  }

  swapState(cell: CellModel): SwapState {
    const name = namedIn(cell.source);
    if (!name || !this.#swapped.some((other) => keyOf(other) === keyOf(name))) return 'original';
    return this.#sources.get(keyOf(name)) === cell.source ? 'this' : 'other';
  }

  async swap(cell: CellModel): Promise<void> {
    const { source } = cell;
    const name = namedIn(source);
    const swapped = await this.#attempt(() => this.connection.swapKernel(source));
    if (!swapped || !name) return;
    this.#sources.set(keyOf(name), source);
    this.#take(swapped);
    this.onDone(
      `${name.kernel} runs in ${name.program} as this cell has it: run the cells that use ${name.program}.`,
    );
  }

  async restore(cell: CellModel): Promise<void> {
    const name = namedIn(cell.source);
    if (!name) return;
    const swapped = await this.#attempt(() => this.connection.restoreKernel(name));
    if (!swapped) return;
    this.#sources.delete(keyOf(name));
    this.#take(swapped);
    this.onDone(`${name.kernel} runs in ${name.program} as it was compiled.`);
  }

  /** What the cell's text would be if nothing had been edited; undefined where its program is not at hand. */
  async originalText(cell: CellModel): Promise<string | undefined> {
    const name = namedIn(cell.source);
    if (!name) {
      this.onProblem('This cell names no kernel of a program: choose one first.');
      return undefined;
    }
    const wgsl = await this.original(name);
    return wgsl === undefined ? undefined : withBody(cell.source, wgsl);
  }

  original(name: KernelName): Promise<string | undefined> {
    return this.#attempt(() => this.connection.originalKernel(name));
  }

  #take(swapped: readonly KernelName[]): void {
    this.#swapped = swapped;
    this.changed();
    this.flush();
  }

  async #attempt<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      this.onProblem(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }
}

/** The kernel that a source is for, if it names one. */
export function namedIn(source: string): KernelName | undefined {
  const { program, kernel } = glanceDirectives(source);
  return program !== undefined && kernel !== undefined ? { program, kernel } : undefined;
}

function keyOf({ program, kernel }: KernelName): string {
  return `${program}\n${kernel}`;
}
