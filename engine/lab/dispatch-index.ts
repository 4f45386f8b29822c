/** Finding a dispatch by its label. */
import { InputError } from '../errors.ts';
import type { EncodableDispatch } from '../run/encode.ts';

/**
 * Index of the dispatch with a label.
 * @throws InputError where there is none, or it works in place
 */
export function dispatchIndex(
  dispatches: readonly Pick<EncodableDispatch, 'dispatch'>[],
  label: string,
): number {
  const index = dispatches.findIndex(({ dispatch }) => dispatch.label === label);
  if (index >= 0) {
    if (dispatches[index]!.dispatch.problem.inPlace) {
      throw new InputError(
        `The kernel '${label}' changes parameters in place; the lab takes kernels with an output of their own.`,
      );
    }
    return index;
  }
  const labels = dispatches.map(({ dispatch }) => `'${dispatch.label}'`);
  throw new InputError(`The program has no kernel '${label}'; it has ${labels.join(', ')}.`);
}
