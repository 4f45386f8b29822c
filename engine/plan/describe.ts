/** A plan as text, for people. */
import type { Location } from './location.ts';
import type { Plan } from './plan.ts';

function place(location: Location): string {
  return location.kind === 'arena' ? `arena ${location.buffer}` : `${location.kind} ${location.name}`;
}

/** One line a dispatch: what, by which kernel and variant, from where to where. Then the memory. */
export function describePlan(plan: Plan): string {
  const lines = plan.dispatches.map(
    ({ label, kernel, variant, problem, inputs, output, program }) =>
      `${label}: ${kernel.name}/${variant.name} [${problem.output.shape.join(', ')}] ` +
      `${problem.epilogue.length > 0 ? `+ ${problem.epilogue.join(' + ')} ` : ''}` +
      `${program.workgroups.join('×')} workgroups of ${program.workgroupSize.join('×')}; ` +
      `${inputs.map(place).join(', ')} → ${place(output)}`,
  );
  const arenaBytes = plan.arena.reduce((sum, bytes) => sum + bytes, 0);
  lines.push(
    `arena: ${plan.arena.length} buffers, ${arenaBytes} bytes; without sharing ${plan.unsharedBytes} bytes`,
  );
  return lines.join('\n');
}
