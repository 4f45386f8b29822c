/** Finds the kernels that WGSL cells speak of in the session's variables, tests them, and swaps them. */
import { type KernelDirectives, readDirectives } from '../../document/kernel-directives.ts';
import type { NotebookScope } from '../scope.ts';
import type { KernelLab, ProgramLab, Stage } from './lab.ts';
import type { KernelEntry, KernelName, KernelReportData, ProgramKernels } from './protocol.ts';

/** A cell or a button speaks of a kernel that is not there: what is missing, and what to do. */
export class KernelError extends Error {
  override readonly name = 'KernelError';
}

/** Labs that stay open: each holds inputs and outputs of its kernel on the GPU. */
const openLabs = 4;

interface OpenLab {
  program: object;
  label: string;
  lab: Promise<KernelLab>;
}

export class KernelBench {
  readonly #programs: ProgramLab;
  readonly #scope: NotebookScope;
  /** The one used last stands last. */
  #labs: OpenLab[] = [];

  constructor(programs: ProgramLab, scope: NotebookScope) {
    this.#programs = programs;
    this.#scope = scope;
  }

  /** Every variable that holds a program, with its kernels. */
  list(): ProgramKernels[] {
    return Object.keys(this.#scope).flatMap((program) => {
      const kernels = this.#programs.list(this.#variable(program));
      return kernels ? [{ program, kernels }] : [];
    });
  }

  /** Every kernel in whose place an edited one runs. */
  swapped(): KernelName[] {
    return this.list().flatMap(({ program, kernels }) =>
      kernels.filter(({ swapped }) => swapped).map(({ label }) => ({ program, kernel: label })),
    );
  }

  /** The kernels of a program, or undefined where a value is none. */
  kernelsOf(value: unknown): readonly KernelEntry[] | undefined {
    return this.#programs.list(value);
  }

  /** A variable that holds this very value. */
  nameOf(value: unknown): string | undefined {
    return Object.keys(this.#scope).find((name) => this.#variable(name) === value);
  }

  /** Variables whose values are lost with the device. */
  variablesOnDevice(): string[] {
    return Object.keys(this.#scope).filter((name) => this.#programs.isOnDevice(this.#variable(name)));
  }

  /** The WGSL that a kernel had when its program was compiled. */
  original({ program, kernel }: KernelName): string {
    const value = this.#program(program);
    this.#entry(value, program, kernel);
    return this.#programs.original(value, kernel);
  }

  /** Puts the WGSL of a cell into the program that it names. */
  async swap(source: string): Promise<void> {
    const { program, kernel, workgroups } = this.#named(readDirectives(source));
    const value = this.#program(program);
    this.#entry(value, program, kernel);
    await this.#programs.replace(value, kernel, source, workgroups);
    await this.#close(value, kernel);
  }

  /** Undoes `swap`. */
  async restore({ program, kernel }: KernelName): Promise<void> {
    const value = this.#program(program);
    this.#entry(value, program, kernel);
    await this.#programs.restore(value, kernel);
    await this.#close(value, kernel);
  }

  /**
   * Tests the kernel that a WGSL cell holds, and swaps it where its directives ask for that.
   *
   * @throws DirectiveError, KernelError; DeviceLostError from the lab.
   */
  async test(source: string, onStage: (stage: Stage) => void): Promise<KernelReportData> {
    const directives = readDirectives(source);
    const { lab, title } = await this.#lab(directives);
    const { workgroups, expect = 'right' } = directives;
    const report = await lab.test(source, { ...(workgroups ? { workgroups } : {}), onStage });
    const swapped = directives.swap === true && report.status === 'right';
    if (swapped) await this.swap(source);
    return {
      report,
      subject: {
        title,
        details: `${lab.kernel}/${lab.variant} [${lab.problem.output.shape.join(', ')}]`,
        inCell: true,
        swapped,
        ...(report.status === expect ? {} : { expected: expect }),
      },
    };
  }

  /** Forgets every lab: their device is gone. */
  forget(): void {
    this.#labs = [];
  }

  async #lab(directives: KernelDirectives): Promise<{ lab: KernelLab; title: string }> {
    if (directives.lab !== undefined) {
      const lab = this.#variable(directives.lab);
      if (!this.#programs.isLab(lab)) {
        throw new KernelError(
          `'${directives.lab}' is no kernel lab: run the cell that makes it with defineKernel or openKernelLab first.`,
        );
      }
      return { lab, title: directives.lab };
    }
    const { program, kernel } = this.#named(directives);
    const value = this.#program(program);
    this.#entry(value, program, kernel);
    return { lab: await this.#open(value, kernel), title: `${program} › ${kernel}` };
  }

  #open(program: object, label: string): Promise<KernelLab> {
    const known = this.#labs.find((open) => open.program === program && open.label === label);
    const open = known ?? { program, label, lab: this.#programs.open(program, label) };
    this.#labs = [...this.#labs.filter((other) => other !== open), open];
    // One that could not be opened is tried anew the next time.
    open.lab.catch(() => {
      this.#labs = this.#labs.filter((other) => other !== open);
    });
    for (const old of this.#labs.splice(0, this.#labs.length - openLabs)) dispose(old);
    return open.lab;
  }

  /** A lab compares with what runs in the program: another kernel there is another lab. */
  async #close(program: object, label: string): Promise<void> {
    const closed = this.#labs.filter((open) => open.program === program && open.label === label);
    this.#labs = this.#labs.filter((open) => !closed.includes(open));
    for (const open of closed) dispose(open);
  }

  #named({ program, kernel }: KernelDirectives): KernelDirectives & KernelName {
    if (program !== undefined && kernel !== undefined) return { program, kernel };
    const missing = [program ?? '// program: NAME', kernel ?? '// kernel: LABEL'].filter((text) =>
      text.startsWith('//'),
    );
    throw new KernelError(
      `This cell does not say which kernel it is for: begin it with "${missing.join('" and "')}", or press E to choose one.`,
    );
  }

  #program(name: string): object {
    const value = this.#variable(name);
    if (this.#programs.list(value)) return value as object;
    if (value === undefined) {
      throw new KernelError(
        `There is no variable '${name}': run the cell that compiles this program first.${this.#known()}`,
      );
    }
    throw new KernelError(
      `'${name}' is no program that was compiled on WebGPU, and only the kernels of such a program can be edited.${this.#known()}`,
    );
  }

  #known(): string {
    const names = this.list().map(({ program }) => `'${program}'`);
    return names.length > 0 ? ` Programs here: ${names.join(', ')}.` : '';
  }

  #entry(program: object, name: string, label: string): KernelEntry {
    const kernels = this.#programs.list(program) ?? [];
    const found = kernels.find((kernel) => kernel.label === label);
    if (found) return found;
    const labels = kernels.map((kernel) => kernel.label);
    const shown = labels.slice(0, 8).join(', ');
    throw new KernelError(
      `'${name}' has no kernel '${label}'; it has ${shown}${labels.length > 8 ? ` and ${labels.length - 8} more: kernels(${name}) lists them` : ''}.`,
    );
  }

  #variable(name: string): unknown {
    // Not its getter: names that an import did not find throw when they are read.
    return Object.getOwnPropertyDescriptor(this.#scope, name)?.value as unknown;
  }
}

function dispose({ lab }: OpenLab): void {
  lab.then(
    (opened) => opened.dispose(),
    () => {},
  );
}
