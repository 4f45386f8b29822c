/** Runs a graph as it is written, operation by operation, in float64. */
import type { HostArray } from '../backend.ts';
import { fromFloat16 } from '../data-type.ts';
import { InputError } from '../errors.ts';
import { describe, elementCount, type Graph, roots, topologicalOrder, type Value } from '../graph/value.ts';
import { evaluate, type ReferenceProblem } from './evaluate.ts';

/** Numbers as the interpreter takes them. */
export type ReferenceArray = HostArray | Float64Array;

/** What a graph needs to run, by name. More parameters than the graph uses may be given. */
export interface Bindings {
  readonly inputs?: Readonly<Record<string, ReferenceArray>>;
  readonly parameters?: Readonly<Record<string, ReferenceArray>>;
}

/** One operation that has just been computed. */
export interface Step {
  readonly value: Value;
  /** Wall-clock time, milliseconds. */
  readonly milliseconds: number;
}

/**
 * Host data as float64. `Uint16Array` is taken as the bits of float16 numbers where the leaf is declared float16.
 * A float64 array is used as it is, not copied.
 */
export function toFloat64(leaf: Value, data: ReferenceArray): Float64Array {
  if (data instanceof Float64Array) return data;
  if (leaf.dataType === 'float16' && data instanceof Uint16Array) return new Float64Array(fromFloat16(data));
  return new Float64Array(data);
}

function bind(leaf: Value, { inputs = {}, parameters = {} }: Bindings): Float64Array {
  const { kind, name } = leaf.operation as { kind: 'input' | 'parameter'; name: string };
  const data = (kind === 'input' ? inputs : parameters)[name];
  if (!data) throw new InputError(`The ${kind} '${name}' is missing; give it as ${describe(leaf)}.`);
  if (data.length !== elementCount(leaf.shape)) {
    throw new InputError(
      `The ${kind} '${name}' must hold ${elementCount(leaf.shape)} elements, ${describe(leaf)}, but it holds ${data.length}.`,
    );
  }
  return toFloat64(leaf, data);
}

/** What a graph makes, by name. */
export interface Interpretation {
  readonly outputs: Record<string, Float64Array>;
  /** The new content of parameters. */
  readonly updates: Record<string, Float64Array>;
}

/**
 * The interpreter, step by step: yields after each operation, returns outputs and updates at the end. The bindings are not
 * changed. An intermediate is dropped after its last use.
 */
export function* interpretSteps(graph: Graph, bindings: Bindings): Generator<Step, Interpretation, void> {
  const order = topologicalOrder(graph);
  const usesLeft = new Map<Value, number>();
  const count = (used: Value): void => void usesLeft.set(used, (usesLeft.get(used) ?? 0) + 1);
  for (const value of order) value.inputs.forEach(count);
  // Outputs have one use more, which never ends.
  roots(graph).forEach(count);

  const results = new Map<Value, Float64Array>();
  for (const value of order) {
    const { operation, inputs, epilogue } = value;
    if (operation.kind === 'input' || operation.kind === 'parameter') {
      results.set(value, bind(value, bindings));
      continue;
    }
    const start = performance.now();
    const problem: ReferenceProblem = { ...operation, inputs, output: value, epilogue };
    results.set(
      value,
      evaluate(
        problem,
        inputs.map((operand) => results.get(operand)!),
      ),
    );
    const milliseconds = performance.now() - start;
    for (const operand of inputs) {
      const left = usesLeft.get(operand)! - 1;
      usesLeft.set(operand, left);
      if (left === 0) results.delete(operand);
    }
    yield { value, milliseconds };
  }
  const named = (values: Readonly<Record<string, Value>>) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, results.get(value)!.slice()]));
  return { outputs: named(graph.outputs), updates: named(graph.updates ?? {}) };
}

/**
 * Computes the outputs of a graph in float64, without rewriting it first.
 *
 * @returns each output by name, row-major
 * @throws InputError where an input or parameter is missing, has the wrong length, or offsets are impossible.
 */
export function interpret(graph: Graph, bindings: Bindings): Record<string, Float64Array> {
  const steps = interpretSteps(graph, bindings);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value.outputs;
  }
}
