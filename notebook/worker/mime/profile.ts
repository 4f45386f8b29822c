/** A profile as an output: its views for Warpbook, a table for everything else. */

import type { Profile } from '../../../engine/profile/profile.ts';
import type { JsonObject, MimeBundle } from '../../document/nbformat.ts';
import { formatMeasured } from '../../profile/format.ts';
import { type ProfileViewName, profileViews, readProfile } from '../../profile/read.ts';
import { formatTime, kernelRows } from '../../profile/rows.ts';
import { describeProfile, describeStages } from '../../profile/summary.ts';
import { mimeTypes } from '../protocol.ts';
import { type Displayable, displayable } from './displayable.ts';
import { escapeHtml } from './escape.ts';
import { inspect } from './plain.ts';
import { tableBundle } from './table.ts';

/** The bundle of a profile: the profile itself, and a table of its kernels as HTML and as text. */
export function profileBundle(profile: Profile, view: ProfileViewName = 'summary'): MimeBundle {
  const rows = kernelRows(profile).map((row) => ({
    dispatch: row.label,
    kernel: row.kernel,
    shape: row.shape,
    ms:
      row.atMostMs > 0
        ? formatTime(row).value
        : Number(formatMeasured(row.milliseconds, row.uncertaintyMs).value),
    '±': rounded(row.uncertaintyMs, 2),
    '%': rounded(100 * row.share, 2),
    'GFLOP/s': rounded(row.gigaflops, 3),
    'GB/s': rounded(row.gigabytes, 3),
    ...(profile.ceilings
      ? { '% of roofline': row.roofline === null ? null : Math.round(100 * row.roofline) }
      : {}),
    variant: row.variant,
  }));
  const table = tableBundle(rows);
  const summary = describeProfile(profile);
  const stages = describeStages(profile);
  return {
    // A copy: what a cell changes later is not shown.
    [mimeTypes.profile]: { view, profile: JSON.parse(JSON.stringify(profile)) as JsonObject },
    [mimeTypes.html]: `<p>${escapeHtml(summary)}<br>\n${escapeHtml(stages)}</p>\n${table[mimeTypes.html] as string}`,
    [mimeTypes.plain]: [summary, stages, table[mimeTypes.plain] as string].filter(Boolean).join('\n'),
  };
}

function rounded(value: number | null, digits: number): number | null {
  return value === null ? null : Number(value.toPrecision(digits));
}

/**
 * One view of a profile alone.
 *
 * @throws TypeError where the value is no profile, or the view is not one of `profileViews`.
 */
export function profileView(profile: unknown, view: ProfileViewName = 'summary'): Displayable {
  const read = readProfile(profile);
  if (!read) {
    throw new TypeError(
      `profileView: ${inspect(profile).slice(0, 80)} is no profile; pass what program.profile(…) resolves to.`,
    );
  }
  if (!profileViews.includes(view)) {
    throw new TypeError(
      `profileView: there is no view ${inspect(view)}; choose one of ${profileViews.join(', ')}.`,
    );
  }
  return displayable(profileBundle(read, view));
}
