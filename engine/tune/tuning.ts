/** What was measured before, and the variants that follow from it. */
import type { Kernel, KernelProblem, KernelTarget, KernelVariant } from '../../kernels/kernel.ts';
import type { AdapterSummary } from '../gpu/adapter.ts';

/** How the variants of one problem compare. Plain data: it survives JSON. */
export interface TuningMeasurement {
  /** Variants. */
  readonly default: string;
  readonly best: string;
  /** Of one execution, ms. */
  readonly defaultMs: number;
  readonly bestMs: number;
  /** How many times faster the best is, measured in pairs, and the 95 % interval of that. */
  readonly ratio: number;
  readonly interval: readonly [number, number];
  /** Of the best variant's pipeline, ms. */
  readonly compileMs: number;
  /** False where time was up before every variant had its turn. */
  readonly complete: boolean;
  /** A hash of the best variant's WGSL: an edited kernel does not inherit. */
  readonly revision: string;
  /** A hash of all variants' WGSL: a kernel with a new one is measured anew. */
  readonly candidates: string;
}

/** A measurement and what it is about. */
export interface TuningRecord extends TuningMeasurement {
  readonly version: 1;
  /** Vendor, architecture, device, description and features. */
  readonly adapter: string;
  readonly kernel: string;
  /** The `KernelProblem` as JSON. */
  readonly problem: string;
  /** When it was measured, ISO 8601. */
  readonly date: string;
}

/** Where records are kept between sessions. What it reads is checked by whoever uses it. */
export interface TuningStore {
  /** Everything that is kept, of whatever origin. */
  read(): Promise<readonly unknown[]>;
  /** Keeps a record in place of the one with the same `keyOf`. */
  write(record: TuningRecord): Promise<void>;
}

/** What a record is about: one problem of one kernel on one adapter. */
export function keyOf({ adapter, kernel, problem }: TuningRecord): string {
  return [adapter, kernel, problem].join('\n');
}

/** A hash of text, FNV-1a in 32 bits (Fowler, Noll and Vo), in base 36. */
export function revisionOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(36);
}

const strings = 'adapter kernel problem default best revision candidates date'.split(' ');
const numbers = 'defaultMs bestMs ratio compileMs'.split(' ');

function isRecord(kept: unknown): kept is TuningRecord {
  const record = Object(kept) as Record<string, unknown>;
  const { version, interval } = record;
  return (
    version === 1 &&
    strings.every((name) => typeof record[name] === 'string') &&
    Array.isArray(interval) &&
    interval.length === 2 &&
    [...numbers.map((name) => record[name]), ...interval].every(Number.isFinite)
  );
}

const problemKey = (kernel: Kernel, problem: KernelProblem) => kernel.name + JSON.stringify(problem);

/** The measurements on one adapter, at hand without waiting, and the store that keeps them, if any. */
export class Tuning {
  readonly #adapter: string;
  readonly #store: TuningStore | undefined;
  readonly #records = new Map<string, TuningRecord>();
  readonly #problems: string[] = [];

  constructor({ vendor, architecture, device, description, features }: AdapterSummary, store?: TuningStore) {
    this.#adapter = [vendor, architecture, device, description, ...features].join('/');
    this.#store = store;
  }

  /** With what a store holds. One that cannot be read counts as empty; `problems` says so. */
  static async open(adapter: AdapterSummary, store: TuningStore): Promise<Tuning> {
    const tuning = new Tuning(adapter, store);
    try {
      const kept = await store.read();
      const records = kept.filter(isRecord);
      if (records.length < kept.length) {
        tuning.#problems.push(
          `${kept.length - records.length} of ${kept.length} kept measurements are damaged or not of this version, and are ignored.`,
        );
      }
      for (const record of records) {
        if (record.adapter === tuning.#adapter) tuning.#records.set(record.kernel + record.problem, record);
      }
    } catch (error) {
      tuning.#problems.push(`Kept measurements cannot be read: ${error}`);
    }
    return tuning;
  }

  /** What was wrong with the store, one sentence each; empty where all is well. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** How many problems are known on this adapter. */
  get size(): number {
    return this.#records.size;
  }

  /** The record of a problem, if there is one. */
  find(kernel: Kernel, problem: KernelProblem): TuningRecord | undefined {
    return this.#records.get(problemKey(kernel, problem));
  }

  /** The remembered winner where it still exists with the same WGSL, else the kernel's own choice. */
  readonly choose = (kernel: Kernel, problem: KernelProblem, target: KernelTarget): KernelVariant => {
    const record = this.find(kernel, problem);
    const winner = kernel.variants.find(({ name }) => name === record?.best);
    return winner?.supports(problem, target) && revisionOf(winner.build(problem).wgsl) === record?.revision
      ? winner
      : kernel.defaultVariant(problem, target);
  };

  /** Remembers a measurement of now. A store that cannot be written shows in `problems`; the record counts all the same. */
  async remember(kernel: Kernel, problem: KernelProblem, measurement: TuningMeasurement): Promise<void> {
    const record: TuningRecord = {
      ...measurement,
      version: 1,
      adapter: this.#adapter,
      kernel: kernel.name,
      problem: JSON.stringify(problem),
      date: new Date().toISOString(),
    };
    this.#records.set(problemKey(kernel, problem), record);
    try {
      await this.#store?.write(record);
    } catch (error) {
      this.#problems.push(`A measurement cannot be kept: ${error}`);
    }
  }
}
