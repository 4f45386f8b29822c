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

/** Nothing is asked of what is null here; of a list, each element must be like the one that is given. */
const pattern: Readonly<Record<keyof Profile, unknown>> = {
  version: 1,
  clock: '',
  resolutionMs: 0,
  device: '',
  repeats: 0,
  dispatches: [
    {
      label: '',
      operation: '',
      kernel: '',
      variant: '',
      shape: [0],
      workgroups: [0],
      workgroupSize: [0],
      milliseconds: 0,
      uncertaintyMs: 0,
      passRepeats: 0,
      startMs: 0,
      operations: 0,
      bytes: 0,
    },
  ],
  totalMs: 0,
  stages: [{ name: '', startMs: 0, milliseconds: 0 }],
  overhead: { plainMs: 0, profiledMs: 0 },
  memory: {
    parameterBytes: 0,
    inputBytes: 0,
    buffers: [0],
    residencies: [{ label: '', bytes: 0, buffer: 0, first: 0, last: 0 }],
    unsharedBytes: 0,
  },
  ceilings: null,
};

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value;
}

function check(name: string, value: unknown, like: unknown): void {
  if (like === null) return;
  const kind = kindOf(like);
  if (kindOf(value) !== kind || Number.isNaN(value)) {
    throw new InputError(
      `This profile is damaged: '${name}' is ${kindOf(value)}, not ${kind}; export it again.`,
    );
  }
  const asked = like as Readonly<Record<string, unknown>>;
  const given = value as Readonly<Record<string, unknown>>;
  if (kind === 'object')
    for (const key of Object.keys(asked)) check(`${name}.${key}`, given[key], asked[key]);
  if (kind === 'list') for (const key of Object.keys(given)) check(`${name}[${key}]`, given[key], asked[0]);
}

/**
 * Reads what `JSON.stringify` made of a profile.
 *
 * @param json text, or what `JSON.parse` made of it
 * @throws InputError where it is no JSON, no profile, one of another version, or one with a part missing.
 */
export function parseProfile(json: unknown): Profile {
  let value = json;
  if (typeof json === 'string') {
    try {
      value = JSON.parse(json);
    } catch (error) {
      throw new InputError(`This is no profile: it is not JSON (${(error as Error).message}).`);
    }
  }
  const { version, traceEvents } = (value ?? {}) as Record<string, unknown>;
  if (typeof version !== 'number') {
    throw new InputError(
      `This is no profile: ${traceEvents ? 'it is a Chrome trace, which opens in Perfetto' : "it has no 'version'"}; take the raw JSON export.`,
    );
  }
  if (version !== 1) {
    throw new InputError(
      `This profile has version ${version}, but version 1 is the one known here; open it with a newer Warpbook, or profile again.`,
    );
  }
  check('profile', value, pattern);
  return value as Profile;
}
