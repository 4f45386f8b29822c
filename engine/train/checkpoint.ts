/**
 * Checkpoints of a training: everything that its next step depends on, as one safetensors file. A parameter has its own
 * name in it, so that the file is a weight file of the model too.
 */
import { EngineError } from '../errors.ts';
import {
  parseSafetensors,
  SafetensorsError,
  serializeSafetensors,
  type TensorToStore,
} from '../formats/safetensors.ts';
import type { FileStore } from '../storage/file-store.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { Validation } from './history.ts';

/** A checkpoint is not that of this training, or no checkpoint at all. */
export class CheckpointError extends EngineError {
  override name = 'CheckpointError';
}

/** A training between two steps. */
export interface TrainingState {
  /** Steps made. */
  readonly step: number;
  /** Parameters and the optimiser's state, by name. */
  readonly values: Readonly<Record<string, Float32Array>>;
  /** The learned parameters of the best validation. */
  readonly best: Readonly<Record<string, Float32Array>> | undefined;
  readonly losses: readonly number[];
  readonly validations: readonly Validation[];
  /** Of all runs. */
  readonly milliseconds: number;
}

/** What a checkpoint says besides the state. */
export interface CheckpointNotes {
  /** Of what must be the same in the training that goes on from here. */
  readonly fingerprint: Fingerprint;
  /** Seed of the random numbers; their counter is the step. */
  readonly seed: number;
  readonly stepsPerEpoch?: number | undefined;
  /** What computed it, for people. */
  readonly backend: string;
  /** Of each parameter. */
  shapeOf(name: string): readonly number[];
}

const format = 'warpbook-checkpoint-1';

/** Names of what is no parameter. */
const names = {
  losses: 'training/losses',
  validations: 'training/validations',
  best: (parameter: string) => `training/best/${parameter}`,
} as const;

/** The file of a state; the same state gives the same bytes. */
export function serializeCheckpoint(
  state: TrainingState,
  { fingerprint, seed, stepsPerEpoch, backend, shapeOf }: CheckpointNotes,
): Uint8Array<ArrayBuffer> {
  const { step, values, best, losses, validations, milliseconds } = state;
  const tensors = new Map<string, TensorToStore>();
  const put = (name: string, data: Float32Array | Float64Array, shape: readonly number[]) =>
    tensors.set(name, { dataType: data instanceof Float32Array ? 'float32' : 'float64', shape, data });
  for (const [name, data] of Object.entries(values)) put(name, data, shapeOf(name));
  for (const [name, data] of Object.entries(best ?? {})) put(names.best(name), data, shapeOf(name));
  put(names.losses, Float64Array.from(losses), [losses.length]);
  const points = validations.flatMap((validation) => [validation.step, validation.value]);
  put(names.validations, Float64Array.from(points), [validations.length, 2]);
  return serializeSafetensors(tensors, {
    format,
    step: String(step),
    ...(stepsPerEpoch === undefined ? {} : { epoch: String(Math.floor(step / stepsPerEpoch)) }),
    seed: String(seed),
    milliseconds: String(milliseconds),
    backend,
    fingerprint: JSON.stringify(fingerprint),
  });
}

/** A checkpoint as it was read. */
export interface StoredCheckpoint extends TrainingState {
  readonly fingerprint: Fingerprint;
}

/**
 * Reads the checkpoint of this name.
 *
 * @returns undefined where there is none
 * @throws CheckpointError where the file is damaged or something else; StorageError where the store cannot be read
 */
export async function readCheckpoint(store: FileStore, name: string): Promise<StoredCheckpoint | undefined> {
  const bytes = await store.read(name);
  if (!bytes) return undefined;
  const wayOut = 'remove it from the store to begin anew, or give the checkpoint another name';
  try {
    return parseCheckpoint(bytes, name);
  } catch (error) {
    if (error instanceof SafetensorsError) {
      throw new CheckpointError(`The checkpoint is damaged: ${error.message} Or ${wayOut}.`, {
        cause: error,
      });
    }
    if (error instanceof CheckpointError) throw new CheckpointError(`${error.message}; ${wayOut}.`);
    throw error;
  }
}

function parseCheckpoint(bytes: Uint8Array<ArrayBuffer>, name: string): StoredCheckpoint {
  const { metadata, tensors } = parseSafetensors(new Uint8Array(bytes).buffer, `"${name}"`);
  if (metadata.format !== format) {
    throw new CheckpointError(`"${name}" is a file of tensors, but no checkpoint of a training`);
  }
  const values: Record<string, Float32Array> = {};
  const best: Record<string, Float32Array> = {};
  let losses: number[] | undefined;
  let points: number[] | undefined;
  const bestPrefix = names.best('');
  for (const [tensor, { data }] of tensors) {
    if (tensor === names.losses) losses = Array.from(data as Float64Array);
    else if (tensor === names.validations) points = Array.from(data as Float64Array);
    else if (tensor.startsWith(bestPrefix)) best[tensor.slice(bestPrefix.length)] = data as Float32Array;
    else values[tensor] = data as Float32Array;
  }
  const step = Number(metadata.step);
  if (!losses || !points || losses.length !== step) {
    throw new CheckpointError(`The checkpoint "${name}" lacks a part of its history`);
  }
  return {
    step,
    values,
    best: Object.keys(best).length > 0 ? best : undefined,
    losses,
    validations: Array.from({ length: points.length / 2 }, (_, index) => ({
      step: points[2 * index]!,
      value: points[2 * index + 1]!,
    })),
    milliseconds: Number(metadata.milliseconds),
    fingerprint: JSON.parse(metadata.fingerprint ?? '{}') as Fingerprint,
  };
}

/** @throws CheckpointError that says what is another, where a checkpoint is not of this training */
export function checkFingerprint(name: string, stored: Fingerprint, own: Fingerprint): void {
  const other = Object.keys(own).filter((key) => stored[key] !== own[key]);
  if (other.length === 0) return;
  throw new CheckpointError(
    `The checkpoint "${name}" is of another training; not the same: ${other.join(', ')}. Give this one another name, or remove the file from the store.`,
  );
}
