import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { type CommandId, KeyReader } from './commands.ts';

export interface KeyboardActions {
  mode(): 'command' | 'edit';
  /** Whether an arrow would leave the text that is edited. */
  atEdge(direction: 'up' | 'down'): boolean;
  command(id: CommandId): void;
  /** The cursor leaves the text for the neighbouring cell. */
  leave(direction: 'up' | 'down'): void;
}

/** Controls keep their own keys: only what no control uses is a command there. */
const anywhere = new Set<CommandId>(['save', 'run-next', 'run', 'run-insert']);

/** Keys of the whole page, read before any editor sees them. */
export class Keyboard implements ReactiveController {
  readonly #reader = new KeyReader();

  constructor(
    host: ReactiveControllerHost,
    readonly actions: KeyboardActions,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    addEventListener('keydown', this.#onKey, { capture: true });
  }

  hostDisconnected(): void {
    removeEventListener('keydown', this.#onKey, { capture: true });
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.isComposing || event.defaultPrevented) return;
    const path = event.composedPath();
    if (path.some((node) => node instanceof HTMLDialogElement)) return;
    const mode = this.actions.mode();
    const id = this.#reader.read(event, mode);
    if (!id) {
      if (mode === 'edit') this.#leaveAtEdge(event);
      return;
    }
    if (mode === 'command' && isControl(path[0]) && !anywhere.has(id)) return;
    event.preventDefault();
    event.stopPropagation();
    this.actions.command(id);
  };

  #leaveAtEdge(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const direction = event.key === 'ArrowUp' ? 'up' : event.key === 'ArrowDown' ? 'down' : undefined;
    if (!direction || !this.actions.atEdge(direction)) return;
    event.preventDefault();
    event.stopPropagation();
    this.actions.leave(direction);
  }
}

function isControl(target: EventTarget | undefined): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches(
      'input, textarea, select, button, a[href], summary, [contenteditable], [role="application"]',
    )
  );
}
