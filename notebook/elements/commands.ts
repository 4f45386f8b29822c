/** Every command of the notebook with its keys: keyboard, toolbar and help sheet read this one list. */

export interface Command {
  label: string;
  /**
   * Keys as `KeyboardEvent.key`, with `Shift+`, `Alt+` and `Mod+` (Ctrl, or Command on a Mac) before; two keys with a
   * blank between are pressed one after the other.
   */
  keys: readonly string[];
  /** Where the keys count: while a cell is selected, while its text is edited, or in both. */
  mode: 'command' | 'edit' | 'both';
}

export const commands = {
  'run-next': { label: 'Run the cell, select the next', keys: ['Shift+Enter'], mode: 'both' },
  run: { label: 'Run the cell', keys: ['Mod+Enter'], mode: 'both' },
  'run-insert': { label: 'Run the cell, add one below', keys: ['Alt+Enter'], mode: 'both' },
  save: { label: 'Save to a file', keys: ['Mod+s'], mode: 'both' },
  leave: { label: 'Leave the text (command mode)', keys: ['Escape'], mode: 'edit' },
  edit: { label: 'Edit the cell', keys: ['Enter'], mode: 'command' },
  up: { label: 'Select the cell above', keys: ['ArrowUp', 'k'], mode: 'command' },
  down: { label: 'Select the cell below', keys: ['ArrowDown', 'j'], mode: 'command' },
  'insert-above': { label: 'Add a cell above', keys: ['a'], mode: 'command' },
  'insert-below': { label: 'Add a cell below', keys: ['b'], mode: 'command' },
  delete: { label: 'Delete the cell', keys: ['d d'], mode: 'command' },
  undo: { label: 'Bring back the deleted cell', keys: ['z'], mode: 'command' },
  cut: { label: 'Cut the cell', keys: ['x'], mode: 'command' },
  copy: { label: 'Copy the cell', keys: ['c'], mode: 'command' },
  paste: { label: 'Paste below', keys: ['v'], mode: 'command' },
  'paste-above': { label: 'Paste above', keys: ['Shift+v'], mode: 'command' },
  'move-up': { label: 'Move the cell up', keys: ['Mod+Shift+ArrowUp'], mode: 'both' },
  'move-down': { label: 'Move the cell down', keys: ['Mod+Shift+ArrowDown'], mode: 'both' },
  'to-code': { label: 'Make it code', keys: ['y'], mode: 'command' },
  'to-wgsl': { label: 'Make it WGSL', keys: ['w'], mode: 'command' },
  'to-markdown': { label: 'Make it Markdown', keys: ['m'], mode: 'command' },
  'to-raw': { label: 'Make it raw text', keys: ['r'], mode: 'command' },
  'edit-kernel': { label: 'Edit a kernel…', keys: ['e'], mode: 'command' },
  stop: { label: 'Stop what runs', keys: ['i i'], mode: 'command' },
  restart: { label: 'Restart (variables are lost)', keys: ['0 0'], mode: 'command' },
  help: { label: 'Show the keys', keys: ['h'], mode: 'command' },
  'run-all': { label: 'Run all cells', keys: [], mode: 'both' },
  'restart-run-all': { label: 'Restart and run all', keys: [], mode: 'both' },
  open: { label: 'Open a notebook', keys: [], mode: 'both' },
  revert: { label: 'Revert to the original', keys: [], mode: 'both' },
} satisfies Record<string, Command>;

export type CommandId = keyof typeof commands;

const all = Object.entries(commands) as [CommandId, Command][];

/** Milliseconds within which the second key of a pair must follow. */
const pairMs = 1_000;

const mac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

/** Turns key presses into commands. */
export class KeyReader {
  #first = '';
  #firstAt = 0;

  /** The command of a key press, if it is or completes one. */
  read(event: KeyboardEvent, mode: 'command' | 'edit'): CommandId | undefined {
    const key = nameOf(event);
    const pair = event.timeStamp - this.#firstAt < pairMs ? `${this.#first} ${key}` : key;
    this.#first = '';
    for (const wanted of [pair, key]) {
      const found = all.find(([, command]) => {
        return (command.mode === 'both' || command.mode === mode) && command.keys.includes(wanted);
      });
      if (found) return found[0];
    }
    if (mode === 'command' && !event.repeat) {
      this.#first = key;
      this.#firstAt = event.timeStamp;
    }
    return undefined;
  }
}

function nameOf(event: KeyboardEvent): string {
  const letter = event.key.length === 1;
  const key = letter ? event.key.toLowerCase() : event.key;
  return [
    (mac ? event.metaKey || (event.ctrlKey && key === 'Enter') : event.ctrlKey) ? 'Mod+' : '',
    event.altKey ? 'Alt+' : '',
    event.shiftKey ? 'Shift+' : '',
    !mac && event.metaKey ? 'Meta+' : '',
    key,
  ].join('');
}

/** Keys as they stand on the keyboard: one list for each way to give the command. */
export function printedKeys(command: Command): string[][] {
  const names: Record<string, string> = {
    Mod: mac ? '⌘' : 'Ctrl',
    ArrowUp: '↑',
    ArrowDown: '↓',
    Escape: 'Esc',
  };
  return command.keys.map((keys) =>
    keys.split(/[ +]/).map((key) => names[key] ?? (key.length === 1 ? key.toUpperCase() : key)),
  );
}

/** A tooltip: what it does, and its first key. */
export function tooltip(id: CommandId): string {
  const keys = printedKeys(commands[id])[0];
  return keys
    ? `${commands[id].label} (${keys.join(commands[id].keys[0]?.includes(' ') ? ' ' : '+')})`
    : commands[id].label;
}
