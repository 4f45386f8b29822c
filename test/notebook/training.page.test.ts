import type { Page } from 'puppeteer';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { opened, openSources, Site, waitForCells } from './site.ts';

/** A small head; each batch takes a while, so that there is time to close the tab. */
const definition = `
import { initializeAggregationHead, raggedOffsets } from 'warpbook';
import { browserFiles } from 'warpbook/data';
import { adam, aggregationHeadLoss, openTrainer, trainingStep } from 'warpbook/training';
const shape = { kind: 'two-attention-gated', capacity: 12, sets: 4, features: 8, hidden: 16, categories: 5 };
const steps = 40;
function open(checkpoint, pause) {
  return openTrainer(backend, {
    step: trainingStep({ loss: aggregationHeadLoss(shape), optimizer: adam() }),
    parameters: initializeAggregationHead(shape, 7),
    learningRate: 0.01, steps, seed: 3, checkpoint,
    validate: { every: 5, run: (_, step) => 1 / (step + (step === 15 ? 40 : 0)) },
    async batch(step) {
      await sleep(pause);
      const numbers = (count, factor) => Float32Array.from({ length: count }, (_, i) => Math.sin(factor * (i + 1) * (step + 1)));
      return {
        features: numbers(96, 1.3), offsets: raggedOffsets([1 + (step % 3), 4, 2, 3], 12),
        targets: numbers(20, 0.7).map((x) => (x > 0.3 ? 1 : 0)),
      };
    },
  });
}
const kept = { store: browserFiles('training-test'), name: 'head.safetensors', every: 4 };
async function report(trainer) {
  const bits = Object.entries(await trainer.parameters.read()).map(([name, numbers]) => [name, ...new Uint32Array(numbers.buffer)]);
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify([trainer.history.losses, bits])));
  console.log(trainer.resumedAt, trainer.step, new Uint8Array(digest).join(''));
}`;

const start =
  "const trainer = await open(kept, 100);\nawait trainer.run({ onProgress: trainingProgress('Head') });\nawait report(trainer)";

async function runCell(page: Page, index: number): Promise<void> {
  await page.evaluate(() => document.querySelector('warp-notebook')!.focusCell());
  await page.click(`warp-notebook >>> #cell-cell${index + 1} >>> .prompt`);
}

/** Polls until the text of a training in a cell's output is as wanted. */
async function waitForPanel(page: Page, cell: number, wanted: RegExp): Promise<string> {
  const end = performance.now() + 60_000;
  for (;;) {
    const panel = await page.$(`warp-notebook >>> #cell-cell${cell + 1} >>> warp-training`);
    const text = await panel?.evaluate((element) => {
      const section = element.shadowRoot!.querySelector('section')!;
      // biome-ignore lint/performance/useDomNodeTextContent: the text as it is laid out is what is tested
      return section.innerText.replace(/\s+/g, ' ');
    });
    if (text && wanted.test(text)) return text;
    if (performance.now() > end) throw new Error(`The training stayed "${text}".`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('training in a cell', () => {
  let site: Site;
  beforeAll(async () => {
    site = await Site.open();
  });
  afterEach(async () => {
    await site.closePages();
    expect(site.errors.splice(0)).toEqual([]);
  });
  afterAll(() => site?.close());

  it('goes on where a closed tab was, with the same bits', async () => {
    const page = await site.newPage();
    await openSources(page, definition, start);
    await runCell(page, 0);
    await runCell(page, 1);
    await waitForPanel(page, 1, /Checkpoint of step (8|[123]\d)/);
    await page.close();

    const context = site.browser.browserContexts().at(-1)!;
    const again = await context.newPage();
    await again.goto(site.url);
    await opened(again);
    await openSources(
      again,
      definition,
      start,
      'const plain = await open(undefined, 0);\nawait plain.run();\nawait report(plain)',
    );
    for (const cell of [0, 1, 2]) await runCell(again, cell);
    const cells = await waitForCells(again, ([, , third]) => third?.status === 'done', 60_000);
    const report = /(\d+) (\d+) (\d{60,})/;
    const [, resumedAt, made, digest] = report.exec(cells[1]!.output)!;
    expect(Number(resumedAt)).toBeGreaterThanOrEqual(8);
    expect(Number(resumedAt)).toBeLessThan(40);
    expect(Number(resumedAt) % 4).toBe(0);
    expect(report.exec(cells[2]!.output)).toMatchObject({ 1: '0', 2: made, 3: digest });
  });

  it('is shown live, stops when the cell is stopped, and goes on', async () => {
    const page = await site.newPage();
    await openSources(
      page,
      definition,
      start,
      "await trainer.run({ onProgress: trainingProgress('Head') }); 'over'",
    );
    await runCell(page, 0);
    await runCell(page, 1);
    expect(await waitForPanel(page, 1, /Step/)).toMatch(/^Head Step \d of 40 Loss/);
    const running = await waitForPanel(page, 1, /Checkpoint of step (8|[123]\d)/);
    expect(running).toMatch(/Step \d+ of 40 Loss [\d.]+ Validation [\d.]+ .*Steps\/s [\d.]+ Left [\d.]+ m?s/);
    expect(await page.$$('warp-notebook >>> warp-training')).toHaveLength(1);
    await page.keyboard.press('i');
    await page.keyboard.press('i');
    await waitForCells(page, ([, second]) => second?.status === 'interrupted');
    await waitForPanel(page, 1, /Took .* Stopped after step \d+; the checkpoint of step \d+ is in store\.$/);
    await runCell(page, 2);
    await waitForPanel(
      page,
      2,
      /Step 40 of 40 .* All steps are made; parameters are those of step 15, the best\.$/,
    );
    await waitForCells(page, ([, , third]) => third?.status === 'done');
    const types = await page.evaluate(() => {
      const document_ = document.querySelector('warp-notebook')!.document;
      const [, , cell] = document_.cells;
      return cell?.cell_type === 'code'
        ? cell.outputs.map((output) => ('data' in output ? Object.keys(output.data) : []))
        : [];
    });
    expect(types[0]).toEqual(
      expect.arrayContaining([
        'application/vnd.warpbook.training+json',
        'application/vnd.vegalite.v5+json',
        'image/svg+xml',
        'text/plain',
      ]),
    );
  });
});
