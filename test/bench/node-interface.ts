/** What the command and its Node processes say to each other. */
import type { RuntimeName } from './page-interface.ts';
import type { Task } from './tasks.ts';

export type NodeCall =
  | { readonly method: 'adapter' | 'memory' }
  | { readonly method: 'load' | 'losses'; readonly runtime: RuntimeName; readonly task: Task }
  | { readonly method: 'first' | 'call'; readonly runtime: RuntimeName };

export type NodeRequest = NodeCall & { readonly id: number };

export type NodeReply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string };
