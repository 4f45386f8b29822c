import type { MimeBundle } from '../document/nbformat.ts';
import { type InputData, type InputValue, mimeTypes } from './protocol.ts';

/** An entry of a `select`: a value that is its own label, or both. */
export type SelectOption = string | { value: string; label: string };

/** The controls that a cell can draw. Their values come from the page, which runs the cell again when they change. */
export interface CellInputs<Photo> {
  /**
   * A list to choose from.
   *
   * @returns The chosen value; at first `value`, else the first option's.
   * @throws TypeError without options, or where `value` is none of them.
   */
  select(label: string, options: readonly SelectOption[], defaults?: { value?: string }): string;
  /**
   * A place to drop photos.
   *
   * @returns The decoded photos; none until some were dropped.
   */
  photos(label: string): Promise<Photo[]>;
}

export interface InputsOptions<Photo> {
  /** The value of a control that the running cell drew before. */
  read(label: string): InputValue | undefined;
  draw(bundle: MimeBundle): void;
  decodePhoto(file: Blob, name: string): Promise<Photo>;
}

export function createInputs<Photo>({ read, draw, decodePhoto }: InputsOptions<Photo>): CellInputs<Photo> {
  return {
    select(label, options, defaults = {}) {
      const entries = [...options].map((option) =>
        typeof option === 'string'
          ? { value: option, label: option }
          : { value: option.value, label: option.label },
      );
      const fallback = defaults.value ?? entries[0]?.value;
      const has = (value: unknown) => entries.some((entry) => entry.value === value);
      if (fallback === undefined) {
        throw new TypeError(`inputs.select: "${label}" has no options to choose from.`);
      }
      if (!has(fallback)) {
        throw new TypeError(`inputs.select: the value "${fallback}" of "${label}" is none of its options.`);
      }
      // The options may have changed since the person chose.
      const entered = read(label);
      const value = typeof entered === 'string' && has(entered) ? entered : fallback;
      const shown = entries.find((entry) => entry.value === value)?.label ?? value;
      draw(inputBundle({ kind: 'select', label, options: entries, value }, `${label}: ${shown}`));
      return value;
    },
    async photos(label) {
      const entered = read(label);
      const files = Array.isArray(entered) ? entered : [];
      const names = files.map((file) => file.name);
      const data: InputData = { kind: 'files', label, accept: 'image/*', multiple: true, value: names };
      draw(inputBundle(data, `${label}: ${names.length > 0 ? names.join(', ') : '(no photos)'}`));
      return Promise.all(files.map((file) => decodePhoto(file, file.name)));
    },
  };
}

function inputBundle(data: InputData, text: string): MimeBundle {
  return { [mimeTypes.input]: structuredClone(data) as never, [mimeTypes.plain]: text };
}
