import { InputError } from '../errors.ts';

/** Letters and digits of any script, `_`, and inside also space, `.`, `+`, `-`; parts separated by `/`. */
const pattern = /^[\p{L}\p{N}_][\p{L}\p{N}_ .+-]*(\/[\p{L}\p{N}_][\p{L}\p{N}_ .+-]*)*$/u;

/** @throws InputError where a file store does not take the name; all kinds of stores take the same. */
export function checkFileName(name: string): void {
  if (!pattern.test(name)) {
    throw new InputError(
      `${JSON.stringify(name)} cannot name a file; use letters, digits, "_", "-", "." and spaces, "/" between folders, and begin each part with a letter, digit or "_".`,
    );
  }
}
