/** Which values share memory by meaning, not by chance. */
import type { Value } from '../graph/value.ts';

/** The value whose memory this one names: of a reshape its operand, of an update the state that it changes. */
export function storageOf(current: Value): Value {
  let storage = current;
  for (;;) {
    const { operation, inputs } = storage;
    if (operation.kind === 'reshape' || operation.kind === 'after') storage = inputs[0]!;
    else if ('part' in operation) storage = inputs[operation.part]!;
    else return storage;
  }
}
