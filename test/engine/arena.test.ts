import { describe, expect, test } from 'vitest';
import { type Lifetime, planArena } from '../../engine/plan/arena.ts';
import { uniform } from '../../engine/random.ts';

describe('arena', () => {
  test('a chain of layers needs two buffers', () => {
    const chain = [100, 200, 50, 400, 10].map(
      (bytes, step): Lifetime => ({ bytes, first: step, last: step + 1 }),
    );
    const arena = planArena(chain);
    expect(arena.buffers).toEqual([400, 100]);
    expect(arena.unsharedBytes).toBe(760);
  });

  test('values alive together never share, and every buffer holds its largest resident', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      let counter = 0;
      const random = (limit: number) => Math.floor(uniform(seed, counter++) * limit);
      const lifetimes = Array.from({ length: 1 + random(40) }, (): Lifetime => {
        const first = random(30);
        return { bytes: 4 * (1 + random(1000)), first, last: first + random(10) };
      });
      const { buffers, assignment, unsharedBytes } = planArena(lifetimes);
      lifetimes.forEach((a, i) => {
        expect(buffers[assignment[i]!]!).toBeGreaterThanOrEqual(a.bytes);
        lifetimes.forEach((b, j) => {
          const together = a.first <= b.last && b.first <= a.last;
          if (i < j && together) expect(assignment[i]).not.toBe(assignment[j]);
        });
      });
      expect(buffers.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(unsharedBytes);
    }
  });
});
