/** A kernel from scratch: formula, WGSL, sizes. */
import type { TensorSpecification } from '../../kernels/kernel.ts';
import type { HostArray } from '../backend.ts';
import { toStorage } from '../data-type.ts';
import { GpuValidationError, InputError } from '../errors.ts';
import type { WebGpuDevice } from '../gpu/device.ts';
import { input } from '../graph/leaf.ts';
import { elementCount } from '../graph/value.ts';
import { coordinates } from '../reference/compare.ts';
import { checkArrays } from '../run/check-inputs.ts';
import { askedWorkgroups } from './bindings.ts';
import { Lab, type LabSubject } from './lab.ts';
import { numbersOf, randomOperands } from './operands.ts';
import type { KernelReport, KernelTestOptions, Workgroups } from './report.ts';
import { TestBed } from './test-bed.ts';

/** An operand; float32 where nothing is said. */
export type OperandShape = Pick<TensorSpecification, 'shape'> & Partial<TensorSpecification>;

export interface KernelDefinition<Names extends string> {
  readonly backend: WebGpuDevice;
  readonly name: string;
  /** In the order of their bindings, from `@binding(0)`; the output has the next one. */
  readonly inputs: Readonly<Record<Names, OperandShape>>;
  readonly output: OperandShape;
  /**
   * The formula, on plain numbers: either the element at an index `[i, j, …]` of the output, or all elements, row-major (then
   * the index is no matter).
   */
  readonly reference: (
    inputs: Readonly<Record<Names, Float64Array>>,
    index: readonly number[],
  ) => number | ArrayLike<number>;
  /** With entry point `main`. */
  readonly wgsl: string;
  /** Default: what its comment `// workgroups: x, y, z` says, else 1. */
  readonly workgroups?: Workgroups;
}

/** A lab whose current version is the definition's own. */
export class DefinedKernel<Names extends string = string> extends Lab {
  /** Tests the definition itself, or another version against it. */
  override test(wgsl = this.wgsl, options: KernelTestOptions = {}): Promise<KernelReport> {
    return super.test(wgsl, options);
  }

  /**
   * Runs the kernel.
   *
   * @returns the output, row-major: `Float32Array`, or the array of its data type
   * @throws InputError; GpuValidationError where it does not compile or end; DeviceLostError
   */
  async run(inputs: Readonly<Record<Names, HostArray>>): Promise<HostArray> {
    const declared = this.problem.inputs.map(({ shape, dataType }, i) =>
      input(this.#names[i]!, shape, dataType),
    );
    checkArrays('input', new Map(declared.map((value, i) => [this.#names[i]!, value])), inputs);
    const operands = declared.map(({ dataType }, i) => toStorage(dataType, inputs[this.#names[i]!]));
    const result = await this.execute(this.wgsl, operands);
    if ('status' in result)
      throw new GpuValidationError(`The kernel '${this.label}' cannot run: ${result.text}`);
    return result;
  }

  #names: readonly Names[] = [];

  /** See `defineKernel`. */
  static async define<Names extends string>(
    definition: KernelDefinition<Names>,
  ): Promise<DefinedKernel<Names>> {
    const { backend, name, reference, wgsl, workgroups } = definition;
    const names = Object.keys(definition.inputs) as Names[];
    const specification = ({ shape, dataType = 'float32' }: OperandShape): TensorSpecification => {
      if (!shape.every((size) => Number.isInteger(size) && size > 0)) {
        throw new InputError(
          `A shape of the kernel '${name}' is [${shape.join(', ')}]; sizes are whole numbers from 1.`,
        );
      }
      return { shape, dataType };
    };
    const problem = {
      inputs: names.map((operand) => specification(definition.inputs[operand])),
      output: specification(definition.output),
      epilogue: [],
    };
    const { shape } = problem.output;
    const elements = [...problem.inputs, problem.output].reduce(
      (sum, { shape }) => sum + elementCount(shape),
      0,
    );
    const subject: LabSubject = {
      gpu: backend,
      label: name,
      kernel: name,
      variant: 'defined',
      problem,
      wgsl,
      workgroups: workgroups ?? askedWorkgroups(wgsl) ?? [1, 1, 1],
      turns: () => 4096 + 4 * elements,
      operands: (seed) => randomOperands(problem, name, seed),
      expected(operands) {
        const numbers = numbersOf(problem, operands);
        const named = Object.fromEntries(names.map((operand, i) => [operand, numbers[i]!])) as Record<
          Names,
          Float64Array
        >;
        const at = (i: number) => reference(named, coordinates(i, shape));
        const first = at(0);
        const values =
          typeof first === 'number'
            ? Float64Array.from({ length: elementCount(shape) }, (_, i) => at(i) as number)
            : first;
        if (values.length !== elementCount(shape)) {
          throw new InputError(
            `The reference of '${name}' gives ${values.length} elements, but the output [${shape.join(', ')}] has ${elementCount(shape)}.`,
          );
        }
        return { values, rows: null };
      },
    };
    const kernel = new DefinedKernel<Names>(subject, await TestBed.create(backend, problem, name));
    kernel.#names = names;
    return kernel;
  }
}

/**
 * Makes a lab for a kernel from scratch. Integer operands get random numbers from 0 to 255, all others from [−1, 1).
 *
 * ```ts
 * const scale = await defineKernel({
 *   backend,
 *   name: 'scale',
 *   inputs: { x: { shape: [64, 64] } },
 *   output: { shape: [64, 64] },
 *   reference: ({ x }) => x.map((element) => 2 * element),
 *   wgsl: `
 *     @group(0) @binding(0) var<storage, read> x: array<f32, 4096>;
 *     @group(0) @binding(1) var<storage, read_write> y: array<f32, 4096>;
 *     @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) { y[id.x] = 2.0 * x[id.x]; }`,
 *   workgroups: [64, 1, 1],
 * });
 * (await scale.test()).text;
 * ```
 *
 * @throws InputError, OutOfMemoryError, DeviceLostError. A bad shader is reported by `test`.
 */
export function defineKernel<Names extends string>(
  definition: KernelDefinition<Names>,
): Promise<DefinedKernel<Names>> {
  return DefinedKernel.define(definition);
}
