/** Which parameters a training step has, and what becomes of them. */
import { leaves, type Value } from '../graph/value.ts';
import type { TrainingStep } from './step.ts';

export interface StepParameters {
  /** All of them by name, the optimiser's state and sums of gradients included. */
  readonly all: ReadonlyMap<string, Value>;
  /** Those of the model: what `HostParameters` must give. */
  readonly model: readonly string[];
  /** Those of the model that training changes: learned ones, moving averages. */
  readonly changing: readonly string[];
  /** Those of the model that stay as they are. */
  readonly frozen: readonly string[];
  /** The optimiser's state, without sums of gradients, which every step begins anew. */
  readonly state: readonly string[];
}

export function stepParameters(step: TrainingStep): StepParameters {
  const graphs = step.apply ? [step.graph, step.apply] : [step.graph];
  const all = new Map(graphs.flatMap((graph) => [...leaves(graph, 'parameter')]));
  const updated = new Set(graphs.flatMap(({ updates = {} }) => Object.keys(updates)));
  const own = step.initialState();
  const lasting = (step.apply ?? step.graph).updates ?? {};
  const model = [...all.keys()].filter((name) => !(name in own));
  return {
    all,
    model,
    changing: model.filter((name) => updated.has(name)),
    frozen: model.filter((name) => !updated.has(name)),
    state: Object.keys(own).filter((name) => name in lasting),
  };
}
