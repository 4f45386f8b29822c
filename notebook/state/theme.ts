/** Light or dark: as the system says, unless the person chose. */

export type Theme = 'light' | 'dark';

const key = 'warpbook-theme';
const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

function chosen(): Theme | undefined {
  try {
    const value = localStorage.getItem(key);
    return value === 'light' || value === 'dark' ? value : undefined;
  } catch {
    return undefined;
  }
}

export function currentTheme(): Theme {
  return document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light';
}

function apply(): void {
  document.documentElement.dataset.theme = chosen() ?? (systemIsDark.matches ? 'dark' : 'light');
  dispatchEvent(new Event('warp-theme'));
}

export function toggleTheme(): void {
  const theme: Theme = currentTheme() === 'dark' ? 'light' : 'dark';
  // Choosing what the system says anyway means to follow the system again.
  try {
    if (theme === (systemIsDark.matches ? 'dark' : 'light')) localStorage.removeItem(key);
    else localStorage.setItem(key, theme);
    apply();
  } catch {
    // Storage is forbidden here: the choice lasts as long as the page.
    document.documentElement.dataset.theme = theme;
    dispatchEvent(new Event('warp-theme'));
  }
}

export function followTheme(): void {
  systemIsDark.addEventListener('change', apply);
  apply();
}

/** The value of a colour token, for what is drawn outside CSS. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
