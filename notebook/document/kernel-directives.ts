/**
 * What a WGSL cell is for: comments on its first lines, so that the text alone says everything.
 *
 * ```wgsl
 * // program: model                  a variable that holds a compiled program
 * // kernel: block13/pointwise       the label of one of its dispatches
 * // lab: scale                      instead of both: a variable that holds a kernel lab
 * // workgroups: 8, 8, 1             the dispatch size, where it is not that of the present kernel
 * // expect: wrong                   the verdict that lets the cell count as run, where it is not `right`
 * // swap: when right                puts the kernel into the program once it is found right
 * ```
 */

const verdicts = ['right', 'wrong', 'invalid', 'endless'] as const;

export type Verdict = (typeof verdicts)[number];

export interface KernelDirectives {
  readonly program?: string;
  readonly kernel?: string;
  readonly lab?: string;
  /** `[x, y, z]`. */
  readonly workgroups?: readonly [number, number, number];
  readonly expect?: Verdict;
  /** Whether a kernel that was found right is swapped into the program. */
  readonly swap?: boolean;
}

/** A directive that cannot be meant as it is written. */
export class DirectiveError extends Error {
  override readonly name = 'DirectiveError';

  /** @param line 1-based. */
  constructor(
    message: string,
    readonly line: number,
  ) {
    super(message);
  }
}

const names = ['program', 'kernel', 'lab', 'workgroups', 'expect', 'swap'] as const;
const directive = new RegExp(`^\\s*//\\s*(${names.join('|')})\\s*:\\s*(.*?)\\s*$`);
const commentOrBlank = /^\s*(\/\/.*)?$/;

interface DirectiveLine {
  name: string;
  value: string;
  /** 1-based. */
  line: number;
}

function directiveLines(source: string): DirectiveLine[] {
  const lines = source.split('\n');
  const end = lines.findIndex((line) => !commentOrBlank.test(line));
  return lines.slice(0, end === -1 ? lines.length : end).flatMap((text, index) => {
    const match = directive.exec(text);
    return match ? [{ name: match[1]!, value: match[2]!, line: index + 1 }] : [];
  });
}

/**
 * Reads the directives above the first line of code.
 *
 * @throws DirectiveError where one is given twice, is empty, or has a value that it cannot have.
 */
export function readDirectives(source: string): KernelDirectives {
  const found: Record<string, unknown> = {};
  for (const { name, value, line } of directiveLines(source)) {
    if (Object.hasOwn(found, name)) throw new DirectiveError(`"// ${name}:" is there twice; keep one.`, line);
    if (value === '')
      throw new DirectiveError(`"// ${name}:" says nothing; write a value after the colon.`, line);
    found[name] = readValue(name, value, line);
  }
  return found as KernelDirectives;
}

function readValue(name: string, value: string, line: number): unknown {
  switch (name) {
    case 'workgroups': {
      const sizes = value.split(',').map((size) => Number(size.trim() || Number.NaN));
      if (sizes.length > 3 || !sizes.every((size) => Number.isInteger(size) && size > 0 && size <= 65_535)) {
        throw new DirectiveError(
          `"// workgroups: ${value}" must be one to three whole numbers from 1 to 65535, such as "8, 8, 1".`,
          line,
        );
      }
      const [x = 1, y = 1, z = 1] = sizes;
      return [x, y, z];
    }
    case 'expect':
      if (!verdicts.some((verdict) => verdict === value)) {
        throw new DirectiveError(`"// expect: ${value}" must be one of ${verdicts.join(', ')}.`, line);
      }
      return value;
    case 'swap':
      if (value !== 'when right')
        throw new DirectiveError(`"// swap: ${value}" must be "when right", or not be there.`, line);
      return true;
    default:
      return value;
  }
}

/** Like `readDirectives`, for texts that are being typed: what cannot be read is as if it were not there. */
export function glanceDirectives(source: string): KernelDirectives {
  try {
    return readDirectives(source);
  } catch {
    const values = directiveLines(source).filter(
      ({ name, value }) => /program|kernel|lab/.test(name) && value,
    );
    return Object.fromEntries(values.map(({ name, value }) => [name, value]));
  }
}

/** The source of a WGSL cell for a kernel of a program. */
export function composeKernelCell(program: string, kernel: string, wgsl: string): string {
  return `// program: ${program}\n// kernel: ${kernel}\n\n${wgsl.trim()}\n`;
}

/** The source with other WGSL below the same directives. */
export function withBody(source: string, wgsl: string): string {
  const last = directiveLines(source).at(-1)?.line ?? 0;
  const head = source.split('\n').slice(0, last).join('\n');
  return head === '' ? `${wgsl.trim()}\n` : `${head}\n\n${wgsl.trim()}\n`;
}

/** The source with other directives for the program and the kernel in place of those that it has. */
export function retarget(source: string, program: string, kernel: string): string {
  const dropped = new Set(
    directiveLines(source)
      .filter(({ name }) => name === 'program' || name === 'kernel' || name === 'lab')
      .map(({ line }) => line),
  );
  const rest = source
    .split('\n')
    .filter((_, index) => !dropped.has(index + 1))
    .join('\n');
  return `// program: ${program}\n// kernel: ${kernel}\n${rest}`;
}
