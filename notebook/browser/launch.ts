/** Starts a browser with WebGPU under Puppeteer, headless. Node only. */
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import puppeteer, { type Browser } from 'puppeteer';
import { type BrowserName, findBrowser } from './find.ts';

export interface LaunchOptions {
  /** Default: the environment variable `WARPBOOK_BROWSER`, else `chromium`. */
  readonly browser?: BrowserName;
  /** Further command-line arguments. */
  readonly arguments?: readonly string[];
  /** False shows the window. Default true. */
  readonly headless?: boolean;
}

/** Milliseconds that one command in the page may take; 0 is without end: a whole notebook may run in one command. */
const protocolTimeoutMs = 0;

/** The browser that the environment variable `WARPBOOK_BROWSER` names; `chromium` when unset. */
export function chosenBrowser(): BrowserName {
  const name = process.env.WARPBOOK_BROWSER || 'chromium';
  if (name === 'chromium' || name === 'firefox') return name;
  throw new Error(`WARPBOOK_BROWSER is "${name}": use chromium or firefox.`);
}

/**
 * Finds (or installs) the browser and starts it.
 *
 * Chromium uses the GPU of the machine where it has one, else its own software adapter (SwiftShader). The environment
 * variable `WARPBOOK_ADAPTER=swiftshader` asks for the software adapter in any case.
 *
 * @throws Error when no browser can be had, see `findBrowser`, or when it does not start.
 */
export async function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  const name = options.browser ?? chosenBrowser();
  const { path } = await findBrowser(name);
  if (name === 'firefox') return launchFirefox(path, options);
  if (process.env.WARPBOOK_ADAPTER === 'swiftshader' || !hasGraphicsDevice()) {
    return launchChromium(path, options, softwareArguments);
  }
  const browser = await launchChromium(path, options, hardwareArguments());
  if (await hasAdapter(browser)) return browser;
  await browser.close();
  return launchChromium(path, options, softwareArguments);
}

const softwareArguments = ['--use-webgpu-adapter=swiftshader'];

function hardwareArguments(): string[] {
  return process.platform === 'linux'
    ? ['--use-angle=vulkan', '--enable-features=Vulkan', '--disable-vulkan-surface']
    : [];
}

async function launchChromium(
  path: string,
  options: LaunchOptions,
  adapterArguments: readonly string[],
): Promise<Browser> {
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0;
  const start = (arguments_: readonly string[]) =>
    startChromium(path, options, [...arguments_, ...adapterArguments]);
  if (asRoot) return start(['--no-sandbox']);
  return start([]).catch((error: unknown) => {
    // Ubuntu since 23.10 and many containers forbid the sandbox to ordinary users. Only our own pages are opened.
    if (!/no usable sandbox/i.test(String(error))) throw error;
    console.error('Chromium finds no usable sandbox on this system and runs without one.');
    return start(['--no-sandbox']);
  });
}

function startChromium(
  path: string,
  options: LaunchOptions,
  arguments_: readonly string[],
): Promise<Browser> {
  return puppeteer.launch({
    browser: 'chrome',
    executablePath: path,
    headless: options.headless ?? true,
    protocolTimeout: protocolTimeoutMs,
    args: [
      '--enable-unsafe-webgpu',
      // Without it Chrome rounds GPU timestamps to 100 µs.
      '--enable-webgpu-developer-features',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Containers often have a /dev/shm of 64 MB, too little for a model's weights.
      '--disable-dev-shm-usage',
      ...arguments_,
      ...(options.arguments ?? []),
    ],
  });
}

function launchFirefox(path: string, options: LaunchOptions): Promise<Browser> {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: path,
    headless: options.headless ?? true,
    protocolTimeout: protocolTimeoutMs,
    args: [...(options.arguments ?? [])],
    extraPrefsFirefox: {
      'dom.webgpu.enabled': true,
      'dom.webgpu.workers.enabled': true,
      'gfx.webgpu.ignore-blocklist': true,
    },
  });
}

/** Whether it is worth asking Chromium for a hardware adapter. */
function hasGraphicsDevice(): boolean {
  if (process.platform !== 'linux') return true;
  const devices = existsSync('/dev/dri') ? readdirSync('/dev/dri') : [];
  return devices.some((device) => device.startsWith('renderD')) || existsSync('/dev/nvidia0');
}

/** Asks a page for an adapter. The page comes from localhost, since `navigator.gpu` needs a secure context. */
async function hasAdapter(browser: Browser): Promise<boolean> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>adapter</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const page = await browser.newPage();
  try {
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return await page.evaluate(async () => Boolean(await navigator.gpu?.requestAdapter()));
  } catch {
    return false;
  } finally {
    await page.close();
    server.close();
  }
}
