/** WGSL cells without a screen: `npm run execute`. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { parseNotebook } from '../../notebook/document/parse.ts';
import { serializeNotebook } from '../../notebook/document/serialize.ts';
import { CellModel } from '../../notebook/state/cell-model.ts';

const command = fileURLToPath(new URL('../../notebook/execute/main.ts', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'warpbook-wgsl-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const model = `import { input as placeholder, matmul, named, parameter } from 'warpbook';
const y = named('dense', matmul(placeholder('x', [4, 8]), parameter('w', [8, 16])));
const model = await backend.compile({ outputs: { y } }, { w: new Float32Array(128).fill(1) });`;

const kernel = (directives: string, factor: string) => `// program: model
// kernel: dense
// workgroups: 1
${directives}
@group(0) @binding(0) var<storage, read> x: array<f32, 32>;
@group(0) @binding(1) var<storage, read> w: array<f32, 128>;
@group(0) @binding(2) var<storage, read_write> y: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) i: u32) {
  var sum = 0.0;
  for (var k = 0u; k < 8u; k++) { sum += x[i / 16u * 8u + k] * w[k * 16u + i % 16u]; }
  y[i] = ${factor} * sum;
}
`;

function execute(...commandLine: string[]): Promise<{ code: number | null; stdout: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', command, ...commandLine], {
      env: { ...process.env, INIT_CWD: folder, WARPBOOK_SITE_URL: inject('site') },
    });
    let stdout = '';
    child.stdout.on('data', (text) => (stdout += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout }));
  });
}

it('tests and swaps kernels, and fails with a verdict that nobody expected', async () => {
  const code = (source: string) => Object.assign(CellModel.empty('code'), { source });
  const cells = [
    code(model),
    CellModel.wgsl(kernel('// swap: when right', '1.0')),
    code("kernels(model)[0].swapped + ' ' + (await model.run({ x: new Float32Array(32).fill(2) })).y[63]"),
    CellModel.wgsl(kernel('// expect: wrong', '2.0')),
    CellModel.wgsl(kernel('', '2.0')),
    code("'never'"),
  ];
  const document = {
    nbformat: 4 as const,
    nbformat_minor: 5,
    metadata: {},
    cells: cells.map((cell) => cell.toCell()),
  };
  await writeFile(join(folder, 'lab.ipynb'), serializeNotebook(document));
  const finished = await execute('lab.ipynb', '--out', 'executed.ipynb');
  expect(finished.stdout).toMatch(/model › dense \(matmul\/\S+ \[4, 16\]\)\nRight.*\n/);
  expect(finished.stdout).toContain('it runs in the program now');
  expect(finished.stdout).toContain('\ntrue 16\n');
  expect(finished.stdout.match(/^Wrong at \[\d+, \d+\]: /gm)).toHaveLength(2);
  expect(finished.stdout).not.toContain('never');
  expect(finished.code).toBe(1);
  const executed = parseNotebook(await readFile(join(folder, 'executed.ipynb'), 'utf8'));
  expect(executed.cells.map(({ metadata }) => metadata)).toEqual(cells.map(({ metadata }) => metadata));
  const [, tested] = executed.cells;
  expect(tested).toMatchObject({
    source: kernel('// swap: when right', '1.0'),
    outputs: [{ output_type: 'execute_result', data: { 'text/plain': expect.stringContaining('Right') } }],
  });
});
