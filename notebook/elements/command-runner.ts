/** What each command does. */
import { CellModel } from '../state/cell-model.ts';
import type { Library } from '../state/library.ts';
import type { NotebookModel } from '../state/notebook-model.ts';
import type { Runner } from '../state/runner.ts';
import type { CommandId } from './commands.ts';

/** What commands need of the page. */
export interface CommandHost {
  readonly notebook: NotebookModel;
  readonly runner: Runner;
  readonly library: Library;
  /** Puts the focus on the selected cell: keys are commands. */
  focusCell(): void;
  /** Puts the cursor into the selected cell: keys are typed. */
  focusEditor(place?: 'start' | 'end'): void;
  showHelp(): void;
  /** Lets the person choose a kernel to edit. */
  showKernels(): void;
  showOpen(): void;
  save(): void;
  /** Tells the person something that lasts a few seconds. */
  notify(sentence: string): void;
}

export function carryOut(id: CommandId, host: CommandHost): void {
  const { notebook, runner, library } = host;
  switch (id) {
    case 'run':
      runSelected(host);
      host.focusCell();
      break;
    case 'run-next':
      runSelected(host);
      if (notebook.selectedIndex === notebook.cells.length - 1) {
        notebook.insert(notebook.cells.length, CellModel.empty('code'));
        host.focusEditor();
      } else {
        notebook.select(notebook.selectedIndex + 1);
        host.focusCell();
      }
      break;
    case 'run-insert':
      runSelected(host);
      notebook.insert(notebook.selectedIndex + 1, CellModel.empty('code'));
      host.focusEditor();
      break;
    case 'run-all':
      void runAll(host);
      break;
    case 'restart-run-all':
      void runner
        .restart()
        .then(() => runAll(host))
        .catch(() => {});
      break;
    case 'stop':
      runner.stop();
      break;
    case 'restart':
      runner.restart().then(
        () => host.notify('Restarted: variables of earlier runs are gone, the notebook is as it was.'),
        () => {},
      );
      break;
    case 'edit': {
      const cell = notebook.selected;
      if (cell?.type === 'markdown' && !cell.editing) {
        cell.editing = true;
        cell.changed();
        cell.flush();
      }
      host.focusEditor();
      break;
    }
    case 'leave':
      host.focusCell();
      break;
    case 'up':
      notebook.select(notebook.selectedIndex - 1);
      host.focusCell();
      break;
    case 'down':
      notebook.select(notebook.selectedIndex + 1);
      host.focusCell();
      break;
    case 'insert-above':
      notebook.insert(notebook.selectedIndex, CellModel.empty('code'));
      host.focusCell();
      break;
    case 'insert-below':
      notebook.insert(notebook.selectedIndex + 1, CellModel.empty('code'));
      host.focusCell();
      break;
    case 'delete':
      notebook.deleteSelected();
      host.notify('Cell deleted. Z brings it back.');
      host.focusCell();
      break;
    case 'undo':
      if (!notebook.undoDelete()) host.notify('There is no deleted cell to bring back.');
      host.focusCell();
      break;
    case 'cut':
      notebook.cutSelected();
      host.focusCell();
      break;
    case 'copy':
      notebook.copySelected();
      host.notify('Cell copied. V pastes it.');
      break;
    case 'paste':
    case 'paste-above':
      if (!notebook.paste(id === 'paste' ? 'below' : 'above')) host.notify('No cell was cut or copied yet.');
      host.focusCell();
      break;
    case 'move-up':
    case 'move-down':
      if (notebook.moveSelected(id === 'move-up' ? -1 : 1)) host.focusCell();
      break;
    case 'to-code':
      notebook.setSelectedKind('code');
      host.focusCell();
      break;
    case 'to-wgsl':
      notebook.setSelectedKind('wgsl');
      host.focusCell();
      break;
    case 'to-markdown':
      notebook.setSelectedKind('markdown');
      host.focusCell();
      break;
    case 'to-raw':
      notebook.setSelectedKind('raw');
      host.focusCell();
      break;
    case 'edit-kernel':
      host.showKernels();
      break;
    case 'help':
      host.showHelp();
      break;
    case 'open':
      host.showOpen();
      break;
    case 'save':
      host.save();
      break;
    case 'revert':
      library.revert().then(
        () => host.notify('The notebook is as it was shipped.'),
        (error: unknown) => host.notify(error instanceof Error ? error.message : String(error)),
      );
      break;
  }
}

/** Code runs; Markdown is rendered. */
function runSelected({ notebook, runner, library }: CommandHost): void {
  const cell = notebook.selected;
  if (!cell) return;
  if (cell.type === 'code') {
    library.trust();
    void runner.run([cell]);
  } else if (cell.editing) {
    cell.editing = false;
    cell.changed();
    cell.flush();
  }
}

/** Runs every code cell, top to bottom. Resolves to whether all ran without error. */
export function runAll({ notebook, runner, library }: CommandHost): Promise<boolean> {
  library.trust();
  for (const cell of notebook.cells) {
    if (!cell.editing) continue;
    cell.editing = false;
    cell.changed();
  }
  return runner.run(notebook.codeCells);
}
