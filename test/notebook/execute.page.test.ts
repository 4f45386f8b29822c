/** `npm run execute` as a person calls it, on the built site. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { CodeCell, NotebookDocument } from '../../notebook/document/nbformat.ts';
import { parseNotebook } from '../../notebook/document/parse.ts';
import { serializeNotebook } from '../../notebook/document/serialize.ts';

const command = fileURLToPath(new URL('../../notebook/execute/main.ts', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'warpbook-execute-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

function execute(...commandLine: string[]): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', command, ...commandLine], {
      env: { ...process.env, INIT_CWD: folder, WARPBOOK_SITE_URL: inject('site') },
    });
    const finished: Finished = { code: null, stdout: '', stderr: '' };
    child.stdout.on('data', (text) => (finished.stdout += text));
    child.stderr.on('data', (text) => (finished.stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...finished, code }));
  });
}

async function writeNotebook(name: string, ...sources: string[]): Promise<void> {
  const document: NotebookDocument = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: sources.map((source, index) => ({
      cell_type: 'code',
      id: `cell-${index}`,
      metadata: {},
      source,
      outputs: [],
      execution_count: null,
    })),
  };
  await writeFile(join(folder, name), serializeNotebook(document));
}

async function readCells(name: string): Promise<CodeCell[]> {
  const { cells } = parseNotebook(await readFile(join(folder, name), 'utf8'));
  return cells.filter((cell) => cell.cell_type === 'code');
}

describe('npm run execute', () => {
  it('runs every cell, prints and writes the outputs', async () => {
    await writeNotebook(
      'small.ipynb',
      'const numbers: number[] = [1, 2, 3];\nconsole.log("hello");',
      'const bar = progress(2, "Work"); bar.advance(); await sleep(150); bar.advance(); display(markdown("*so*"))',
      "import { relu, input as placeholder } from 'warpbook';\n" +
        "const program = await backend.compile({ outputs: { y: relu(placeholder('x', [4])) } });\n" +
        'const { y } = await program.run({ x: Float32Array.of(-1, 2, -3, 4) });\nprogram.dispose();\n[...y]',
    );
    const { code, stdout, stderr } = await execute('small.ipynb', '--reference', '--out', 'executed.ipynb');
    expect(stderr).toMatch(/Running small on CPU reference/);
    expect(stdout).toContain('[cell 1] const numbers: number[] = [1, 2, 3];\nhello\n');
    expect(stdout).toMatch(/Work: 2 of 2 \(100 %\), [\d.]+ s\n\*so\*\n/);
    expect(stdout).toContain('[0, 2, 0, 4]');
    expect(code).toBe(0);
    const cells = await readCells('executed.ipynb');
    expect(cells.map((cell) => cell.execution_count)).toEqual([1, 2, 3]);
    expect(cells[0]?.outputs).toEqual([{ output_type: 'stream', name: 'stdout', text: 'hello\n' }]);
    expect(cells[2]?.outputs).toMatchObject([
      { output_type: 'execute_result', data: { 'text/plain': '[0, 2, 0, 4]' } },
    ]);
  });

  it('reads the shipped purchases, divides households and measures a baseline', async () => {
    await writeNotebook(
      'data.ipynb',
      "import { categoryFrequency, rankingMetrics, repeatScores, targetsOf } from 'warpbook/data';\n" +
        "import { clothingPhotos, grocery } from 'warpbook/samples';\n" +
        'const { collections, split } = await grocery({ stageOne: 0 });\n' +
        'const scores = repeatScores(categoryFrequency(collections, split.train), split.test.length);\n' +
        'const targets = targetsOf(collections, split.test);\n' +
        'const [five] = rankingMetrics(scores, targets, collections.categories.length);\n' +
        '[collections.users.length, five.users, five.precision > 0.5, (await clothingPhotos()).photos.length]',
    );
    const { code, stdout, stderr } = await execute('data.ipynb', '--reference');
    expect(stdout, stderr).toContain('[755, 227, true, 3781]');
    expect(code).toBe(0);
  });

  it('fails with the cell and line of an error, and still writes', async () => {
    await writeNotebook('failing.ipynb', '1 + 1', 'const a = 1;\nnull.x;', '"never"');
    const { code, stdout, stderr } = await execute('failing.ipynb', '--reference', '--out', 'failed.ipynb');
    expect(code).toBe(1);
    expect(stdout).toContain('cell 2, line 2\n    null.x;\nTypeError: ');
    expect(stdout).not.toContain('never');
    expect(stderr).toMatch(/A cell failed/);
    const [, second, third] = await readCells('failed.ipynb');
    expect(second?.outputs).toMatchObject([{ output_type: 'error', ename: 'TypeError' }]);
    expect(third?.outputs).toEqual([]);
  });

  it('says what is wrong with a file, and opens no browser', async () => {
    const { code, stdout, stderr } = await execute('gone.ipynb');
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^There is no file .*gone\.ipynb: check the path\.\n$/);
  });

  it('runs the quickstart on WebGPU, its outputs right', async () => {
    const { code, stdout, stderr } = await execute('quickstart', '--out', 'quickstart.ipynb');
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    expect(stdout).toMatch(/\*\*It agrees\.\*\*.* On 11 photos/);
    expect(stdout).toMatch(/MobileNet: 11 of 11 \(100 %\)/);
    expect(stdout).toContain('The head: 4,406,373 weights, 101 categories');
    expect(stdout).toMatch(/Of the ten most probable categories \*\*\d+\*\* are this household's/);
    // The head against float64, which throws where they differ.
    expect(stdout).toMatch(/\nlogits +[\d.]+e-\d+\n/);
    const cells = await readCells('quickstart.ipynb');
    const types = cells.flatMap((cell) =>
      cell.outputs.flatMap((output) => ('data' in output ? Object.keys(output.data) : [output.output_type])),
    );
    for (const type of [
      'application/vnd.warpbook.gallery+json',
      'application/vnd.dataresource+json',
      'application/vnd.vegalite.v5+json',
      'image/svg+xml',
    ]) {
      expect(types).toContain(type);
    }
    expect(types).not.toContain('error');
  });

  it('runs the lesson on kernels: the wrong one is named, the better one faster, the swapped one right', async () => {
    const { code, stdout, stderr } = await execute('profile-kernels', '--out', 'lesson.ipynb');
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    const cells = await readCells('lesson.ipynb');
    const data = (id: string, type: string) =>
      cells
        .find((cell) => cell.id === id)!
        .outputs.flatMap((output) => ('data' in output && type in output.data ? [output.data[type]] : []))[0];
    const report = (id: string) => data(id, 'application/vnd.warpbook.kernel-report+json');
    expect(report('wrong')).toMatchObject({
      report: { status: 'wrong', at: [0, 0, 13, 0], actual: expect.any(Number) },
    });
    expect(report('right')).toMatchObject({ report: { status: 'right' } });
    // Five times as fast on a quiet machine; this one may be busy.
    const tile = report('tile') as unknown as { report: { status: string; speedup: number } };
    expect(tile.report.status).toBe('right');
    expect(tile.report.speedup).toBeGreaterThan(2);
    expect(report('swap')).toMatchObject({ report: { status: 'right' }, subject: { swapped: true } });
    expect(data('profile', 'application/vnd.warpbook.profile+json')).toMatchObject({
      view: 'summary',
      profile: { dispatches: { length: 30 }, ceilings: { float32: expect.any(Number) } },
    });
    expect(data('after', 'text/plain')).toMatch(/\nyours +edited /);
    expect(stdout).toContain('No kernel is swapped; the features are the same to the last bit as at first.');
    expect(stdout).toMatch(/Tuned once more: 2 of 2 winners were remembered/);
  });
});
