/** The float64 reference as a backend: the same graphs without a GPU, slow, for checking and for browsers without WebGPU. */
import type { KernelCost } from '../../kernels/kernel.ts';
import {
  type Backend,
  type Checkpoint,
  type DeviceParameters,
  type HostArray,
  type HostParameters,
  type Program,
  unknownParameter,
} from '../backend.ts';
import { EngineError, InputError } from '../errors.ts';
import { elementCount, type Graph, leaves } from '../graph/value.ts';
import { kernelOf, problemOf } from '../plan/kernels.ts';
import type { DispatchProfile, Profile, ProfileOptions } from '../profile/profile.ts';
import { checkRepeats, median, medianUncertainty } from '../profile/statistics.ts';
import { checkArrays } from '../run/check-inputs.ts';
import { interpretSteps, type Step, toFloat64 } from './interpreter.ts';

/** Parameters as float64, converted once. */
class ReferenceParameters implements DeviceParameters {
  #values: Record<string, Float64Array> | null;

  constructor(values: Record<string, Float64Array>) {
    this.#values = values;
  }

  get values(): Record<string, Float64Array> {
    if (!this.#values) throw new EngineError('These parameters were disposed; upload them again.');
    return this.#values;
  }

  get names(): readonly string[] {
    return Object.keys(this.values);
  }

  get bytes(): number {
    return Object.values(this.#values ?? {}).reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  async read(names: readonly string[] = this.names): Promise<Record<string, Float32Array>> {
    const { values } = this;
    return Object.fromEntries(
      names.map((name) => {
        const value = values[name];
        if (!value) throw unknownParameter(name, this.names);
        return [name, Float32Array.from(value)];
      }),
    );
  }

  write(parameters: Readonly<Record<string, Float32Array>>): void {
    for (const [name, data] of Object.entries(parameters)) {
      const held = this.values[name];
      if (!held) throw unknownParameter(name, this.names);
      if (data.length !== held.length) {
        throw new InputError(
          `The parameter '${name}' has ${held.length} elements, but ${data.length} were given.`,
        );
      }
      this.values[name] = Float64Array.from(data);
    }
  }

  /** Takes over what a run has computed, rounded to float32 as every result: reading and writing then changes nothing. */
  assign(updates: Readonly<Record<string, Float64Array>>): void {
    const { values } = this;
    for (const [name, numbers] of Object.entries(updates)) values[name] = numbers.map(Math.fround);
  }

  dispose(): void {
    this.#values = null;
  }
}

/** Lets timers, messages and rendering have a turn. */
function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** The cost of a reshape, which no kernel computes. */
const nothing: KernelCost = { operations: 0, bytesRead: 0, bytesWritten: 0 };

/** Computing longer than this without a turn of the event loop would make a page feel stuck. Milliseconds. */
const longestWithoutTurn = 10;

class ReferenceProgram implements Program {
  readonly #graph: Graph;
  readonly #parameters: ReferenceParameters;
  readonly #ownsParameters: boolean;
  readonly #backend: ReferenceBackend;
  #queue: Promise<unknown> = Promise.resolve();
  #disposed = false;

  constructor(
    graph: Graph,
    parameters: ReferenceParameters,
    ownsParameters: boolean,
    backend: ReferenceBackend,
  ) {
    this.#graph = graph;
    this.#parameters = parameters;
    this.#ownsParameters = ownsParameters;
    this.#backend = backend;
  }

  run(inputs: Readonly<Record<string, HostArray>>): Promise<Record<string, Float32Array>> {
    return this.#enqueue(async () => {
      const outputs = await this.#interpret(inputs);
      return Object.fromEntries(
        Object.entries(outputs).map(([name, numbers]) => [name, new Float32Array(numbers)]),
      );
    });
  }

  profile(
    inputs: Readonly<Record<string, HostArray>>,
    { repeats = 5, ceilings = null }: ProfileOptions = {},
  ): Promise<Profile> {
    return this.#enqueue(async () => {
      checkRepeats(repeats);
      const before = { ...this.#parameters.values };
      const runs: Step[][] = [];
      const wallMs: number[][] = [[], []];
      for (let repeat = 0; repeat < repeats; repeat++) {
        const steps: Step[] = [];
        for (const onStep of [undefined, (step: Step) => void steps.push(step)]) {
          const start = performance.now();
          await this.#interpret(inputs, onStep);
          wallMs[onStep ? 1 : 0]!.push(performance.now() - start);
        }
        runs.push(steps);
      }
      this.#parameters.assign(before); // Measuring a training step must not train.
      let startMs = 0;
      const dispatches = runs[0]!.map(({ value }, i): DispatchProfile => {
        const { operations, bytesRead, bytesWritten } =
          kernelOf(value.operation.kind)?.cost(problemOf(value)) ?? nothing;
        const samples = runs.map((steps) => steps[i]!.milliseconds);
        const milliseconds = median(samples);
        startMs += milliseconds;
        return {
          label: value.label,
          operation: value.operation.kind,
          kernel: value.operation.kind,
          variant: 'float64 loops',
          shape: value.shape,
          workgroups: [0, 0, 0],
          workgroupSize: [0, 0, 0],
          registerTile: null,
          milliseconds,
          uncertaintyMs: medianUncertainty(samples),
          passRepeats: 1,
          startMs: startMs - milliseconds,
          operations,
          bytes: bytesRead + bytesWritten,
        };
      });
      const held = (kind: 'input' | 'parameter') =>
        [...leaves(this.#graph, kind).values()].reduce((sum, { shape }) => sum + 8 * elementCount(shape), 0);
      return {
        version: 1,
        clock: 'cpu',
        resolutionMs: 0,
        device: this.#backend.description,
        repeats,
        dispatches,
        totalMs: startMs,
        stages: [],
        overhead: { plainMs: median(wallMs[0]!), profiledMs: median(wallMs[1]!) },
        // Every intermediate is a fresh array here; there is no arena.
        memory: {
          parameterBytes: held('parameter'),
          inputBytes: held('input'),
          buffers: [],
          residencies: [],
          unsharedBytes: runs[0]!.reduce((sum, { value }) => sum + 8 * elementCount(value.shape), 0),
        },
        ceilings,
      };
    });
  }

  dispose(): void {
    this.#disposed = true;
    if (this.#ownsParameters) this.#parameters.dispose();
  }

  /** Runs follow one another, so that only one holds intermediates. */
  #enqueue<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(task);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #interpret(
    inputs: Readonly<Record<string, HostArray>>,
    onStep: (step: Step) => void = () => {},
  ): Promise<Record<string, Float64Array>> {
    if (this.#disposed || this.#backend.disposed) {
      throw new EngineError('This program was disposed; compile the graph again.');
    }
    checkArrays('input', leaves(this.#graph, 'input'), inputs);
    const steps = interpretSteps(this.#graph, { inputs, parameters: this.#parameters.values });
    let lastTurn = performance.now();
    for (;;) {
      const step = steps.next();
      if (step.done) {
        this.#parameters.assign(step.value.updates);
        return step.value.outputs;
      }
      onStep(step.value);
      if (performance.now() - lastTurn > longestWithoutTurn) {
        await eventLoopTurn();
        lastTurn = performance.now();
      }
      this.#backend.checkpoint();
    }
  }
}

/** Options of the reference backend. */
export interface ReferenceBackendOptions {
  /** Called after every operation; throws to stop the run. */
  readonly checkpoint?: Checkpoint;
}

/**
 * Computes graphs in float64 on the CPU, as written, without rewriting or planning. Results are rounded to float32
 * once, at the end. Between operations the event loop gets a turn about every 10 ms.
 */
export class ReferenceBackend implements Backend {
  readonly kind = 'reference';
  readonly description = 'CPU reference (float64, slow)';
  readonly checkpoint: Checkpoint;
  #disposed = false;

  constructor({ checkpoint = () => {} }: ReferenceBackendOptions = {}) {
    this.checkpoint = checkpoint;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  upload(graph: Graph, parameters: HostParameters): DeviceParameters {
    return this.#convert(graph, parameters);
  }

  async compile(
    graph: Graph,
    parameters: HostParameters | DeviceParameters | Promise<HostParameters | DeviceParameters> = {},
  ): Promise<Program> {
    if (this.#disposed) throw new EngineError('This backend was disposed; open a new one.');
    const loaded = await parameters;
    if (loaded instanceof ReferenceParameters) {
      return new ReferenceProgram(graph, loaded, false, this);
    }
    const converted = this.#convert(graph, loaded as HostParameters);
    return new ReferenceProgram(graph, converted, true, this);
  }

  dispose(): void {
    this.#disposed = true;
  }

  #convert(graph: Graph, parameters: HostParameters): ReferenceParameters {
    const declared = leaves(graph, 'parameter');
    checkArrays('parameter', declared, parameters);
    const entries = [...declared].map(([name, leaf]) => [name, toFloat64(leaf, parameters[name]!)] as const);
    return new ReferenceParameters(Object.fromEntries(entries));
  }
}
