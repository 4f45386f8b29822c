import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'puppeteer';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { launchBrowser } from '../../notebook/browser/launch.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

test('a build opens from a sub-path of any static host, with nothing missing', async () => {
  const site = inject('site');
  const page = await browser.newPage();
  const requested: string[] = [];
  const problems: string[] = [];
  page.on('response', (response) => {
    requested.push(response.url());
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
  });
  page.on('requestfailed', (request) => problems.push(`${request.failure()?.errorText} ${request.url()}`));
  page.on('pageerror', (error) => problems.push(String(error)));
  await page.goto(site, { waitUntil: 'networkidle0' });
  expect(await page.title()).toContain('Warpbook');
  await page.waitForSelector('warp-notebook:defined', { timeout: 30_000 });
  expect(problems).toEqual([]);
  const elsewhere = requested.filter((url) => !url.startsWith(site) && !/^(data|blob):/.test(url));
  expect(elsewhere).toEqual([]);
  await page.close();
});

test('the weights lie beside the page as a hashed file, once, with their own bytes', () => {
  const assets = join(inject('siteFolder'), 'assets');
  const weights = readdirSync(assets).filter((name) => name.startsWith('mobilenet_v1_1'));
  expect(weights).toHaveLength(1);
  expect(weights[0]).toMatch(/^mobilenet_v1_1\.0_224-[\w-]{8}\.safetensors$/);
  const built = readFileSync(join(assets, weights[0]!));
  expect(built.equals(readFileSync('weights/mobilenet_v1_1.0_224.safetensors'))).toBe(true);
});
