/**
 * What runs a graph. Two backends share this interface: WebGPU, and the float64 reference on the CPU, so that a
 * notebook works with either and every result can be checked against the other.
 */
import { InputError } from './errors.ts';
import type { Graph } from './graph/value.ts';
import type { Profile, ProfileOptions } from './profile/profile.ts';

/** Data on the host. `Float32Array` for float32 and float16, `Uint16Array` for float16 bits. */
export type HostArray = Float32Array | Uint32Array | Uint16Array | Uint8Array | Uint8ClampedArray;

/** Parameters on the host, by name. */
export type HostParameters = Readonly<Record<string, HostArray>>;

/** Parameters where the backend wants them, uploaded once and shared by many programs. */
export interface DeviceParameters {
  readonly names: readonly string[];
  /** Bytes held on the device. */
  readonly bytes: number;
  /**
   * Copies parameters to the host, as they are after all runs that were started before.
   *
   * @param names default: all
   * @throws InputError for an unknown name; EngineError after `dispose`; DeviceLostError
   */
  read(names?: readonly string[]): Promise<Record<string, Float32Array>>;
  /**
   * Gives parameters new content, for all runs that are started later.
   *
   * @throws InputError for an unknown name, or another length or type; EngineError after `dispose`; DeviceLostError
   */
  write(parameters: Readonly<Record<string, Float32Array>>): void;
  /** Frees them. Programs compiled with them cannot run afterwards. */
  dispose(): void;
}

/** What reading a parameter that is not there throws. */
export function unknownParameter(name: string, known: readonly string[]): InputError {
  return new InputError(
    `There is no parameter '${name}'; there are ${known.map((one) => `'${one}'`).join(', ') || 'none'}.`,
  );
}

/** A compiled graph. Runs queue: a second `run` may start before the first has answered. */
export interface Program {
  /**
   * Runs once and reads every output back.
   *
   * @param inputs each graph input by name, row-major
   * @returns each output by name, row-major float32
   * @throws InputError where an input is missing, unknown, or of the wrong length or type.
   */
  run(inputs: Readonly<Record<string, HostArray>>): Promise<Record<string, Float32Array>>;
  /** Runs `repeats` times (default 5) in profiling mode, and more where needed. Results of the runs are thrown away. */
  profile(inputs: Readonly<Record<string, HostArray>>, options?: ProfileOptions): Promise<Profile>;
  /** Frees everything the program holds, but not `DeviceParameters` that it was given. */
  dispose(): void;
}

/** Something that computes graphs. */
export interface Backend {
  readonly kind: 'webgpu' | 'reference';
  /** One line for people, for example `SwiftShader (software), via WebGPU`. */
  readonly description: string;
  /**
   * Puts parameters on the device. A graph decides their shapes and storage, so it is given here too.
   * @throws InputError where one is missing or has the wrong length or type.
   */
  upload(graph: Graph, parameters: HostParameters): DeviceParameters;
  /**
   * Compiles a graph.
   *
   * @param parameters on the host (the program then owns their copy on the device) or uploaded before; or still loading,
   * while the shaders compile
   * @throws InputError, OutOfMemoryError, GpuValidationError
   */
  compile(
    graph: Graph,
    parameters?: HostParameters | DeviceParameters | Promise<HostParameters | DeviceParameters>,
  ): Promise<Program>;
  /** Frees the device. Programs and parameters of it are gone. */
  dispose(): void;
}

/** Called at every engine call and between operations of the reference, so that a host can stop it: throws to stop. */
export type Checkpoint = () => void;
