/** Runs the page that extracts features. Node only. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ExtractionProgress } from '../../engine/data.ts';
import { folderFiles } from '../../engine/storage/folder-files.ts';
import { launchBrowser } from '../browser/launch.ts';
import type { PageOrder, PageResult } from './page-interface.ts';
import { serveSite } from './site.ts';

const progressEveryMs = 10_000;

/**
 * Extracts features in a browser without a screen and writes the file.
 *
 * @param folder of the photos
 * @param out the file to write; its parts are in `.cache` beside it until it is complete
 * @param announce told how far it is, every ten seconds
 */
export async function extractInBrowser(
  order: PageOrder,
  folder: string,
  out: string,
  announce: (sentence: string) => void,
): Promise<PageResult> {
  const kept = folderFiles(dirname(out));
  const parts = folderFiles(join(dirname(out), '.cache', 'features'));
  mkdirSync(dirname(out), { recursive: true });
  const complete = await kept.read(order.name);
  if (complete) await parts.write(order.name, complete);
  const pages = mkdtempSync(join(tmpdir(), 'warpbook-features-'));
  const cleanUp = [async () => rmSync(pages, { recursive: true, force: true })];
  try {
    const site = await serveSite(pages, folder, parts);
    cleanUp.push(() => site.close());
    const browser = await launchBrowser();
    cleanUp.push(() => browser.close());
    const page = await browser.newPage();
    // Else the command would wait for a page that is gone.
    const crashed = new Promise<never>((_resolve, reject) => {
      page.once('error', reject);
      page.once('close', () => reject(new Error('The page was closed; run the command again to go on.')));
    });
    crashed.catch(() => {});
    page.on('console', (message) => announce(message.text()));
    page.on('pageerror', (error) => announce(String(error)));
    let told = 0;
    await page.exposeFunction('reportProgress', (progress: ExtractionProgress) => {
      if (progress.done < progress.total && Date.now() - told < progressEveryMs) return;
      told = Date.now();
      announce(describe(progress));
    });
    await page.goto(site.url);
    await page.waitForFunction(() => window.featuresPage !== undefined);
    const extraction = page.evaluate((given) => window.featuresPage!.extract(given), order);
    const result = await Promise.race([extraction, crashed]);
    const features = await parts.read(order.name);
    if (!features) throw new Error('The page wrote no features; run the command again.');
    await kept.write(order.name, features);
    await parts.remove(order.name);
    return result;
  } finally {
    for (const each of cleanUp.reverse()) await each();
  }
}

function describe({ done, total, damaged, photosPerSecond, remainingSeconds }: ExtractionProgress): string {
  const rest = remainingSeconds === undefined ? '' : `, ${Math.ceil(remainingSeconds / 60)} min left`;
  const without = damaged > 0 ? `, ${damaged} cannot be read` : '';
  return `${done} of ${total} photos (${photosPerSecond.toFixed(2)} a second${rest})${without}`;
}
