/** What drawings of outputs ask of the notebook. */
import type { CellPlace } from './error.ts';

/** Asks the notebook to show a line of a cell; cell number 0 is the cell that sent it. */
export class GoToEvent extends Event {
  constructor(readonly place: CellPlace) {
    super('warp-go-to', { bubbles: true, composed: true });
  }
}

/** Asks the notebook for a WGSL cell with a kernel, below the cell that sent it. */
export class EditKernelEvent extends Event {
  /**
   * @param program the variable that holds the program; undefined where the drawing does not know it
   * @param kernel the label of a dispatch
   */
  constructor(
    readonly program: string | undefined,
    readonly kernel: string,
  ) {
    super('warp-edit-kernel', { bubbles: true, composed: true });
  }
}

declare global {
  interface HTMLElementEventMap {
    'warp-go-to': GoToEvent;
    'warp-edit-kernel': EditKernelEvent;
  }
}
