import { describe, expect, it } from 'vitest';
import { inkOn, kernelTokens } from '../../notebook/renderers/profile/colours.ts';
import { fitted } from '../../notebook/renderers/profile/fitted.ts';
import { layOutMemory } from '../../notebook/renderers/profile/memory-layout.ts';
import { layOutRoofline } from '../../notebook/renderers/profile/roofline-layout.ts';
import { logPosition, logTicks, niceStep, timeTicks } from '../../notebook/renderers/profile/scale.ts';
import {
  type Block,
  blockAt,
  layOutTimeline,
  paintedBlocks,
  panSpan,
  revealSpan,
  zoomSpan,
} from '../../notebook/renderers/profile/timeline-layout.ts';
import { profile } from './profile-fixture.ts';

const texts = (ticks: readonly { label: string }[]) => ticks.map(({ label }) => label);

describe('axes', () => {
  it('have steps of 1, 2 and 5', () => {
    expect([niceStep(10, 5), niceStep(10.1, 5), niceStep(0.3, 4), niceStep(70, 2)]).toEqual([2, 5, 0.1, 50]);
  });

  it('of time have the unit that suits what is seen', () => {
    expect(texts(timeTicks(0, 1000, 5))).toEqual(['0', '200 ms', '400 ms', '600 ms', '800 ms', '1000 ms']);
    expect(texts(timeTicks(-2100, 900, 4))).toEqual(['−2 s', '−1 s', '0']);
    expect(texts(timeTicks(0.1, 0.5, 4))).toEqual(['100 µs', '200 µs', '300 µs', '400 µs', '500 µs']);
    expect(texts(timeTicks(100, 100.4, 4))).toEqual([
      '100.0 ms',
      '100.1 ms',
      '100.2 ms',
      '100.3 ms',
      '100.4 ms',
    ]);
    expect(timeTicks(1, 1, 5)).toEqual([]);
  });

  it('in powers of ten', () => {
    expect(texts(logTicks(0.05, 2000))).toEqual(['0.1', '1', '10', '100', '1000']);
    expect(texts(logTicks(1, 10))).toEqual(['1', '2', '5', '10']);
    expect(logPosition(10, 1, 100)).toBeCloseTo(0.5, 12);
  });
});

describe('timeline', () => {
  const timeline = layOutTimeline(profile);

  it('begins at 0 with the run, compiling before it, dispatches when the GPU starts', () => {
    const end: unknown = expect.closeTo(15, 9);
    expect(timeline.all).toEqual({ start: -100, end });
    expect(timeline.run).toEqual({ start: 0, end });
    expect(timeline.host.map(({ label, start }) => [label, start])).toEqual([
      ['compile', -100],
      ['write inputs', 0],
      ['encode', 1],
      ['submit', 3],
      ['gpu', 4],
      ['read back', expect.closeTo(14.1, 9)],
    ]);
    expect(timeline.gpu.map(({ start, end }) => [start, end])).toEqual([
      [4, 10],
      [10, 11.95],
      [12, 14],
      [14, 14.05],
    ]);
  });

  it('needs no stages', () => {
    expect(layOutTimeline({ ...profile, stages: [] }).all).toEqual({ start: 0, end: 10.05 });
    const empty = layOutTimeline({ ...profile, stages: [], dispatches: [] });
    expect(empty.all.end).toBeGreaterThan(empty.all.start);
  });

  const all = { start: 0, end: 100 };

  it('zooms around an instant that stays where it is', () => {
    const view = zoomSpan({ start: 20, end: 60 }, 2, 30, all);
    expect(view).toEqual({ start: 25, end: 45 });
    expect((30 - view.start) / 20).toBe(0.25);
    // Never farther than everything, never nearer than a clock can tell.
    expect(zoomSpan(view, 1e-9, 30, all)).toEqual(all);
    const nearest = zoomSpan(view, 1e12, 30, all);
    expect(nearest.end - nearest.start).toBeCloseTo(1e-4, 9);
  });

  it('stays within what there is', () => {
    expect(panSpan({ start: 0, end: 20 }, -0.5, all)).toEqual({ start: 0, end: 20 });
    expect(panSpan({ start: 70, end: 90 }, 1, all)).toEqual({ start: 80, end: 100 });
    expect(revealSpan({ start: 0, end: 20 }, { start: 50, end: 54 }, all)).toEqual({ start: 42, end: 62 });
    expect(revealSpan({ start: 0, end: 2 }, { start: 50, end: 54 }, all)).toEqual({ start: 49, end: 55 });
  });

  const block = (start: number, end: number): Block => ({ start, end, index: 0, label: '' });

  it('paints a few blocks a pixel, however many there are, and drops none that is wide enough', () => {
    const many = Array.from({ length: 50_000 }, (_, index) => block(index * 0.001, index * 0.001 + 0.0009));
    many.push(block(60, 70));
    const painted = paintedBlocks(many, all, 800);
    expect(painted.length).toBeLessThan(1_200);
    expect(painted.at(-1)).toMatchObject({ x: 480, width: 80, merged: false });
    // Seen nearer, they come apart.
    expect(paintedBlocks(many, { start: 0, end: 0.01 }, 800)).toHaveLength(11);
  });

  it('cuts what reaches beyond the window', () => {
    const [painted] = paintedBlocks([block(-1e6, 1e6)], all, 800);
    expect(painted).toMatchObject({ x: -2, width: 804 });
  });

  it('finds the block under the pointer, and small ones nearby', () => {
    const blocks = [block(0, 10), block(10.001, 10.002), block(12, 20)];
    expect(blockAt(blocks, 5, 1)).toBe(blocks[0]);
    expect(blockAt(blocks, 10.4, 0.5)).toBe(blocks[1]);
    expect(blockAt(blocks, 11.2, 0.5)).toBeUndefined();
    expect(blockAt([block(0, 10), block(2, 3)], 2.5, 1)).toMatchObject({ start: 2 });
  });

  it('shortens labels to what tells most', () => {
    const measure = (text: string) => 6 * text.length;
    expect(fitted(measure, 'block2/pointwise', 200)).toBe('block2/pointwise');
    expect(fitted(measure, 'block2/pointwise', 60)).toBe('block2');
    expect(fitted(measure, 'head/attention', 60)).toBe('attention');
    expect(fitted(measure, 'block12/pointwise', 32)).toBe('…12');
    expect(fitted(measure, 'head/attention', 32)).toBe('atte…');
    expect(fitted(measure, 'block2/pointwise', 6)).toBe('');
  });
});

describe('roofline', () => {
  it('places what computes, the most costly first', () => {
    const { points, unplaced, roofs, intensity, gigaflops } = layOutRoofline(profile);
    expect(points.map(({ row }) => row.label)).toEqual([
      'block2/pointwise',
      'block10/pointwise',
      'block2/depthwise',
    ]);
    expect(points[0]).toMatchObject({ intensity: 12, gigaflops: 2, atLeast: false });
    expect(unplaced).toBe(1);
    expect(roofs.map(({ gigaflops, ridge }) => [gigaflops, ridge])).toEqual([
      [4, 2],
      [8, 4],
    ]);
    for (const point of points) {
      expect(point.intensity).toBeGreaterThan(intensity[0]);
      expect(point.intensity).toBeLessThan(intensity[1]);
    }
    expect(gigaflops[1]).toBeGreaterThan(8);
  });

  it('gives what the clock did not see as a lower bound', () => {
    const hidden = { ...profile.dispatches[3]!, operations: 1000 };
    const { points } = layOutRoofline({ ...profile, dispatches: [hidden], ceilings: null });
    expect(points).toMatchObject([{ atLeast: true, gigaflops: expect.closeTo(0.01, 12) as number }]);
  });

  it('is empty for an empty profile', () => {
    expect(layOutRoofline({ ...profile, dispatches: [], ceilings: null })).toMatchObject({
      points: [],
      roofs: [],
    });
  });
});

describe('memory', () => {
  it('stacks the buffers, the largest at the foot', () => {
    const { boxes, arenaBytes, buffers, live, peak } = layOutMemory(profile);
    expect(arenaBytes).toBe(400);
    expect(buffers.map(({ index, low, high }) => [index, low, high])).toEqual([
      [1, 0, 300],
      [0, 300, 400],
    ]);
    expect(boxes.map(({ start, end, low, high }) => [start, end, low, high])).toEqual([
      [0, 2, 0, 300],
      [1, 3, 300, 380],
      [2, 4, 0, 200],
      // An output: it lives on, but there is nothing to see after the last dispatch.
      [3, 4, 300, 320],
    ]);
    expect(live).toEqual([300, 380, 280, 220]);
    expect(peak).toEqual({ bytes: 380, dispatch: 1 });
    expect(boxes[1]!.kernel).toBe('depthwise_conv2d');
  });
});

describe('colours', () => {
  it('go to the kernels by their time', () => {
    expect([...kernelTokens(profile)]).toEqual([
      ['matmul', '--chart-1'],
      ['depthwise_conv2d', '--chart-2'],
      ['global_average_pool', '--chart-3'],
    ]);
  });

  it('carry the ink that reads better', () => {
    expect([inkOn('#ffffff'), inkOn('#000000'), inkOn('#0b6e6a'), inkOn('#5fc5bd')]).toEqual([
      '#000000',
      '#ffffff',
      '#ffffff',
      '#000000',
    ]);
  });
});
