/** Whether an edited shader declares the entry point and the bindings that its kernel has. */
import { blankComments, lineAt } from './comments.ts';

/** A shader's flaw, where it is. */
export interface Misfit {
  /** From 1; 0 where something is missing. */
  readonly line: number;
  readonly message: string;
}

/** A variable in a binding whose numbers the shader does not compute. */
interface Binding {
  readonly group: number;
  readonly binding: number;
  /** For example `var<storage,read>`. */
  readonly kind: string;
  readonly line: number;
}

function bindingsOf(wgsl: string): Binding[] {
  const declaration = /((?:@\w+\s*\([^)]*\)\s*)+)var\b\s*([^:=;]*?)\s*\w+\s*[:=;]/g;
  return [...blankComments(wgsl).matchAll(declaration)].flatMap(
    ({ 0: whole, 1: attributes = '', 2: space = '', index }) => {
      const number = (name: string): number =>
        Number(new RegExp(`@${name}\\s*\\(\\s*(\\d+)`).exec(attributes)?.[1]);
      const line = lineAt(wgsl, index + whole.indexOf('var'));
      const [group, binding] = [number('group'), number('binding')];
      return Number.isNaN(group + binding)
        ? []
        : [{ group, binding, kind: `var${space.replace(/\s/g, '')}`, line }];
    },
  );
}

/** Line of a binding's variable, 0 where there is none. */
export function bindingLine(wgsl: string, binding: number): number {
  return bindingsOf(wgsl).find((found) => found.binding === binding)?.line ?? 0;
}

/**
 * What keeps a shader from being bound as its kernel is: inputs at 0, 1, …, then the output.
 *
 * @param inputs how many there are
 * @returns null where everything fits, as far as the text says
 */
export function findMisfit(wgsl: string, inputs: number): Misfit | null {
  if (!/\bfn\s+main\s*\(/.test(blankComments(wgsl))) {
    return { line: 0, message: 'The shader has no entry point `main`; write @compute … fn main(…).' };
  }
  for (const { group, binding, kind, line } of bindingsOf(wgsl)) {
    const isOutput = binding === inputs;
    const right = `var<storage,${isOutput ? 'read_write' : 'read'}>`;
    if (group !== 0 || binding > inputs) {
      const has = `bindings 0 to ${inputs} of group 0, the last one for the output`;
      return { line, message: `This kernel has no @group(${group}) @binding(${binding}); it has ${has}.` };
    }
    // Read is what `var<storage>` means by itself.
    if (kind !== right && !(kind === 'var<storage>' && !isOutput)) {
      const role = isOutput ? 'the output' : 'an input';
      return { line, message: `Binding ${binding} is ${role}; declare it ${right.replace(',', ', ')}.` };
    }
  }
  return null;
}

/** Workgroups that a comment of the shader asks for: `// workgroups: 12, 4, 1`, also with fewer numbers. */
export function askedWorkgroups(wgsl: string): readonly [number, number, number] | null {
  const [, x, y = 1, z = 1] =
    /^\s*\/\/\s*workgroups:\s*(\d+)(?:\s*[,×x]\s*(\d+))?(?:\s*[,×x]\s*(\d+))?\s*$/m.exec(wgsl) ?? [];
  return x === undefined ? null : [Number(x), Number(y), Number(z)];
}

/** Invocations in a workgroup, `[x, y, z]`, where the shader says so in plain numbers; else 1. */
export function workgroupSizeOf(wgsl: string): [number, number, number] {
  const [, sizes = ''] = /@workgroup_size\s*\(([\diu,\s]+)\)/.exec(blankComments(wgsl)) ?? [];
  const [x = 1, y = 1, z = 1] = sizes.split(',').map((size) => Number.parseInt(size, 10) || 1);
  return [x, y, z];
}
