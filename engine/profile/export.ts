/** Profiles as files: a table for spreadsheets, and JSON that is checked when it is read back. */
import { InputError } from '../errors.ts';
import type { DispatchProfile, Profile } from './profile.ts';
import { intensity, rooflinePercent } from './roofline.ts';

type Cell = string | number | null;

/** Header and content of each column. */
const columns: readonly (readonly [string, (row: DispatchProfile, profile: Profile) => Cell])[] = [
  ['label', ({ label }) => label],
  ['operation', ({ operation }) => operation],
  ['kernel', ({ kernel }) => kernel],
  ['variant', ({ variant }) => variant],
  ['shape', ({ shape }) => shape.join('×')],
  ['workgroups', ({ workgroups }) => workgroups.join('×')],
  ['workgroup_size', ({ workgroupSize }) => workgroupSize.join('×')],
  ['register_tile', ({ registerTile }) => registerTile],
  ['start_ms', ({ startMs }) => startMs],
  ['milliseconds', ({ milliseconds }) => milliseconds],
  ['uncertainty_ms', ({ uncertaintyMs }) => uncertaintyMs],
  ['pass_repeats', ({ passRepeats }) => passRepeats],
  ['share_percent', ({ milliseconds }, { totalMs }) => (100 * milliseconds) / totalMs],
  ['operations', ({ operations }) => operations],
  ['bytes', ({ bytes }) => bytes],
  ['operations_per_byte', intensity],
  ['gflops', ({ operations, milliseconds }) => operations / milliseconds / 1e6],
  ['gb_per_s', ({ bytes, milliseconds }) => bytes / milliseconds / 1e6],
  ['roofline_percent', (row, { ceilings }) => ceilings && rooflinePercent(row, ceilings)],
];

function csvField(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : '';
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/**
 * One line a dispatch, as RFC 4180 has it: a header, CRLF, quotes where needed. What is unknown (a roofline without
 * ceilings, a rate of no time) is empty. Units are in the header: milliseconds, GFLOP/s, GB/s, percent.
 */
export function toCsv(profile: Profile): string {
  const header = columns.map(([name]) => name);
  const lines = profile.dispatches.map((row) => columns.map(([, cell]) => csvField(cell(row, profile))));
  return [header, ...lines].map((line) => `${line.join(',')}\r\n`).join('');
}

type Kind = 'string' | 'number' | 'object' | 'array';

const dispatchFields: Readonly<Record<string, Kind>> = {
  label: 'string',
  operation: 'string',
  kernel: 'string',
  variant: 'string',
  shape: 'array',
  workgroups: 'array',
  workgroupSize: 'array',
  milliseconds: 'number',
  uncertaintyMs: 'number',
  passRepeats: 'number',
  startMs: 'number',
  operations: 'number',
  bytes: 'number',
};
const fields: Readonly<Record<string, Kind>> = {
  clock: 'string',
  resolutionMs: 'number',
  device: 'string',
  repeats: 'number',
  dispatches: 'array',
  totalMs: 'number',
  stages: 'array',
  overhead: 'object',
  memory: 'object',
};

function kindOf(value: unknown): Kind | 'nothing' {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isFinite(value) ? 'number' : 'nothing';
  if (typeof value === 'string') return 'string';
  return typeof value === 'object' && value !== null ? 'object' : 'nothing';
}

function requireFields(where: string, value: unknown, wanted: Readonly<Record<string, Kind>>): void {
  if (kindOf(value) !== 'object') throw new InputError(`This is no profile: ${where} is no object.`);
  const given = value as Record<string, unknown>;
  for (const [name, kind] of Object.entries(wanted)) {
    if (kindOf(given[name]) !== kind) {
      throw new InputError(`This profile is damaged: ${where} has no ${kind} '${name}'; export it again.`);
    }
  }
}

/**
 * Reads what `JSON.stringify` made of a profile.
 *
 * @param json text, or what `JSON.parse` made of it
 * @throws InputError where it is no JSON, no profile, one of a newer version, or one with a part missing.
 */
export function parseProfile(json: unknown): Profile {
  let value = json;
  if (typeof json === 'string') {
    try {
      value = JSON.parse(json);
    } catch (error) {
      throw new InputError(`This is no profile: it is not JSON (${(error as Error).message}).`, {
        cause: error,
      });
    }
  }
  const { version, traceEvents } = (kindOf(value) === 'object' ? value : {}) as Record<string, unknown>;
  if (traceEvents) {
    throw new InputError(
      'This is a Chrome trace, which opens in Perfetto; a profile is the raw JSON export.',
    );
  }
  if (typeof version !== 'number') {
    throw new InputError("This is no profile: it has no 'version'; take the raw JSON export of a profile.");
  }
  if (version !== 1) {
    throw new InputError(
      `This profile has version ${version}, but only version 1 is known here; open it with a newer Warpbook, or profile again.`,
    );
  }
  requireFields('the profile', value, fields);
  const profile = value as Profile;
  if (!['timestamp-query', 'wall-clock', 'cpu'].includes(profile.clock)) {
    throw new InputError(`This profile is damaged: nobody knows the clock '${profile.clock}'.`);
  }
  profile.dispatches.forEach((row, index) => {
    requireFields(`dispatch ${index}`, row, dispatchFields);
  });
  profile.stages.forEach((stage, index) => {
    requireFields(`stage ${index}`, stage, { name: 'string', startMs: 'number', milliseconds: 'number' });
  });
  requireFields('its overhead', profile.overhead, { plainMs: 'number', profiledMs: 'number' });
  requireFields('its memory', profile.memory, {
    parameterBytes: 'number',
    inputBytes: 'number',
    buffers: 'array',
    residencies: 'array',
    unsharedBytes: 'number',
  });
  profile.memory.residencies.forEach((residency, index) => {
    requireFields(`residency ${index}`, residency, {
      label: 'string',
      bytes: 'number',
      buffer: 'number',
      first: 'number',
      last: 'number',
    });
  });
  if (profile.ceilings) {
    requireFields('its ceilings', profile.ceilings, {
      device: 'string',
      float32: 'number',
      copyBandwidth: 'number',
    });
  }
  return profile;
}
