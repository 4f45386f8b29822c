/**
 * Finds a browser that has WebGPU, or installs one. Node only.
 *
 * The order: environment variable, Puppeteer's cache, the system, Puppeteer's download, `apt-get` where root on
 * Debian. The first that yields an existing executable wins; when none does, one sentence says what was tried.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import {
  Browser,
  type BrowserTag,
  detectBrowserPlatform,
  getInstalledBrowsers,
  install,
  resolveBuildId,
} from '@puppeteer/browsers';

export type BrowserName = 'chromium' | 'firefox';

/** Where the executable came from. */
export type BrowserSource = 'environment' | 'cache' | 'system' | 'download' | 'apt-get';

export interface FoundBrowser {
  readonly name: BrowserName;
  /** Absolute path of the executable. */
  readonly path: string;
  readonly source: BrowserSource;
}

/** What the finder asks of the machine; tests pass their own. */
export interface MachineProbes {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  exists(path: string): boolean;
  /** Executables that Puppeteer has downloaded before, newest first. */
  cached(name: BrowserName): Promise<readonly string[]>;
  /** Downloads through Puppeteer and returns the executable; rejects when the network or the platform forbids. */
  download(name: BrowserName): Promise<string>;
  /** Whether `apt-get install` may be run: Debian or a relative, as root. */
  canInstallPackages(): boolean;
  /** Installs a Debian package; throws when that fails. */
  installPackage(name: string): void;
  /** Tells the person about a step that takes long. */
  announce(sentence: string): void;
}

const environmentVariables: Record<BrowserName, readonly string[]> = {
  chromium: ['PUPPETEER_EXECUTABLE_PATH', 'CHROME_PATH'],
  firefox: ['FIREFOX_PATH'],
};

const commands: Record<BrowserName, readonly string[]> = {
  chromium: [
    'chromium',
    'chromium-browser',
    'google-chrome-stable',
    'google-chrome',
    'microsoft-edge-stable',
    'microsoft-edge',
  ],
  firefox: ['firefox', 'firefox-esr'],
};

const debianPackages: Record<BrowserName, string> = { chromium: 'chromium', firefox: 'firefox-esr' };

const macApplications: Record<BrowserName, readonly string[]> = {
  chromium: ['Google Chrome', 'Chromium', 'Microsoft Edge'],
  firefox: ['Firefox'],
};

const windowsPrograms: Record<BrowserName, readonly string[]> = {
  chromium: ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'],
  firefox: ['Mozilla Firefox\\firefox.exe'],
};

/** Places where the system keeps the browser, in order of preference. */
export function systemPaths(
  name: BrowserName,
  probes: Pick<MachineProbes, 'environment' | 'platform'>,
): string[] {
  const { environment, platform } = probes;
  if (platform === 'darwin') {
    const folders = ['/Applications', join(environment.HOME ?? homedir(), 'Applications')];
    return macApplications[name].flatMap((application) =>
      folders.map(
        (folder) =>
          `${folder}/${application}.app/Contents/MacOS/${application.toLowerCase() === 'firefox' ? 'firefox' : application}`,
      ),
    );
  }
  if (platform === 'win32') {
    const folders = [environment.PROGRAMFILES, environment['PROGRAMFILES(X86)'], environment.LOCALAPPDATA];
    return windowsPrograms[name].flatMap((program) =>
      folders.filter((folder) => folder !== undefined).map((folder) => `${folder}\\${program}`),
    );
  }
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return commands[name].flatMap((command) =>
    [...new Set([...folders, '/usr/bin', '/usr/local/bin'])].map((folder) => `${folder}/${command}`),
  );
}

/**
 * Finds or installs a browser.
 *
 * @throws Error with one sentence that says what was tried and what to do.
 */
export async function findBrowser(name: BrowserName, probes: MachineProbes = machine): Promise<FoundBrowser> {
  const variables = environmentVariables[name];
  for (const variable of variables) {
    const path = probes.environment[variable];
    if (path === undefined || path === '') continue;
    if (probes.exists(path)) return { name, path, source: 'environment' };
    throw new Error(`${variable} names ${path}, which does not exist: correct the variable or unset it.`);
  }
  const cached = (await probes.cached(name)).find((path) => probes.exists(path));
  if (cached !== undefined) return { name, path: cached, source: 'cache' };
  const fromSystem = () => systemPaths(name, probes).find((path) => probes.exists(path));
  const system = fromSystem();
  if (system !== undefined) return { name, path: system, source: 'system' };

  const tried = [variables.join(' and '), "Puppeteer's cache", 'the usual places of the system'];
  try {
    probes.announce(`No ${name} found: downloading one through Puppeteer.`);
    const path = await probes.download(name);
    if (probes.exists(path)) return { name, path, source: 'download' };
    tried.push("Puppeteer's download (it left no executable)");
  } catch (error) {
    tried.push(`Puppeteer's download (${firstLine(error)})`);
  }
  if (probes.canInstallPackages()) {
    try {
      probes.announce(`Installing ${debianPackages[name]} with apt-get.`);
      probes.installPackage(debianPackages[name]);
      const path = fromSystem();
      if (path !== undefined) return { name, path, source: 'apt-get' };
      tried.push('apt-get (it left no executable)');
    } catch (error) {
      tried.push(`apt-get (${firstLine(error)})`);
    }
  } else {
    tried.push('apt-get (not root on Debian, so not run)');
  }
  const product = name === 'chromium' ? 'Chrome or Chromium 113 or newer' : 'Firefox 141 or newer';
  throw new Error(
    `No ${name} could be found or installed (tried ${tried.join(', ')}): install ${product}, or set ${variables[0]} to its executable.`,
  );
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0]!.replace(/[.:]$/, '');
}

function puppeteerCache(): string {
  return process.env.PUPPETEER_CACHE_DIR ?? join(homedir(), '.cache', 'puppeteer');
}

const puppeteerBrowsers: Record<BrowserName, Browser> = {
  chromium: Browser.CHROME,
  firefox: Browser.FIREFOX,
};

/** This machine. */
export const machine: MachineProbes = {
  environment: process.env,
  platform: process.platform,
  exists: existsSync,
  async cached(name) {
    if (!existsSync(puppeteerCache())) return [];
    const installed = await getInstalledBrowsers({ cacheDir: puppeteerCache() });
    return installed
      .filter(({ browser }) => browser === puppeteerBrowsers[name])
      .sort((a, b) => b.buildId.localeCompare(a.buildId, 'en', { numeric: true }))
      .map(({ executablePath }) => executablePath);
  },
  async download(name) {
    const browser = puppeteerBrowsers[name];
    const platform = detectBrowserPlatform();
    if (platform === undefined) throw new Error(`Puppeteer has no ${name} for ${process.platform}`);
    const tag: BrowserTag | string = 'stable';
    const buildId = await resolveBuildId(browser, platform, tag);
    const { executablePath } = await install({ browser, buildId, cacheDir: puppeteerCache(), platform });
    return executablePath;
  },
  canInstallPackages() {
    return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  },
  installPackage(name) {
    const options = { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const;
    execFileSync('apt-get', ['update', '-qq'], options);
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], options);
  },
  announce(sentence) {
    process.stderr.write(`${sentence}\n`);
  },
};
