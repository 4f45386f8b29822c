/** The profiler repeats a dispatch inside a pass; that is right only where a kernel overwrites its output and nothing else. */
import { describe, expect, test } from 'vitest';
import { planGraph } from '../../engine/index.ts';
import type { KernelTarget } from '../../kernels/kernel.ts';
import { everyKernel } from './every-kernel.ts';

const targets: KernelTarget[] = [true, false].map((software) => ({
  features: new Set(['subgroups', 'shader-f16']),
  maxComputeInvocationsPerWorkgroup: 1024,
  maxComputeWorkgroupStorageSize: 32768,
  software,
}));

/** Shaders of all variants that compute a dispatch of the graphs, by a name for people. */
const shaders = new Map<string, { wgsl: string; operands: number }>();
for (const target of targets) {
  for (const { graph } of everyKernel) {
    for (const { kernel, problem } of planGraph(graph, target).dispatches) {
      for (const variant of kernel.variants) {
        if (!variant.supports(problem, target)) continue;
        const { wgsl } = variant.build(problem);
        shaders.set(`${kernel.name}/${variant.name}`, { wgsl, operands: problem.inputs.length });
      }
    }
  }
}

test('every kernel is looked at', () => {
  expect(new Set([...shaders.keys()].map((name) => name.split('/')[0])).size).toBeGreaterThanOrEqual(11);
});

describe.each([...shaders])('%s', (_, { wgsl, operands }) => {
  const bindings = [...wgsl.matchAll(/@binding\((\d+)\)\s*var<storage,\s*(\w+)>\s*(\w+)/g)];
  const written = bindings.filter(([, , access]) => access !== 'read');

  test('writes its output alone', () => {
    expect(bindings.length).toBe(operands + 1);
    expect(written.map(([, binding]) => Number(binding))).toEqual([operands]);
  });

  test('and never reads it', () => {
    const output = written[0]![3]!;
    const uses = [...wgsl.matchAll(new RegExp(`(?<![\\w.])${output}\\b(?!\\s*:)[^;]*;`, 'g'))];
    expect(uses.length).toBeGreaterThan(0);
    for (const [use] of uses) {
      const assignment = new RegExp(`^${output}\\[[^=]*\\]\\s*=(?!=)(.*)`, 's').exec(use);
      expect(assignment, use).not.toBeNull();
      expect(assignment![1]).not.toMatch(new RegExp(`(?<![\\w.])${output}\\b`));
    }
  });
});
