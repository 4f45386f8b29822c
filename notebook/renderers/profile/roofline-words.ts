import { html } from 'lit';
import type { Profile } from '../../../engine/profile/profile.ts';
import { formatDuration, formatSignificant } from '../../profile/format.ts';

/** What the ceilings are and where they were measured; without them, which call gives them. */
export function describeCeilings({ ceilings, device }: Profile) {
  if (!ceilings) {
    return html`<p class="note">
      This profile was taken without ceilings, so there are points but no roof. Measure the device once and hand the result
      to the profiler: <code>const ceilings = await measureCeilings(backend)</code>, then
      <code>program.profile(inputs, { ceilings })</code>.
    </p>`;
  }
  const rate = (value: number, unit: string) => `${formatSignificant(value)} ${unit}`;
  const other =
    ceilings.device === device ? '' : ' That is another device than the profile’s: compare with care.';
  return html`<p class="note">
    Ceilings measured by micro-benchmarks on ${ceilings.device}: multiply-add in float32
    ${rate(ceilings.float32, 'GFLOP/s')}, in float16
    ${ceilings.float16 === null ? 'not available' : rate(ceilings.float16, 'GFLOP/s')}; copying a large buffer
    ${rate(ceilings.copyBandwidth, 'GB/s')}, workgroup memory ${rate(ceilings.workgroupBandwidth, 'GB/s')}; an empty dispatch
    ${formatDuration(ceilings.dispatchLatencyMs)}.${other} Data that fits into caches can move faster than a copy: such points
    lie above the slope.
  </p>`;
}
