/** What a renderer is: it draws one MIME type. */
import type { JsonObject, JsonValue, MimeBundle, MultilineString } from '../document/nbformat.ts';
import type { InputValue } from '../worker/protocol.ts';

export interface RenderContext {
  /** The whole bundle, for alternative texts and fallbacks. */
  bundle: MimeBundle;
  /** The output's metadata, by MIME type. */
  metadata: JsonObject;
  /** What the person entered in this cell's controls, by label. */
  inputs: Record<string, InputValue>;
}

export interface Renderer {
  mimeType: string;
  /** A Lit template, or undefined when the value is malformed: then the next type of the bundle is tried. */
  render(value: JsonValue, context: RenderContext): unknown;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text of a value that is a string or a list of lines; undefined for anything else. */
export function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((line) => typeof line === 'string')) return value.join('');
  return undefined;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal sequences begin with the escape character.
const terminalSequence = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** Text without the colour codes and cursor movements of terminals. */
export function withoutTerminalSequences(text: MultilineString): string {
  return (typeof text === 'string' ? text : text.join('')).replace(terminalSequence, '');
}

/** Draws text as it is. */
export function plainText(bundle: MimeBundle): string {
  return withoutTerminalSequences(textOf(bundle['text/plain']) ?? '');
}
