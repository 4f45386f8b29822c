/** Numbers of a profile as people read them. */

/** Three significant digits (or as many as asked for), never with an exponent: `1240`, `12.3`, `0.0451`. */
export function formatSignificant(value: number, digits = 3): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  // Rounded first: 999.7 has four digits once it has three.
  const rounded = Math.abs(Number(value.toPrecision(digits)));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(rounded)));
  return value.toFixed(Math.min(decimals, 9));
}

/** A duration in the unit that suits it: `2.14 s`, `40.4 ms`, `780 µs`, `65.5 ns`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0 ms';
  if (milliseconds >= 999.5) return `${formatSignificant(milliseconds / 1000)} s`;
  if (milliseconds >= 0.9995) return `${formatSignificant(milliseconds)} ms`;
  if (milliseconds >= 0.9995e-3) return `${formatSignificant(milliseconds * 1e3)} µs`;
  return `${formatSignificant(milliseconds * 1e6)} ns`;
}

/** Decimals at which an uncertainty has two significant digits; the value gets no more. */
function decimalsFor(uncertainty: number): number {
  return Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(uncertainty))));
}

/** `40.37` and `± 0.81`: a measured number has no more decimals than its uncertainty justifies. */
export function formatMeasured(value: number, uncertainty: number): { value: string; uncertainty: string } {
  if (uncertainty <= 0) return { value: formatSignificant(value), uncertainty: '' };
  const decimals = decimalsFor(uncertainty);
  return { value: value.toFixed(decimals), uncertainty: `± ${uncertainty.toFixed(decimals)}` };
}

/** `12.3 %`, `0.4 %`, `< 0.1 %`, of a fraction. */
export function formatShare(fraction: number): string {
  const percent = 100 * fraction;
  if (percent > 0 && percent < 0.05) return '< 0.1 %';
  return `${percent >= 99.95 ? percent.toFixed(0) : percent.toFixed(1)} %`;
}

/** Bytes in powers of a thousand, as GB/s are: `512 B`, `1.61 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${formatSignificant(value)} ${units[unit]}`;
}

/** `1 × 112 × 112 × 32`. */
export function formatShape(shape: readonly number[]): string {
  return shape.length === 0 ? 'scalar' : shape.join('×');
}

/** Workgroup sizes without the ones at their end: `64`, `8×8`; a dash where there are none, as on a processor. */
export function formatExtent([x, y, z]: readonly [number, number, number]): string {
  if (x === 0) return '–';
  return z > 1 ? `${x}×${y}×${z}` : y > 1 ? `${x}×${y}` : String(x);
}
