import type { ReactiveController, ReactiveControllerHost } from 'lit';

export interface FileDropActions {
  hover(hovering: boolean): void;
  open(file: File): void;
  refuse(sentence: string): void;
}

/** Notebooks dropped anywhere on the page. Other files are for the drop areas of cells. */
export class FileDrop implements ReactiveController {
  #depth = 0;

  constructor(
    host: ReactiveControllerHost,
    readonly actions: FileDropActions,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    addEventListener('dragenter', this.#onEnter);
    addEventListener('dragover', this.#onOver);
    addEventListener('dragleave', this.#onLeave);
    addEventListener('drop', this.#onDrop);
    addEventListener('warp-drag-end', this.#end);
  }

  hostDisconnected(): void {
    removeEventListener('dragenter', this.#onEnter);
    removeEventListener('dragover', this.#onOver);
    removeEventListener('dragleave', this.#onLeave);
    removeEventListener('drop', this.#onDrop);
    removeEventListener('warp-drag-end', this.#end);
  }

  readonly #end = (): void => {
    this.#depth = 0;
    this.actions.hover(false);
  };

  readonly #onEnter = (event: DragEvent): void => {
    if (!hasFiles(event)) return;
    this.#depth++;
    // Photos have a type; notebooks mostly have none that the system knows.
    const photos = [...(event.dataTransfer?.items ?? [])].some((item) => item.type.startsWith('image/'));
    this.actions.hover(!photos);
  };

  readonly #onOver = (event: DragEvent): void => {
    if (hasFiles(event)) event.preventDefault();
  };

  readonly #onLeave = (event: DragEvent): void => {
    if (!hasFiles(event)) return;
    this.#depth = Math.max(0, this.#depth - 1);
    if (this.#depth === 0) this.#end();
  };

  readonly #onDrop = (event: DragEvent): void => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    this.#end();
    const file = [...(event.dataTransfer?.files ?? [])].find(({ name }) =>
      name.toLowerCase().endsWith('.ipynb'),
    );
    if (file) this.actions.open(file);
    else this.actions.refuse('Drop a notebook (.ipynb) here; photos belong in the drop area of a cell.');
  };
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}
