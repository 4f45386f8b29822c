/** The formats that a profile is saved in. */
import type { Profile } from '../../../engine/profile/profile.ts';
import type { TextFile } from './download.ts';

export interface ExportFormat {
  readonly label: string;
  readonly hint: string;
  make(profile: Profile): TextFile;
}

export const exportFormats: readonly ExportFormat[] = [
  {
    label: 'JSON',
    hint: 'The profile as it is in this notebook',
    make: (profile) => ({
      name: 'profile.json',
      type: 'application/json',
      text: `${JSON.stringify(profile, null, 1)}\n`,
    }),
  },
];
