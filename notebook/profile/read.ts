/** Reads a profile out of a document that anybody may have written. */
import type { Profile } from '../../engine/profile/profile.ts';

/** What a profile output shows: everything in tabs, or one view alone. */
export const profileViews = ['summary', 'timeline', 'kernels', 'roofline', 'memory'] as const;
export type ProfileViewName = (typeof profileViews)[number];

/** The value of the MIME type `application/vnd.warpbook.profile+json`. */
export interface ProfileData {
  readonly view: ProfileViewName;
  readonly profile: Profile;
}

type Check = (value: unknown) => boolean;

/** More than this is no profile that a page could draw. */
const most = 50_000;
const longestText = 1_000;

const text: Check = (value) => typeof value === 'string' && value.length <= longestText;
const amount: Check = (value) => typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
const whole: Check = (value) => amount(value) && Number.isInteger(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const oneOf =
  (...names: readonly string[]): Check =>
  (value) =>
    names.includes(value as string);
const list =
  (check: Check, length?: number): Check =>
  (value) =>
    Array.isArray(value) &&
    value.length <= most &&
    value.length === (length ?? value.length) &&
    value.every(check);
const record =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(fields).every(([name, check]) => check((value as Record<string, unknown>)[name]));

const dispatch = record({
  label: text,
  operation: text,
  kernel: text,
  variant: text,
  shape: list(whole),
  workgroups: list(whole, 3),
  workgroupSize: list(whole, 3),
  registerTile: orNull(text),
  milliseconds: amount,
  uncertaintyMs: amount,
  passRepeats: amount,
  startMs: amount,
  operations: amount,
  bytes: amount,
});

const profileShape = record({
  version: (value) => value === 1,
  clock: oneOf('timestamp-query', 'wall-clock', 'cpu'),
  resolutionMs: amount,
  device: text,
  repeats: amount,
  dispatches: list(dispatch),
  totalMs: amount,
  stages: list(
    record({
      name: oneOf('compile', 'write inputs', 'encode', 'submit', 'gpu', 'read back'),
      startMs: amount,
      milliseconds: amount,
    }),
  ),
  overhead: record({ plainMs: amount, profiledMs: amount }),
  memory: record({
    parameterBytes: amount,
    inputBytes: amount,
    buffers: list(amount),
    residencies: list(record({ label: text, bytes: amount, buffer: whole, first: whole, last: whole })),
    unsharedBytes: amount,
  }),
  ceilings: orNull(
    record({
      device: text,
      float32: amount,
      float16: orNull(amount),
      copyBandwidth: amount,
      workgroupBandwidth: amount,
      dispatchLatencyMs: amount,
    }),
  ),
});

/** The profile that a value is; undefined where it is none, or one that contradicts itself. */
export function readProfile(value: unknown): Profile | undefined {
  if (!profileShape(value)) return undefined;
  const profile = value as Profile;
  const { buffers, residencies } = profile.memory;
  // An output lives on after the last dispatch.
  const consistent = residencies.every(
    ({ buffer, first, last }) =>
      buffer < buffers.length && first <= last && last <= profile.dispatches.length,
  );
  return consistent ? profile : undefined;
}

/** The view and the profile of an output; undefined where the output is malformed. */
export function readProfileData(value: unknown): ProfileData | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { view, profile } = value as { view?: unknown; profile?: unknown };
  const read = readProfile(profile);
  return read && oneOf(...profileViews)(view) ? { view: view as ProfileViewName, profile: read } : undefined;
}
