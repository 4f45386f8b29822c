/** The kernel lab: an edited kernel, checked against float64 and timed against the current one. */
import type { KernelProblem } from '../../kernels/kernel.ts';
import { withConstantSizes } from '../../kernels/sizes.ts';
import type { HostArray } from '../backend.ts';
import { EngineError } from '../errors.ts';
import type { WebGpuDevice } from '../gpu/device.ts';
import type { EncodableDispatch } from '../run/encode.ts';
import { askedWorkgroups } from './bindings.ts';
import { dispatchIndex } from './dispatch-index.ts';
import { type Expected, expectedOutput, randomOperands } from './operands.ts';
import { describeRace, race } from './race.ts';
import type { KernelLab, KernelReport, KernelTestOptions, Workgroups } from './report.ts';
import { type Invalid, TestBed, type Version } from './test-bed.ts';
import { withinTime } from './time-limit.ts';
import { FLOAT16_TOLERANCE, judge } from './verdict.ts';

/** What a lab is about. */
export interface LabSubject {
  readonly gpu: WebGpuDevice;
  readonly label: string;
  readonly kernel: string;
  readonly variant: string;
  readonly problem: KernelProblem;
  readonly wgsl: string;
  readonly workgroups: Workgroups;
  /** The current version where a program runs it, so that it is known to end; its shader may read sizes from a binding. */
  readonly running?: EncodableDispatch;
  /** Turns of loops that are more than enough for one of so many invocations. */
  turns(invocations: number): number;
  operands(seed: number): HostArray[];
  expected(operands: readonly HostArray[], seed: number): Expected;
}

const defaultBudgetMs = 30_000;

/** See `KernelLab`. */
export class Lab implements KernelLab {
  readonly label: string;
  readonly wgsl: string;
  readonly workgroups: Workgroups;
  readonly kernel: string;
  readonly variant: string;
  readonly problem: KernelProblem;
  readonly #subject: LabSubject;
  readonly #bed: TestBed;
  #current: Promise<Version | Invalid> | undefined;
  #work: Promise<unknown> = Promise.resolve();
  #disposed = false;

  protected constructor(subject: LabSubject, bed: TestBed) {
    this.#subject = subject;
    this.#bed = bed;
    this.label = subject.label;
    this.wgsl = subject.wgsl;
    this.workgroups = subject.workgroups;
    this.kernel = subject.kernel;
    this.variant = subject.variant;
    this.problem = subject.problem;
  }

  static async open(subject: LabSubject): Promise<Lab> {
    return new Lab(subject, await TestBed.create(subject.gpu, subject.problem, subject.label));
  }

  test(wgsl: string, options: KernelTestOptions = {}): Promise<KernelReport> {
    return this.#alone(() => this.#test(wgsl, options));
  }

  /** A version that compiles, fits, and ends on random inputs; else what is to say against it. */
  admit(wgsl: string, options: KernelTestOptions = {}): Promise<KernelReport | Version> {
    return this.#alone(async () => {
      const version = await this.#bed.compile(wgsl, this.#workgroups(wgsl, options));
      if (!('pipeline' in version)) return { status: 'invalid', ...version };
      this.#bed.load(this.#subject.operands(options.seed ?? 1));
      return (await this.#endless(version, options)) ?? version;
    });
  }

  /** Runs a version on given inputs. It is run with guarded loops before. */
  protected execute(wgsl: string, operands: readonly HostArray[]): Promise<HostArray | KernelReport> {
    return this.#alone(async () => {
      const version = await this.#bed.compile(wgsl, this.#workgroups(wgsl, {}));
      if (!('pipeline' in version)) return { status: 'invalid', ...version };
      this.#bed.load(operands);
      return (await this.#endless(version, {})) ?? (await this.#timed(this.#bed.run(version))).values;
    });
  }

  dispose(): void {
    this.#disposed = true;
    this.#bed.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** One test at a time: they share their buffers. */
  #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#work.then(() => {
      if (this.#disposed) throw new EngineError(`The lab of '${this.label}' was disposed; open it again.`);
      this.#subject.gpu.requireDevice();
      return work();
    });
    this.#work = result.catch(() => {});
    return result;
  }

  #workgroups(wgsl: string, { workgroups }: KernelTestOptions): Workgroups {
    return workgroups ?? askedWorkgroups(wgsl) ?? this.workgroups;
  }

  #timed<Result>(
    work: Promise<Result>,
    { budgetMs = defaultBudgetMs }: KernelTestOptions = {},
  ): Promise<Result> {
    return withinTime(this.#subject.gpu, budgetMs, `the kernel '${this.label}' under test`, work);
  }

  /** The report of a loop that does not end on the inputs at hand. */
  async #endless(version: Version, options: KernelTestOptions): Promise<KernelReport | null> {
    const { guarded, workgroups, workgroupSize, messages } = version;
    if (!guarded) return null;
    const invocations = [...workgroups, ...workgroupSize].reduce((product, size) => product * size, 1);
    let limit = options.turns ?? this.#subject.turns(invocations);
    for (;;) {
      limit = Math.min(limit, 2 ** 32 - 1);
      const line = await this.#timed(this.#bed.endlessLine(guarded, workgroups, limit), options);
      if (line === 0) return null;
      // On odd data even the current version may need more turns than were thought enough.
      const trusted = options.turns === undefined && this.#subject.running;
      const current = trusted ? await this.#bed.compile(this.wgsl, this.workgroups) : null;
      const needsMore =
        current &&
        'guarded' in current &&
        current.guarded &&
        (await this.#timed(this.#bed.endlessLine(current.guarded, current.workgroups, limit), options)) > 0;
      if (!needsMore || limit >= 2 ** 28) {
        const text = `the loop in line ${line} does not end: it was stopped after ${limit} turns in one invocation`;
        return { status: 'endless', messages, text, line };
      }
      limit *= 16;
    }
  }

  /** What a candidate is timed against; nothing where the current version cannot run. */
  async #currentVersion(): Promise<Version | null> {
    const { running } = this.#subject;
    this.#current ??= running ? this.#bed.adopt(running) : this.#bed.compile(this.wgsl, this.workgroups);
    const current = await this.#current;
    return 'pipeline' in current ? current : null;
  }

  async #test(wgsl: string, options: KernelTestOptions): Promise<KernelReport> {
    const { gpu, running } = this.#subject;
    const { output } = this.problem;
    const { seed = 1, budgetMs = defaultBudgetMs, onStage } = options;
    onStage?.('compiling');
    const candidate = await this.#bed.compile(wgsl, this.#workgroups(wgsl, options));
    if (!('pipeline' in candidate)) return { status: 'invalid', ...candidate };
    const { messages, workgroups } = candidate;
    onStage?.('checking');
    const tolerance = options.tolerance ?? (output.dataType === 'float16' ? FLOAT16_TOLERANCE : undefined);
    const errors: number[] = [];
    let unchecked = '';
    for (const inputs of [2 * seed, 2 * seed + 1]) {
      const operands = this.#subject.operands(inputs);
      this.#bed.load(operands);
      const endless = await this.#endless(candidate, options);
      if (endless) return endless;
      const written = await this.#timed(this.#bed.run(candidate), options);
      const { values, rows } = this.#subject.expected(operands, inputs);
      const expected = rows ? await this.#completed(values, rows, options) : values;
      if (rows)
        unchecked = `; ${rows.length} rows checked in float64, the others against the current version`;
      const found = judge(written, expected, output.shape, tolerance, workgroups);
      if (typeof found === 'number') errors.push(found);
      else return { status: 'wrong', messages, ...found };
    }
    onStage?.('timing');
    const current = await this.#currentVersion();
    const canRace = current && (running || !(await this.#endless(current, options)));
    const encode = (version: Version) => (pass: GPUComputePassEncoder) => this.#bed.encode(pass, version);
    const against = canRace ? current : candidate;
    const isItself = against.wgsl === wgsl && `${against.workgroups}` === `${workgroups}`;
    const measured = await race(gpu, encode(against), encode(candidate), options.rounds, budgetMs);
    const { currentMs } = measured;
    // One interval of 95 % in twenty would call a kernel faster than itself.
    const result = isItself
      ? { ...measured, candidateMs: currentMs, speedup: 1, interval: [1, 1] as const }
      : measured;
    const relativeError = Math.max(...errors);
    const text = isItself
      ? `right: relative error ${relativeError.toExponential(1)}, ${currentMs.toPrecision(3)} ms`
      : describeRace(result);
    return { status: 'right', messages, text: text + unchecked, relativeError, ...result };
  }

  /** Rows in float64 among those of the current version. */
  async #completed(
    values: ArrayLike<number>,
    rows: readonly number[],
    options: KernelTestOptions,
  ): Promise<ArrayLike<number>> {
    const current = await this.#currentVersion();
    if (!current) throw new EngineError(`The current kernel of '${this.label}' does not run any more.`);
    const all = Float64Array.from((await this.#timed(this.#bed.run(current), options)).values);
    const width = values.length / rows.length;
    rows.forEach((row, from) => {
      for (let i = 0; i < width; i++) all[row * width + i] = values[from * width + i]!;
    });
    return all;
  }
}

/** What the lab needs of a compiled program. */
export interface LabProgram {
  readonly gpu: WebGpuDevice;
  readonly dispatches: readonly EncodableDispatch[];
}

/**
 * Opens a lab on a dispatch of a compiled program, at its shape, in memory of its own. The current version is the one that
 * the program runs now.
 *
 * @param label as in the plan and in profiles, for example `block3/pointwise`
 * @throws InputError, OutOfMemoryError, DeviceLostError
 */
export async function openKernelLab({ gpu, dispatches }: LabProgram, label: string): Promise<Lab> {
  const running = dispatches[dispatchIndex(dispatches, label)]!;
  const { operation, kernel, variant, problem, program, cost } = running.dispatch;
  return Lab.open({
    gpu,
    label,
    kernel: kernel.name,
    variant: variant.name,
    problem,
    wgsl: withConstantSizes(program),
    workgroups: program.workgroups,
    running,
    turns: (invocations) => 4096 + Math.ceil((64 * cost.operations) / Math.max(invocations, 1)),
    operands: (seed) => randomOperands(problem, operation, seed),
    expected: (operands, seed) => expectedOutput(problem, operation, operands, cost.operations, seed),
  });
}
