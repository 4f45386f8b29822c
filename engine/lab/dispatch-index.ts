/** Finding a dispatch by its label. */
import { InputError } from '../errors.ts';
import type { EncodableDispatch } from '../run/encode.ts';

/**
 * Index of the dispatch with a label.
 * @throws InputError where there is none
 */
export function dispatchIndex(
  dispatches: readonly Pick<EncodableDispatch, 'dispatch'>[],
  label: string,
): number {
  const index = dispatches.findIndex(({ dispatch }) => dispatch.label === label);
  if (index >= 0) return index;
  const labels = dispatches.map(({ dispatch }) => `'${dispatch.label}'`);
  throw new InputError(`The program has no kernel '${label}'; it has ${labels.join(', ')}.`);
}
