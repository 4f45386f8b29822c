/** Memory of a process and its descendants, from Linux's /proc. */
import { readdirSync, readFileSync } from 'node:fs';

/** What processes held, bytes. Pages that several share count once, each process bearing its part (PSS). */
export interface ProcessMemory {
  /** Before the runtime came: the browser with a blank page, its GPU process running; or Node with Dawn. */
  readonly baselineBytes: number;
  /** The most that was seen, ten times a second at most. */
  readonly peakBytes: number;
  /** After the calls. */
  readonly steadyBytes: number;
}

/** Ids of a process and all its descendants; empty where there is no /proc. */
export function processTree(root: number): number[] {
  const children = new Map<number, number[]>();
  let names: string[];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  for (const name of names) {
    const parent = parentOf(name);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const tree: number[] = [];
  const queue = [root];
  while (queue.length > 0) {
    const id = queue.pop()!;
    tree.push(id);
    queue.push(...(children.get(id) ?? []));
  }
  return tree;
}

/** The parent's id; undefined where the process has ended. */
function parentOf(id: string): number | undefined {
  try {
    // The command's name, in brackets, may contain spaces and brackets.
    const stat = readFileSync(`/proc/${id}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

/** Bytes of one process; 0 where it has ended or is not ours to read. */
function proportionalBytes(id: number): number {
  try {
    const rollup = readFileSync(`/proc/${id}/smaps_rollup`, 'utf8');
    return 1024 * Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Bytes of a process tree; 0 where nothing can be read. */
export function treeBytes(root: number): number {
  return processTree(root).reduce((total, id) => total + proportionalBytes(id), 0);
}

/** Looks at a process tree again and again, until it is stopped. */
export class MemorySampler {
  readonly #root: number;
  readonly #baseline: number;
  #peak = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** What the tree holds at this moment is the baseline. */
  constructor(root: number) {
    this.#root = root;
    this.#baseline = treeBytes(root);
    this.#look();
  }

  #look(): void {
    const start = performance.now();
    this.#peak = Math.max(this.#peak, treeBytes(this.#root));
    // The look itself costs the kernel time: no more than a thirtieth of what is measured.
    const pause = Math.max(100, 30 * (performance.now() - start));
    this.#timer = setTimeout(() => this.#look(), pause);
  }

  /** @returns null where /proc says nothing. */
  stop(): ProcessMemory | null {
    clearTimeout(this.#timer);
    const steadyBytes = treeBytes(this.#root);
    if (steadyBytes === 0) return null;
    return {
      baselineBytes: this.#baseline,
      peakBytes: Math.max(this.#peak, steadyBytes),
      steadyBytes,
    };
  }
}
