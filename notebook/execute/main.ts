/** `npm run execute`: runs a notebook without a screen. */
import { writeFileSync } from 'node:fs';
import { joinLines } from '../document/multiline.ts';
import type { NotebookDocument } from '../document/nbformat.ts';
import { serializeNotebook } from '../document/serialize.ts';
import { type ExecuteOrder, readOrder, usage } from './arguments.ts';
import { runInPage } from './page.ts';
import { Report } from './report.ts';
import { serveSite } from './site.ts';

const announce = (sentence: string) => console.error(sentence);

try {
  // npm runs commands in the project's folder; paths are meant from where the person is.
  const order = readOrder(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  if (order) {
    process.exitCode = (await execute(order)) ? 0 : 1;
  } else {
    console.log(usage);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** Runs a notebook, prints its outputs, writes it where asked. Resolves to whether every cell ran. */
async function execute(order: ExecuteOrder): Promise<boolean> {
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  // `npm test` gives the address of a site that it has built and serves already.
  const given = process.env.WARPBOOK_SITE_URL;
  const site = given ? { url: given, close: async () => {} } : await serveSite(announce);
  const started = performance.now();
  const report = new Report(process.stdout, headings(order.document));
  try {
    const { ok, document } = await runInPage({
      ...order,
      site: site.url,
      onEngine: (description) => announce(`Running ${order.name} on ${description}.`),
      onEvent: (event) => report.show(event),
      onPageError: (message) => announce(`The page reports an error: ${message}`),
      signal: abort.signal,
    });
    report.finish();
    if (order.out !== undefined) {
      writeFileSync(order.out, serializeNotebook(document));
      announce(`Wrote ${order.out}.`);
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    announce(
      ok ? `Every cell ran, in ${seconds} s.` : `A cell failed after ${seconds} s: see its error above.`,
    );
    return ok;
  } catch (error) {
    report.finish();
    if (abort.signal.aborted) {
      throw new Error('Stopped.');
    }
    throw error;
  } finally {
    await site.close();
  }
}

/** `cell 3: const photos = …` for each code cell. */
function headings(document: NotebookDocument): Map<string, string> {
  return new Map(
    document.cells
      .filter((cell) => cell.cell_type === 'code')
      .map((cell, index) => {
        const line = joinLines(cell.source)
          .split('\n')
          .find((each) => each.trim() !== '');
        return [cell.id, `[cell ${index + 1}] ${line?.trim() ?? ''}`];
      }),
  );
}
