import { afterAll, expect, test } from 'vitest';
import { input, matmul, openWebGpu, parameter } from '../../engine/index.ts';

const backend = await openWebGpu();
afterAll(() => backend.dispose());

function graph(columns: number) {
  return { outputs: { y: matmul(input('x', [1, 2]), parameter('w', [2, columns])) } };
}

test('shaders compile while the parameters load', async () => {
  const before = backend.pipelines.size;
  let arrive: (parameters: { w: Float32Array }) => void = () => {};
  const compiling = backend.compile(graph(3), new Promise((resolve) => (arrive = resolve)));
  expect(backend.pipelines.size).toBe(before + 1);
  arrive({ w: Float32Array.of(1, 2, 3, 4, 5, 6) });
  const program = await compiling;
  const { y } = await program.run({ x: Float32Array.of(1, 10) });
  expect([...y!]).toEqual([41, 52, 63]);
  program.dispose();
});

test('parameters that never come say why', async () => {
  const { liveBuffers } = backend.memory.statistics;
  await expect(backend.compile(graph(5), Promise.reject(new Error('No network.')))).rejects.toThrow(
    'No network.',
  );
  expect(backend.memory.statistics.liveBuffers).toBe(liveBuffers);
});
