import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MemorySampler, processTree, treeBytes } from './processes.ts';

test.runIf(existsSync('/proc/self/smaps_rollup'))(
  'a process tree counts its children, and its peak outlives them',
  async () => {
    const program =
      'const kept = Buffer.alloc(1e8, 1); console.log(kept.length); setInterval(() => kept, 1000)';
    const before = treeBytes(process.pid);
    const sampler = new MemorySampler(process.pid);
    const child = spawn(process.execPath, ['-e', program]);
    try {
      await new Promise((resolve) => child.stdout.once('data', resolve));
      expect(processTree(process.pid)).toContain(child.pid);
      expect(treeBytes(child.pid!)).toBeGreaterThan(1e8);
      // Longer than the sampler's pause.
      await expect.poll(() => treeBytes(process.pid)).toBeGreaterThan(before + 5e7);
      await new Promise((resolve) => setTimeout(resolve, 1500));
    } finally {
      const exit = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await exit;
    }
    const memory = sampler.stop()!;
    expect(memory.peakBytes).toBeGreaterThan(1e8);
    expect(memory.baselineBytes).toBeGreaterThan(0);
    expect(processTree(process.pid)).not.toContain(child.pid);
  },
);

test('a process that is no more has no memory', () => {
  expect(treeBytes(2 ** 30)).toBe(0);
});
