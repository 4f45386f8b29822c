/** How what a running cell produces becomes the outputs of the document. */
import { joinLines } from '../document/multiline.ts';
import type { Output, StreamOutput } from '../document/nbformat.ts';
import type { CellEvent } from '../worker/protocol.ts';

/** Characters that one stream of one cell keeps; beyond it the middle is left out, and the text says so. */
export const streamLimit = 400_000;

/** Display ids are not part of a saved document: they live as long as the page. */
const displayIds = new WeakMap<Output, string>();

/**
 * The outputs after `event`, as a new list; `updates` replace every display with the id. Neighbouring text of one
 * stream is merged. Returns the same list when nothing changed.
 */
export function applyEvent(outputs: Output[], event: CellEvent, executionCount: number | null): Output[] {
  switch (event.type) {
    case 'stream': {
      const last = outputs.at(-1);
      if (last?.output_type === 'stream' && last.name === event.name) {
        const merged: StreamOutput = { ...last, text: limitText(joinLines(last.text) + event.text) };
        return [...outputs.slice(0, -1), merged];
      }
      return [...outputs, { output_type: 'stream', name: event.name, text: limitText(event.text) }];
    }
    case 'display': {
      const output: Output = { output_type: 'display_data', data: event.data, metadata: event.metadata };
      if (event.displayId !== undefined) displayIds.set(output, event.displayId);
      return [...outputs, output];
    }
    case 'result':
      return [
        ...outputs,
        {
          output_type: 'execute_result',
          execution_count: executionCount,
          data: event.data,
          metadata: event.metadata,
        },
      ];
    case 'error':
      return [
        ...outputs,
        { output_type: 'error', ename: event.name, evalue: event.message, traceback: event.traceback },
      ];
    case 'update':
      return updateDisplays(outputs, event);
    case 'stage':
      return outputs;
  }
}

function updateDisplays(outputs: Output[], event: CellEvent & { type: 'update' }): Output[] {
  if (!outputs.some((output) => displayIds.get(output) === event.displayId)) return outputs;
  return outputs.map((output) => {
    if (displayIds.get(output) !== event.displayId || output.output_type !== 'display_data') return output;
    const updated: Output = { ...output, data: event.data, metadata: event.metadata };
    displayIds.set(updated, event.displayId);
    return updated;
  });
}

const omission = /\n… \d+ characters left out …\n/;

function limitText(text: string): string {
  if (text.length <= streamLimit) return text;
  const match = omission.exec(text);
  const before = match ? Number(/\d+/.exec(match[0])?.[0] ?? 0) : 0;
  const plain = match ? text.replace(omission, '') : text;
  const head = plain.slice(0, streamLimit / 4);
  const tail = plain.slice(-streamLimit / 2);
  const left = before + plain.length - head.length - tail.length;
  return `${head}\n… ${left} characters left out …\n${tail}`;
}
