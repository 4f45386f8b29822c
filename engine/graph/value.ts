/**
 * The graph of a computation: values that know the operation and the values they come from.
 *
 * A model is a pure function from values to values. Nothing is computed and no GPU is touched while it is built;
 * shapes are static and checked here. A graph is nothing but its outputs by name: what they depend on is in it.
 */
import type { Convolution2dAttributes, Padding2d } from '../../kernels/convolution/geometry.ts';
import type { Activation, DataType, EpilogueStep, TensorSpecification } from '../../kernels/kernel.ts';
import { ShapeError } from '../errors.ts';
import type { TrainingOperation } from './training-operation.ts';

export { elementCount } from '../../kernels/storage.ts';
export type { Activation, Convolution2dAttributes, DataType, EpilogueStep, Padding2d, TensorSpecification };

/** What computes a value. Operands are in `Value.inputs`, in the order that each operation's function documents. */
export type Operation =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'parameter'; readonly name: string }
  | ({ readonly kind: 'conv2d' } & Convolution2dAttributes)
  | ({ readonly kind: 'depthwise_conv2d' } & Convolution2dAttributes)
  | { readonly kind: 'matmul' }
  | { readonly kind: 'add' }
  | { readonly kind: 'multiply' }
  | { readonly kind: Activation }
  | { readonly kind: 'reshape' }
  | { readonly kind: 'global_average_pool' }
  | { readonly kind: 'softmax' }
  | { readonly kind: 'attention_scores' }
  | { readonly kind: 'segment_softmax' }
  | { readonly kind: 'segment_weighted_sum' }
  | { readonly kind: 'segment_mean' }
  | { readonly kind: 'attention_pool' }
  | { readonly kind: 'image_preprocess' }
  | TrainingOperation;

export type OperationKind = Operation['kind'];

/** A tensor that will exist when the graph runs. */
export interface Value extends TensorSpecification {
  readonly operation: Operation;
  /** The operands of the operation, then those of the epilogue. */
  readonly inputs: readonly Value[];
  /** Element-wise steps fused behind the operation by a rewrite; empty in a graph as written. */
  readonly epilogue: readonly EpilogueStep[];
  /** What people call it, for example `block3/pointwise`. Never part of the meaning. */
  readonly label: string;
}

/** A computation: its outputs by name. */
export interface Graph {
  readonly outputs: Readonly<Record<string, Value>>;
  /** The new content of parameters by name: after a run they hold these values. Made by the functions of `updates.ts`. */
  readonly updates?: Readonly<Record<string, Value>>;
}

/** Makes a value. Op functions check shapes and call this; models call op functions. */
export function value(
  operation: Operation,
  inputs: readonly Value[],
  shape: readonly number[],
  dataType: DataType = 'float32',
): Value {
  return { operation, inputs, shape, dataType, epilogue: [], label: operation.kind };
}

/** The same value under a name that people recognise in plans, profiles and errors. */
export function named(label: string, original: Value): Value {
  return { ...original, label };
}

/** The values that a graph is asked for: outputs, then updates. */
export function roots({ outputs, updates = {} }: Graph): Value[] {
  return [...Object.values(outputs), ...Object.values(updates)];
}

/**
 * All values that the outputs and updates depend on, operands before users.
 *
 * @param alsoBefore values that must come before one, besides its operands
 * @throws ShapeError where these demand a circle.
 */
export function topologicalOrder(
  graph: Graph,
  alsoBefore: (current: Value) => readonly Value[] = () => [],
): Value[] {
  const order: Value[] = [];
  const state = new Map<Value, 'open' | 'done'>();
  // A stack of its own: the graph of a training step is too deep for recursion.
  const stack = roots(graph).reverse();
  while (stack.length > 0) {
    const current = stack.at(-1)!;
    if (state.has(current)) {
      stack.pop();
      if (state.get(current) === 'open') order.push(current);
      state.set(current, 'done');
      continue;
    }
    state.set(current, 'open');
    const before = [...alsoBefore(current), ...current.inputs.toReversed()];
    for (const operand of before) {
      if (state.get(operand) === 'open') {
        throw new ShapeError(
          `${current.operation.kind} '${current.label}' must run before and after '${operand.label}'; read a parameter before its update, not after.`,
        );
      }
      if (!state.has(operand)) stack.push(operand);
    }
  }
  return order;
}

/** Graph inputs or parameters by name, in first-use order. Throws `ShapeError` where one name has two meanings. */
export function leaves(graph: Graph, kind: 'input' | 'parameter'): Map<string, Value> {
  const found = new Map<string, Value>();
  for (const leaf of topologicalOrder(graph)) {
    if (leaf.operation.kind !== kind) continue;
    const { name } = leaf.operation as { name: string };
    const earlier = found.get(name);
    if (earlier && (earlier.dataType !== leaf.dataType || `${earlier.shape}` !== `${leaf.shape}`)) {
      throw new ShapeError(
        `${kind} '${name}' is declared as ${describe(earlier)} and again as ${describe(leaf)}; give them two names.`,
      );
    }
    if (!earlier) found.set(name, leaf);
  }
  return found;
}

/** `float32 [1, 7, 7, 1024]`, for messages. */
export function describe({ shape, dataType }: TensorSpecification): string {
  return `${dataType} [${shape.join(', ')}]`;
}
