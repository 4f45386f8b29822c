/**
 * Gradients against central differences, both through the float64 interpreter: the loss is the sum of the output, each
 * element weighed by a fixed random number.
 */
import { expect } from 'vitest';
import { gradients } from '../../engine/gradient/gradients.ts';
import { input } from '../../engine/graph/leaf.ts';
import { matmul } from '../../engine/graph/matmul.ts';
import { reshape } from '../../engine/graph/reduction.ts';
import { elementCount, type Graph, leaves, type Value } from '../../engine/graph/value.ts';
import { uniform } from '../../engine/random.ts';
import { interpret } from '../../engine/reference/interpreter.ts';
import '../../engine/training.ts';

export interface GradientOptions {
  /**
   * Numbers of leaves, inputs and parameters alike, by name. Default: seeded, uniform in [−1, 1). Leaves of `uint32` must
   * be given; numbers at a kink of the function must not.
   */
  readonly data?: Readonly<Record<string, ArrayLike<number>>>;
  /** Bound of `‖gradient − differences‖₂ / ‖differences‖₂`. Default 1e-6. */
  readonly tolerance?: number;
  /** Step of the differences, relative to numbers above 1. Default 1e-5: both errors are then near 1e-10. */
  readonly step?: number;
  /** The most elements of one leaf whose differences are taken, spread over it evenly. Default 64. */
  readonly elements?: number;
}

/** A gradient and its differences. */
interface Checked {
  readonly name: string;
  readonly actual: readonly number[];
  readonly expected: readonly number[];
}

function nameOf({ operation }: Value): string {
  if (operation.kind === 'input' || operation.kind === 'parameter') return operation.name;
  throw new Error(`Central differences are taken of inputs and parameters, not of ${operation.kind}.`);
}

function random(count: number, seed: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => 2 * uniform(seed, index) - 1);
}

/** The sum of all elements, each times a number that does not change: a scalar, `[1]`. */
export function weighedSum(output: Value): {
  readonly loss: Value;
  /** Numbers of the input that it adds to the graph. */
  readonly data: Readonly<Record<string, Float64Array>>;
} {
  const count = elementCount(output.shape);
  const name = `weights of ${count} elements`;
  const loss = reshape(matmul(reshape(output, [1, count]), input(name, [count, 1])), [1]);
  return { loss, data: { [name]: random(count, 99) } };
}

function dataOf(graph: Graph, given: Readonly<Record<string, ArrayLike<number>>>) {
  let seed = 1;
  const ofKind = (kind: 'input' | 'parameter') =>
    Object.fromEntries(
      [...leaves(graph, kind)].map(([name, leaf]) => {
        const numbers = given[name];
        if (numbers) return [name, Float64Array.from(numbers)];
        if (leaf.dataType === 'uint32') throw new Error(`The test must give the numbers of '${name}'.`);
        return [name, random(elementCount(leaf.shape), seed++)];
      }),
    );
  return { inputs: ofKind('input'), parameters: ofKind('parameter') };
}

/**
 * Expects that the gradients of an output agree with central differences, and that each is the same when it alone is asked
 * for.
 *
 * @param output any shape
 * @param withRespectTo inputs or parameters that it depends on
 */
export function expectGradients(
  output: Value,
  withRespectTo: readonly Value[],
  options: GradientOptions = {},
): void {
  const { tolerance = 1e-6 } = options;
  for (const { name, actual, expected } of checkGradients(output, withRespectTo, options)) {
    const norm = (numbers: readonly number[]) => Math.hypot(...numbers);
    const distance = norm(actual.map((element, index) => element - expected[index]!));
    const all = norm(expected);
    const bound = tolerance * (all > 0 ? all : 1);
    const shown = (numbers: readonly number[]) => numbers.slice(0, 8).join(', ');
    expect(
      distance <= bound,
      `the gradient with respect to '${name}' differs by ${distance / (all || 1)}: ${shown(actual)} … instead of ${shown(expected)} …`,
    ).toBe(true);
  }
}

function checkGradients(
  output: Value,
  withRespectTo: readonly Value[],
  { data = {}, step = 1e-5, elements = 64 }: GradientOptions,
): Checked[] {
  const { loss, data: weights } = weighedSum(output);
  const found = gradients(loss, withRespectTo);
  found.forEach((gradient, index) => {
    expect(gradient.shape, `the gradient with respect to '${withRespectTo[index]!.label}'`).toEqual(
      withRespectTo[index]!.shape,
    );
  });
  const graph: Graph = { outputs: { loss, ...Object.fromEntries(found.entries()) } };
  const bindings = dataOf(graph, { ...data, ...weights });
  const results = interpret(graph, bindings);
  const lossNow = () => interpret({ outputs: { loss } }, bindings).loss![0]!;

  return withRespectTo.map((leaf, index) => {
    const name = nameOf(leaf);
    const gradient = results[index]!;
    const alone = interpret({ outputs: { alone: gradients(loss, [leaf])[0]! } }, bindings).alone!;
    expect(alone, `the gradient with respect to '${name}' alone`).toEqual(gradient);
    const numbers = (bindings.inputs[name] ?? bindings.parameters[name])!;
    const stride = Math.max(1, numbers.length / elements);
    const positions = Array.from({ length: Math.min(numbers.length, elements) }, (_, position) =>
      Math.floor(position * stride),
    );
    return {
      name,
      actual: positions.map((position) => gradient[position]!),
      expected: positions.map((position) => {
        const middle = numbers[position]!;
        const half = step * Math.max(1, Math.abs(middle));
        const at = (shifted: number) => {
          numbers[position] = shifted;
          return lossNow();
        };
        const difference = (at(middle + half) - at(middle - half)) / (2 * half);
        numbers[position] = middle;
        return difference;
      }),
    };
  });
}
