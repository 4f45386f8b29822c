/** Any value as a MIME bundle. */
import type { MimeBundle } from '../../document/nbformat.ts';
import { readProfile } from '../../profile/read.ts';
import { mimeTypes } from '../protocol.ts';
import { type Displayable, displayable, isDisplayable, ownBundle } from './displayable.ts';
import { isContainer, jsonTree } from './json-tree.ts';
import { isKernelReport, kernelReportBundle } from './kernel-report.ts';
import { describeArray, isNumericArray } from './numeric-array.ts';
import { isPicture, pictureBundle } from './picture.ts';
import { plainText } from './plain.ts';
import { profileBundle } from './profile.ts';
import { isTabular, type TableOptions, tableBundle } from './table.ts';

/**
 * How a value is shown: the richest representations that fit, always with `text/plain`. What can change later
 * (arrays, objects) is read before this returns; only pictures and charts take time.
 */
export function toMimeBundle(value: unknown): MimeBundle | Promise<MimeBundle> {
  if (isDisplayable(value)) {
    return withPlainText(value, ownBundle(value));
  }
  if (isPicture(value)) {
    return pictureBundle(value);
  }
  return dataBundle(value);
}

async function withPlainText(value: unknown, given: MimeBundle | Promise<MimeBundle>): Promise<MimeBundle> {
  const bundle = await given;
  return mimeTypes.plain in bundle ? bundle : { ...bundle, [mimeTypes.plain]: plainText(value) };
}

function dataBundle(value: unknown): MimeBundle {
  try {
    if (isKernelReport(value)) {
      return kernelReportBundle({ report: value });
    }
    const profile = readProfile(value);
    if (profile) {
      return profileBundle(profile);
    }
    if (isTabular(value)) {
      return tableBundle(value);
    }
    const plain = { [mimeTypes.plain]: tensorText(value) ?? plainText(value) };
    return isTree(value) ? { [mimeTypes.json]: jsonTree(value), ...plain } : plain;
  } catch {
    // Proxies may throw at any look at them; text says what it can.
    return { [mimeTypes.plain]: plainText(value) };
  }
}

/** The text of an object with a shape and its numbers, `{ shape: [2, 3], data: Float32Array }`. */
function tensorText(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  const { shape, data } = value as { shape?: unknown; data?: unknown };
  return isNumericArray(data) && Array.isArray(shape) ? describeArray(data, shape as number[]) : undefined;
}

/** Whether a value has parts that a tree shows better than text: objects, and lists that hold objects. */
function isTree(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || isNumericArray(value) || !isContainer(value)) {
    return false;
  }
  if (tensorText(value) !== undefined) {
    return false;
  }
  const parts = Array.isArray(value) || value instanceof Set ? [...value] : undefined;
  return parts === undefined || parts.some((part) => typeof part === 'object' && part !== null);
}

/** Rows as a table, whatever they hold; columns can be chosen. */
export function table(rows: Iterable<unknown>, options: TableOptions = {}): Displayable {
  return displayable(tableBundle(rows, options));
}
