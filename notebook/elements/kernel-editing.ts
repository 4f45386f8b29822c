import { composeKernelCell, retarget } from '../document/kernel-directives.ts';
import type { EditKernelEvent } from '../renderers/events.ts';
import { CellModel } from '../state/cell-model.ts';
import type { KernelBench } from '../state/kernel-bench.ts';
import type { NotebookModel } from '../state/notebook-model.ts';
import type { KernelName } from '../worker/kernels/protocol.ts';
import type { WarpKernelDialog } from './kernel-dialog.ts';
import type { ChooseKernelEvent } from './wgsl-cell.ts';

export interface KernelEditingHost {
  readonly notebook: NotebookModel;
  readonly bench: KernelBench;
  readonly kernelDialog: WarpKernelDialog;
  focusEditor(place?: 'start' | 'end'): void;
  notify(sentence: string): void;
}

/** The ways to a WGSL cell: the command, and the buttons of kernel tables and of WGSL cells. */
export class KernelEditing {
  readonly #host: KernelEditingHost;

  constructor(host: KernelEditingHost) {
    this.#host = host;
  }

  /** Lets the person choose a kernel, and puts it into a cell below the selected one. */
  async ask(): Promise<void> {
    const { notebook, bench, kernelDialog } = this.#host;
    const chosen = await kernelDialog.choose(await bench.list());
    if (chosen) await this.#insert(chosen, notebook.selectedIndex + 1);
  }

  /** A button beside a kernel was pressed, in the output of a cell. */
  readonly onEdit = async (event: EditKernelEvent): Promise<void> => {
    const { notebook, bench, kernelDialog } = this.#host;
    const sender = event
      .composedPath()
      .find((node) => node instanceof HTMLElement && node.id.startsWith('cell-'));
    const index = notebook.cells.findIndex((cell) => `cell-${cell.id}` === (sender as HTMLElement).id);
    const { program, kernel } = event;
    if (program !== undefined) return this.#insert({ program, kernel }, index + 1);
    // The drawing knows the label alone: the variable is asked for where several have it.
    const holders = (await bench.list()).filter(({ kernels }) =>
      kernels.some(({ label }) => label === kernel),
    );
    const [only, ...others] = holders;
    const chosen =
      only && others.length === 0
        ? { program: only.program, kernel }
        : await kernelDialog.choose(holders, kernel);
    if (chosen) await this.#insert(chosen, index + 1);
  };

  /** A WGSL cell that is for no kernel yet asks for one. */
  readonly onChoose = async ({ cellId }: ChooseKernelEvent): Promise<void> => {
    const { notebook, bench, kernelDialog } = this.#host;
    const chosen = await kernelDialog.choose(await bench.list());
    const cell = notebook.cell(cellId);
    if (!chosen || !cell) return;
    const { program, kernel } = chosen;
    if (cell.source.trim() === '') {
      const wgsl = await bench.original(chosen);
      if (wgsl === undefined) return;
      cell.source = composeKernelCell(program, kernel, wgsl);
    } else {
      cell.source = retarget(cell.source, program, kernel);
    }
    cell.changed();
    cell.flush();
    notebook.select(notebook.cells.indexOf(cell));
    this.#host.focusEditor('start');
  };

  async #insert({ program, kernel }: KernelName, index: number): Promise<void> {
    const { notebook, bench } = this.#host;
    const wgsl = await bench.original({ program, kernel });
    if (wgsl === undefined) return;
    notebook.insert(index, CellModel.wgsl(composeKernelCell(program, kernel, wgsl)));
    this.#host.focusEditor('start');
    this.#host.notify(`${kernel} of ${program}: edit it, then run the cell to have it checked and timed.`);
  }
}
