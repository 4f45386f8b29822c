/** Opening a training, new or from its checkpoint. */
import type { Backend } from '../backend.ts';
import { readCheckpoint } from './checkpoint.ts';
import { Identity } from './identity.ts';
import { resolveOptions, type TrainerOptions } from './options.ts';
import { stepParameters } from './step-parameters.ts';
import { StepPrograms } from './step-programs.ts';
import { Trainer } from './trainer.ts';

/**
 * Opens a training. Where its checkpoint is in the store, it goes on from there, and ends with the same bits as if it had
 * never been interrupted, on the same adapter.
 *
 * @throws InputError for an option or parameter that does not fit; CheckpointError for a checkpoint that is damaged or of
 * another training; StorageError; what `compile` throws
 */
export async function openTrainer(backend: Backend, given: TrainerOptions): Promise<Trainer> {
  const options = resolveOptions(given);
  const { step, checkpoint, seed } = options;
  const names = stepParameters(step);
  const identity = await Identity.of(options, names);
  const stored = checkpoint && (await readCheckpoint(checkpoint.store, checkpoint.name));
  if (stored) await identity.check(checkpoint!.name, stored, names);
  const all = { outputs: Object.fromEntries(names.all) };
  const values = { ...options.parameters, ...step.initialState(), ...stored?.values };
  const parameters = backend.upload(all, values);
  try {
    const programs = await StepPrograms.compile(backend, step, parameters, seed);
    return new Trainer({ backend, options, names, identity, parameters, programs, stored });
  } catch (error) {
    parameters.dispose();
    throw error;
  }
}
