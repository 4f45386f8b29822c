/** The notebooks that come with Warpbook, fetched when they are opened. */

const addresses = import.meta.glob<string>('../shipped/*.ipynb', {
  query: '?url',
  import: 'default',
  eager: true,
});

const byName = new Map(
  Object.entries(addresses).map(([path, address]) => [path.replace(/^.*\/|\.ipynb$/g, ''), address]),
);

/** Names without `.ipynb`; `quickstart` first. */
export const shippedNames: readonly string[] = [...byName.keys()].sort((a, b) =>
  a === 'quickstart' ? -1 : b === 'quickstart' ? 1 : a.localeCompare(b),
);

/** What each is, in a few words. */
const subjects: Readonly<Record<string, string>> = {
  quickstart: 'first steps: from photos to interests',
  'profile-kernels': 'lesson: profile, roofline, a faster kernel',
  'reproduce-paper': 'the paper run again: table and figures',
};

export function shippedSubject(name: string): string {
  return subjects[name] ?? 'example';
}

/**
 * The text of a shipped notebook.
 *
 * @throws Error in one sentence when there is none of that name, or it cannot be fetched.
 */
export async function fetchShipped(name: string): Promise<string> {
  const address = byName.get(name);
  if (address === undefined) {
    throw new Error(`There is no notebook "${name}" here: choose ${shippedNames.join(', ') || 'a file'}.`);
  }
  const response = await fetch(address);
  if (!response.ok)
    throw new Error(
      `The notebook "${name}" could not be fetched (HTTP ${response.status}): reload the page.`,
    );
  return response.text();
}
