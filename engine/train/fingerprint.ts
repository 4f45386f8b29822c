/** What makes two trainings the same, so that one goes on from the checkpoint of the other only where it is its own. */
import type { HostArray, HostParameters } from '../backend.ts';
import { parametersSha256, sha256 } from '../formats/sha256.ts';
import { type Graph, topologicalOrder, type Value } from '../graph/value.ts';
import type { Schedule } from './schedule.ts';

/** Checksums by what they are of; the key is what a refusal says. */
export type Fingerprint = Readonly<Record<string, string>>;

/** SHA-256 of operations, attributes, shapes and names of leaves, outputs and updates; labels do not matter. */
export function graphFingerprint(graphs: readonly Graph[]): Promise<string> {
  const described = graphs.map((graph) => {
    const indices = new Map<Value, number>();
    const values = topologicalOrder(graph).map((value, index) => {
      indices.set(value, index);
      const operands = value.inputs.map((operand) => indices.get(operand)!);
      return [value.operation, operands, value.shape, value.dataType];
    });
    const roots = [graph.outputs, graph.updates ?? {}].map((named) =>
      Object.entries(named).map(([name, value]) => [name, indices.get(value)!]),
    );
    return [values, roots];
  });
  return sha256(JSON.stringify(described, sortedKeys));
}

/** Attributes in order of their names, however an operation was written. */
function sortedKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** SHA-256 of the parameters that a training begins with. */
export function initialFingerprint(parameters: HostParameters, names: Iterable<string>): Promise<string> {
  const used = [...names].flatMap((name) => (parameters[name] ? [[name, parameters[name]] as const] : []));
  return parametersSha256(Object.fromEntries(used));
}

/** SHA-256 of the learning rates of the first steps. */
export function ratesFingerprint(schedule: Schedule, steps: number): Promise<string> {
  const rates = Float64Array.from({ length: steps }, (_, step) => schedule(step));
  return sha256(new Uint8Array(rates.buffer));
}

/** Some numbers of a batch. */
export interface Sample {
  /** Name and length of each input. */
  readonly inputs: readonly (readonly [name: string, length: number])[];
  readonly numbers: Float64Array;
}

/** The most numbers of one input that are looked at. */
const most = 1024;

/** Numbers spread over each input: a copy, made before the batch may be changed. */
export function sampleOf(batch: Readonly<Record<string, HostArray>>): Sample {
  const inputs = Object.keys(batch)
    .sort()
    .map((name) => [name, batch[name]!.length] as const);
  const numbers = new Float64Array(inputs.reduce((sum, [, length]) => sum + Math.min(most, length), 0));
  let position = 0;
  for (const [name, length] of inputs) {
    const stride = Math.max(1, length / most);
    for (let index = 0; index < Math.min(most, length); index++) {
      numbers[position++] = batch[name]![Math.floor(index * stride)]!;
    }
  }
  return { inputs, numbers };
}

/** SHA-256 of a sample. */
export function sampleFingerprint({ inputs, numbers }: Sample): Promise<string> {
  return sha256(JSON.stringify([inputs, Array.from(numbers, String)]));
}
