/** Colours: one a kernel, the same in every view. */
import type { Profile } from '../../../engine/profile/profile.ts';
import { groupRows, kernelRows, sortKernelRows } from '../../profile/rows.ts';

/** Colours of charts among the design tokens. */
const colours = 8;

/** Token of each kernel, the most costly first; those after the eighth share a grey. */
export function kernelTokens(profile: Profile): Map<string, string> {
  const groups = sortKernelRows(groupRows(kernelRows(profile)), 'milliseconds', true);
  return new Map(
    groups.map(({ kernel }, index) => [kernel, index < colours ? `--chart-${index + 1}` : '--text-faint']),
  );
}

/** Relative luminance of `#rrggbb` (WCAG 2.2). */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Black or white, whichever reads better on `#rrggbb`. */
export function inkOn(colour: string): string {
  const light = luminance(colour);
  return 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 ? '#ffffff' : '#000000';
}
