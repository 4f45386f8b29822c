/** A new cell id, eight hexadecimal digits, as Jupyter makes them. */
export function newCellId(): string {
  return [...crypto.getRandomValues(new Uint8Array(4))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

/** Whether a value may be a cell id by nbformat 4.5: 1 to 64 letters, digits, `-` and `_`. */
export function isCellId(value: unknown): value is string {
  return typeof value === 'string' && /^[a-zA-Z0-9_-]{1,64}$/.test(value);
}
