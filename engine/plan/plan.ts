/**
 * A plan: the list of dispatches that computes a graph, and where every value lives. It is plain data; it can be
 * printed, drawn, costed and profiled, and making it touches no GPU.
 */
import type {
  Kernel,
  KernelCost,
  KernelProblem,
  KernelProgram,
  KernelTarget,
  KernelVariant,
} from '../../kernels/kernel.ts';
import { ShapeError } from '../errors.ts';
import {
  describe,
  type Graph,
  leaves,
  type OperationKind,
  type TensorSpecification,
  topologicalOrder,
  type Value,
} from '../graph/value.ts';
import { optimize } from '../rewrite/passes.ts';
import { isDispatched, kernelOf, problemOf, training } from './kernels.ts';
import type { Location } from './location.ts';
import { placeValues } from './place.ts';

/** One launch of one kernel. */
export interface Dispatch {
  readonly label: string;
  readonly operation: OperationKind;
  readonly kernel: Kernel;
  readonly variant: KernelVariant;
  readonly problem: KernelProblem;
  readonly program: KernelProgram;
  readonly cost: KernelCost;
  readonly inputs: readonly Location[];
  /** Where the kernel works in place (`problem.inPlace`), the first input. */
  readonly output: Location;
}

export interface Plan {
  readonly dispatches: readonly Dispatch[];
  /** Bytes of each arena buffer. */
  readonly arena: readonly number[];
  /** What the intermediates would take if they shared nothing, bytes. */
  readonly unsharedBytes: number;
  readonly inputs: ReadonlyMap<string, Value>;
  readonly parameters: ReadonlyMap<string, Value>;
  readonly outputs: Readonly<Record<string, OutputLocation>>;
  /** Parameters that a run changes. */
  readonly updates: readonly string[];
}

/** Where an output is, and what it is there: float32 unless a leaf of another data type is an output itself. */
export type OutputLocation = Location & { readonly specification: TensorSpecification };

/** Picks the variant of a dispatch; default: the kernel's own choice. */
export type VariantChoice = (kernel: Kernel, problem: KernelProblem, target: KernelTarget) => KernelVariant;

const defaultChoice: VariantChoice = (kernel, problem, target) => kernel.defaultVariant(problem, target);

/**
 * Rewrites and plans a graph for a target.
 *
 * @throws ShapeError where no variant of a kernel computes an operation on this target.
 */
export function planGraph(
  original: Graph,
  target: KernelTarget,
  choose: VariantChoice = defaultChoice,
): Plan {
  const graph = optimize(original);
  const computed = (graph.updates ? training.schedule! : topologicalOrder)(graph).filter(isDispatched);
  const { locate, arena, unsharedBytes } = placeValues(graph, computed);
  const dispatches = computed.map((current): Dispatch => {
    const { kind } = current.operation;
    const kernel = kernelOf(kind)!;
    const problem = problemOf(current);
    const variant = choose(kernel, problem, target);
    if (!variant?.supports(problem, target)) {
      throw new ShapeError(
        `${kind} '${current.label}': no kernel variant computes ${describe(current)} from ` +
          `${current.inputs.map(describe).join(' and ')} on this GPU.`,
      );
    }
    return {
      label: current.label,
      operation: kind,
      kernel,
      variant,
      problem,
      program: variant.build(problem),
      cost: kernel.cost(problem),
      inputs: current.inputs.map(locate),
      output: locate(current),
    };
  });
  return {
    dispatches,
    arena,
    unsharedBytes,
    inputs: leaves(graph, 'input'),
    parameters: leaves(graph, 'parameter'),
    outputs: Object.fromEntries(
      Object.entries(graph.outputs).map(([name, output]) => [
        name,
        { ...locate(output), specification: { shape: output.shape, dataType: output.dataType } },
      ]),
    ),
    updates: Object.keys(graph.updates ?? {}),
  };
}
