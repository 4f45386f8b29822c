import { describe, expect, test } from 'vitest';
import { mobilenetV1, planGraph } from '../../engine/index.ts';
import { memoryProfile, residencies } from '../../engine/profile/memory.ts';

const target = {
  features: new Set<string>(),
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupStorageSize: 16384,
  software: true,
};

describe('what lives in the arena', () => {
  const plan = planGraph(mobilenetV1(), target);
  const lived = residencies(plan);

  test('every result, from the dispatch that writes it', () => {
    expect(lived.map(({ label, first }) => [label, first])).toEqual(
      plan.dispatches.map(({ label }, index) => [label, index]),
    );
    expect(lived.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(plan.unsharedBytes);
  });

  test('no two values share a buffer at the same dispatch, and none is larger than its buffer', () => {
    for (const value of lived) {
      expect(value.bytes).toBeLessThanOrEqual(plan.arena[value.buffer]!);
      const others = lived.filter((other) => other !== value && other.buffer === value.buffer);
      for (const other of others) expect(other.last < value.first || value.last < other.first).toBe(true);
    }
  });

  test('until its last reader, and outputs to the end', () => {
    plan.dispatches.forEach(({ inputs }, index) => {
      for (const read of inputs) {
        if (read.kind !== 'arena') continue;
        const alive = lived.filter(
          ({ buffer, first, last }) => buffer === read.buffer && first < index && index <= last,
        );
        expect(alive).toHaveLength(1);
      }
    });
    for (const output of Object.values(plan.outputs)) {
      const kept = lived.filter(
        ({ buffer, last }) =>
          output.kind === 'arena' && buffer === output.buffer && last === plan.dispatches.length - 1,
      );
      expect(kept).toHaveLength(1);
    }
  });

  test('beside parameters and inputs', () => {
    const memory = memoryProfile(plan);
    expect(memory.inputBytes).toBe(4 * 224 * 224 * 3);
    // 4.2 million parameters of the 1001-class MobileNet v1 with folded batch norms.
    expect(memory.parameterBytes).toBe(16_888_228);
    expect(memory.buffers).toBe(plan.arena);
  });
});
