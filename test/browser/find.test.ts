import { expect, test } from 'vitest';
import {
  type BrowserName,
  findBrowser,
  type MachineProbes,
  systemPaths,
} from '../../notebook/browser/find.ts';

interface Machine {
  environment?: Record<string, string>;
  platform?: NodeJS.Platform;
  /** Executables that exist from the start. */
  files?: string[];
  cached?: string[];
  /** What Puppeteer's download leaves, or why it fails. */
  download?: string | Error;
  /** Path that apt-get leaves, or why it fails; not root on Debian when absent. */
  aptGet?: string | Error;
}

/** A machine that records which steps were taken. */
function probesOf(description: Machine) {
  const files = new Set(description.files);
  const steps: string[] = [];
  const probes: MachineProbes = {
    environment: { PATH: '/opt/tools:/usr/bin', ...description.environment },
    platform: description.platform ?? 'linux',
    exists: (path) => files.has(path),
    cached: async () => description.cached ?? [],
    async download(name: BrowserName) {
      steps.push(`download ${name}`);
      if (typeof description.download !== 'string') throw description.download ?? new Error('no network');
      files.add(description.download);
      return description.download;
    },
    canInstallPackages: () => description.aptGet !== undefined,
    installPackage(name) {
      steps.push(`apt-get ${name}`);
      if (typeof description.aptGet !== 'string') throw description.aptGet;
      files.add(description.aptGet);
    },
    announce: () => {},
  };
  return { probes, steps };
}

const everything: Machine = {
  environment: { CHROME_PATH: '/mine/chrome' },
  files: ['/mine/chrome', '/cache/chrome', '/usr/bin/chromium'],
  cached: ['/cache/chrome'],
  download: '/downloaded/chrome',
  aptGet: '/usr/bin/chromium',
};

test.each<[string, Machine, string, string, string[]]>([
  ['the environment first', everything, '/mine/chrome', 'environment', []],
  ["then Puppeteer's cache", { ...everything, environment: {} }, '/cache/chrome', 'cache', []],
  ['then the system', { ...everything, environment: {}, cached: [] }, '/usr/bin/chromium', 'system', []],
  [
    "then Puppeteer's download",
    { download: '/downloaded/chrome', aptGet: '/usr/bin/chromium' },
    '/downloaded/chrome',
    'download',
    ['download chromium'],
  ],
  [
    'then apt-get',
    { aptGet: '/usr/bin/chromium' },
    '/usr/bin/chromium',
    'apt-get',
    ['download chromium', 'apt-get chromium'],
  ],
])('a browser is looked for in order: %s', async (_name, machine, path, source, expectedSteps) => {
  const { probes, steps } = probesOf(machine);
  expect(await findBrowser('chromium', probes)).toEqual({ name: 'chromium', path, source });
  expect(steps).toEqual(expectedSteps);
});

test('PUPPETEER_EXECUTABLE_PATH comes before CHROME_PATH', async () => {
  const environment = { CHROME_PATH: '/b', PUPPETEER_EXECUTABLE_PATH: '/a' };
  const { probes } = probesOf({ environment, files: ['/a', '/b'] });
  expect((await findBrowser('chromium', probes)).path).toBe('/a');
});

test('a variable that names nothing is an error, not a reason to look on', async () => {
  const { probes } = probesOf({ ...everything, environment: { CHROME_PATH: '/gone/chrome' } });
  await expect(findBrowser('chromium', probes)).rejects.toThrow(
    'CHROME_PATH names /gone/chrome, which does not exist: correct the variable or unset it.',
  );
});

test('a cache entry whose executable is gone is passed over', async () => {
  const { probes } = probesOf({ cached: ['/cache/gone', '/cache/there'], files: ['/cache/there'] });
  expect((await findBrowser('chromium', probes)).path).toBe('/cache/there');
});

test('Firefox has its own variable, commands and package', async () => {
  const chosen = probesOf({
    environment: { FIREFOX_PATH: '/mine/firefox', CHROME_PATH: '/x' },
    files: ['/mine/firefox'],
  });
  expect((await findBrowser('firefox', chosen.probes)).source).toBe('environment');
  const installed = probesOf({ aptGet: '/usr/bin/firefox-esr', files: ['/usr/bin/chromium'] });
  expect((await findBrowser('firefox', installed.probes)).path).toBe('/usr/bin/firefox-esr');
  expect(installed.steps).toEqual(['download firefox', 'apt-get firefox-esr']);
});

test('when nothing helps, one sentence says what was tried and what to do', async () => {
  const forbidden = probesOf({ download: new Error('connect ECONNREFUSED\nat somewhere') });
  await expect(findBrowser('chromium', forbidden.probes)).rejects.toThrow(
    "No chromium could be found or installed (tried PUPPETEER_EXECUTABLE_PATH and CHROME_PATH, Puppeteer's cache, " +
      "the usual places of the system, Puppeteer's download (connect ECONNREFUSED), apt-get (not root on Debian, so " +
      'not run)): install Chrome or Chromium 113 or newer, or set PUPPETEER_EXECUTABLE_PATH to its executable.',
  );
  const offline = probesOf({ aptGet: new Error('Command failed: apt-get update') });
  await expect(findBrowser('firefox', offline.probes)).rejects.toThrow(
    'apt-get (Command failed: apt-get update)',
  );
});

test('the system is searched where macOS and Windows keep their programs', () => {
  const mac = systemPaths('chromium', { environment: { HOME: '/Users/ada' }, platform: 'darwin' });
  expect(mac).toContain('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome');
  expect(mac).toContain('/Users/ada/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge');
  const firefox = systemPaths('firefox', { environment: { HOME: '/Users/ada' }, platform: 'darwin' });
  expect(firefox[0]).toBe('/Applications/Firefox.app/Contents/MacOS/firefox');
  const windows = systemPaths('chromium', {
    environment: { PROGRAMFILES: 'C:\\Program Files' },
    platform: 'win32',
  });
  expect(windows).toEqual([
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe',
  ]);
});
