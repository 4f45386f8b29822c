import type { JsonObject, MimeBundle } from '../document/nbformat.ts';
import type { CellOutput } from './cell-output.ts';
import { toMimeBundle } from './mime/bundle.ts';
import { plainMetadata } from './mime/displayable.ts';
import type { CellEvent } from './protocol.ts';
import type { DescribedError } from './traceback.ts';

/** A display that can be replaced in place. As a cell's value it shows nothing more. */
export class DisplayHandle {
  readonly #update: (value: unknown) => void;

  constructor(update: (value: unknown) => void) {
    this.#update = update;
  }

  /** Shows another value where this one is, in whichever cell that is. */
  update(value: unknown): void {
    this.#update(value);
  }
}

export interface DisplayOptions {
  /** Metadata of the output, by MIME type, as nbformat has it. */
  metadata?: object;
}

export type DescribeError = (thrown: unknown) => DescribedError;

/**
 * The event that shows a value; a promise where the value takes time to draw. A value that cannot be drawn becomes an
 * error in its place.
 */
export function bundleEvent(
  value: unknown,
  toEvent: (data: MimeBundle) => CellEvent,
  describe: DescribeError,
): CellEvent | Promise<CellEvent> {
  const bundle = toMimeBundle(value);
  return bundle instanceof Promise
    ? bundle.then(toEvent, (error: unknown) => ({ type: 'error', ...describe(error) }) as CellEvent)
    : toEvent(bundle);
}

/** Shows a value in the output of the running cell. */
export function showValue(
  output: CellOutput,
  displayId: string,
  value: unknown,
  options: DisplayOptions,
  describe: DescribeError,
): void {
  const metadata: JsonObject = plainMetadata(options.metadata);
  output.send(bundleEvent(value, (data) => ({ type: 'display', data, metadata, displayId }), describe));
}

/** Replaces what a display shows. */
export function updateValue(
  output: CellOutput,
  displayId: string,
  value: unknown,
  describe: DescribeError,
): void {
  output.send(bundleEvent(value, (data) => ({ type: 'update', displayId, data, metadata: {} }), describe));
}
