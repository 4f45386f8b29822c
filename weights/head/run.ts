/** Runs the page that trains the head. Node only. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from '../../notebook/browser/launch.ts';
import { servePage } from '../../notebook/browser/serve-page.ts';
import type { TrainingOrigin, WeightsEntry } from '../manifest.ts';
import type { PageProgress, PageResult } from './page-interface.ts';

/** What the head is trained from, by path in the repository. */
const sources = [
  'notebook/samples/grocery/features.safetensors',
  'notebook/samples/grocery/households.json',
  'notebook/samples/grocery/photos.csv',
  'notebook/samples/grocery/purchases.csv',
];

const progressEveryMs = 5_000;

export interface TrainedFile {
  readonly bytes: Uint8Array;
  readonly origin: TrainingOrigin;
}

/**
 * Trains the head in a browser without a screen. On the same adapter the file comes out with the same bytes.
 *
 * @param announce told how far it is, and how good the head is at the end
 */
export async function trainInBrowser(
  { origin: { command }, license, attribution }: WeightsEntry<TrainingOrigin>,
  announce: (sentence: string) => void,
): Promise<TrainedFile> {
  const files = Object.fromEntries(sources.map((path) => [path, sha256Of(path)]));
  const metadata = {
    command,
    license,
    attribution,
    data_license:
      'purchases: CC0 (The Complete Journey, 84.51°); photos: MIT (Grocery Store Dataset, Marcus Klasson); ' +
      "features: by Google's MobileNet v1, Apache-2.0",
    ...Object.fromEntries(Object.entries(files).map(([path, sha256]) => [`sha256 ${path}`, sha256])),
  };
  const { file, adapter, report } = await inPage(metadata, announce);
  for (const sentence of report) announce(sentence);
  return { bytes: Buffer.from(file, 'base64'), origin: { command, adapter, files } };
}

async function inPage(
  metadata: Readonly<Record<string, string>>,
  announce: (sentence: string) => void,
): Promise<PageResult> {
  const pages = mkdtempSync(join(tmpdir(), 'warpbook-head-'));
  const cleanUp = [async () => rmSync(pages, { recursive: true, force: true })];
  try {
    const site = await servePage(fileURLToPath(new URL('.', import.meta.url)), pages);
    cleanUp.push(() => site.close());
    const browser = await launchBrowser();
    cleanUp.push(() => browser.close());
    const page = await browser.newPage();
    // Else the command would wait for a page that is gone.
    const crashed = new Promise<never>((_resolve, reject) => {
      page.once('error', reject);
      page.once('close', () => reject(new Error('The page was closed; run the command again.')));
    });
    crashed.catch(() => {});
    page.on('console', (message) => announce(message.text()));
    page.on('pageerror', (error) => announce(String(error)));
    let told = 0;
    await page.exposeFunction('reportTraining', (progress: PageProgress) => {
      if (Date.now() - told < progressEveryMs) return;
      told = Date.now();
      announce(describe(progress));
    });
    await page.goto(site.url);
    await page.waitForFunction(() => window.headPage !== undefined);
    const training = page.evaluate((given) => window.headPage!.train(given), metadata);
    return await Promise.race([training, crashed]);
  } finally {
    for (const each of cleanUp.reverse()) await each();
  }
}

function describe({ kind, step, steps, loss, stepsPerSecond, validation, best }: PageProgress): string {
  const validated =
    validation === undefined || best === undefined
      ? ''
      : `, validation F1@10 ${validation.toFixed(4)} (best ${best.toFixed(4)})`;
  return `${kind}: step ${step} of at most ${steps}, loss ${loss.toFixed(4)}${validated}, ${stepsPerSecond.toFixed(2)} steps/s`;
}

function sha256Of(path: string): string {
  const bytes = readFileSync(new URL(`../../${path}`, import.meta.url));
  return createHash('sha256').update(bytes).digest('hex');
}
