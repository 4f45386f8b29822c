/** What lives in a plan's arena, and when. */
import { storageBytes } from '../data-type.ts';
import type { Plan } from '../plan/plan.ts';
import type { MemoryProfile, Residency } from './profile.ts';

/** Each dispatch's result with the dispatches from the one that writes it to the last that reads it; outputs stay. */
export function residencies({
  dispatches,
  outputs,
}: Pick<Plan, 'dispatches' | 'outputs'>): readonly Residency[] {
  const kept = new Set(
    Object.values(outputs).map((output) => (output.kind === 'arena' ? output.buffer : undefined)),
  );
  return dispatches.flatMap(({ label, output }, first) => {
    if (output.kind !== 'arena') return [];
    const { buffer, bytes } = output;
    let last = first;
    for (let later = first + 1; ; later += 1) {
      const next = dispatches[later];
      if (!next) {
        if (kept.has(buffer)) last = later - 1;
        break;
      }
      if (next.inputs.some((read) => read.kind === 'arena' && read.buffer === buffer)) last = later;
      if (next.output.kind === 'arena' && next.output.buffer === buffer) break;
    }
    return [{ label, bytes, buffer, first, last }];
  });
}

/** What a program of this plan holds on the GPU. */
export function memoryProfile(plan: Plan): MemoryProfile {
  const bytes = (values: Plan['inputs']) =>
    [...values.values()].reduce((sum, value) => sum + storageBytes(value), 0);
  return {
    parameterBytes: bytes(plan.parameters),
    inputBytes: bytes(plan.inputs),
    buffers: plan.arena,
    residencies: residencies(plan),
    unsharedBytes: plan.unsharedBytes,
  };
}
