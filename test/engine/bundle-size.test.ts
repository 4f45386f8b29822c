import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Rollup } from 'vite';
import { expect, test } from 'vitest';

/** What a page fetches to run a model; kB of 1,000 bytes, gzipped, without weights. */
const most = 40;

const engine = fileURLToPath(new URL('../../engine/index.ts', import.meta.url));

async function chunksOfEngine(): Promise<Rollup.OutputChunk[]> {
  const built = (await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      target: 'es2024',
      modulePreload: false,
      rolldownOptions: { input: engine, preserveEntrySignatures: 'strict' },
    },
  })) as Rollup.RollupOutput;
  return built.output.filter((file) => file.type === 'chunk');
}

test('the engine without its instruments is at most 40 kB', async () => {
  const chunks = await chunksOfEngine();
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const first = new Set<string>();
  const visit = (name: string): void => {
    if (first.has(name)) return;
    first.add(name);
    for (const imported of byName.get(name)?.imports ?? []) visit(imported);
  };
  for (const { isEntry, fileName } of chunks) if (isEntry) visit(fileName);
  const code = (wanted: (name: string) => boolean) =>
    chunks
      .filter(({ fileName }) => wanted(fileName))
      .map((chunk) => chunk.code)
      .join('\n');
  const kilobytes = (text: string) => gzipSync(text, { level: 9 }).length / 1000;
  const initial = kilobytes(code((name) => first.has(name)));
  const instruments = kilobytes(code((name) => !first.has(name)));
  console.info(
    `engine ${initial.toFixed(1)} kB, instruments loaded when first used ${instruments.toFixed(1)} kB`,
  );
  expect(code((name) => first.has(name))).toContain('@compute');
  expect(initial).toBeLessThanOrEqual(most);
  // Lab, tuner, profiler and the reference backend did not slip into the first chunk.
  expect(instruments).toBeGreaterThan(5);
});
