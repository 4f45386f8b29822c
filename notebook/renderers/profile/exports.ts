/** The formats that a profile is saved in. */
import { toChromeTrace } from '../../../engine/profile/chrome-trace.ts';
import { toCsv } from '../../../engine/profile/export.ts';
import type { Profile } from '../../../engine/profile/profile.ts';

export interface ExportFormat {
  readonly label: string;
  readonly hint: string;
  /** Name of the file. */
  readonly file: string;
  readonly mimeType: string;
  write(profile: Profile): string;
}

export const exportFormats: readonly ExportFormat[] = [
  {
    label: 'Chrome trace (Perfetto)',
    hint: 'The recorded run, for ui.perfetto.dev and chrome://tracing',
    file: 'profile-trace.json',
    mimeType: 'application/json',
    write: (profile) => JSON.stringify(toChromeTrace(profile)),
  },
  {
    label: 'CSV',
    hint: 'One line a dispatch, for spreadsheets',
    file: 'profile.csv',
    mimeType: 'text/csv',
    write: toCsv,
  },
  {
    label: 'JSON',
    hint: 'The whole profile; parseProfile reads it',
    file: 'profile.json',
    mimeType: 'application/json',
    write: (profile) => `${JSON.stringify(profile, null, 1)}\n`,
  },
];
