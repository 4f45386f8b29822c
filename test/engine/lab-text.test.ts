import { describe, expect, test } from 'vitest';
import { askedWorkgroups, bindingLine, findMisfit, workgroupSizeOf } from '../../engine/lab/bindings.ts';
import { blankComments } from '../../engine/lab/comments.ts';
import { flaggedLine, guardLoops } from '../../engine/lab/loop-guard.ts';
import { describeRace } from '../../engine/lab/race.ts';

const words = (wgsl: string) => blankComments(wgsl).trim().split(/\s+/);

describe('comments', () => {
  test('are blanked, and block comments nest', () => {
    expect(words('a // for {\nb /* loop /* while { */ { */ c')).toEqual(['a', 'b', 'c']);
    expect(words('// no end of /* here\nd')).toEqual(['d']);
    expect(words('/* // */ e')).toEqual(['e']);
    expect(words('/*/ f */ g')).toEqual(['g']);
  });

  test('lines and offsets stay', () => {
    expect(blankComments('a /* b\nc */ d // e\nf')).toBe('a     \n     d     \nf');
  });

  test('a product before a comment does not end one', () => {
    expect(words('2*/* loop */3')).toEqual(['2*', '3']);
  });

  test('an open comment hides all that follows', () => {
    expect(words('a /* for /* */ b')).toEqual(['a']);
  });
});

describe('the guard of loops', () => {
  const guardedLines = (wgsl: string) =>
    [...(guardLoops(wgsl) ?? '').matchAll(/warpbook_leaves\(\w+, \w+, (\d+)u\)/g)].map(([, line]) =>
      Number(line),
    );

  test('a shader without loops needs none', () => {
    expect(guardLoops('// for (;;) {}\nfn main() { /* while (true) {} */ let forward = 1; }')).toBeNull();
  });

  test('names with a keyword in them are no loops', () => {
    expect(guardLoops('fn main() { let loop_2 = 1; let für_for = forward + while2; } // größe')).toBeNull();
  });

  test('every loop is guarded with its line, and lines stay', () => {
    const wgsl = `fn helper() -> f32 {
  loop { if (true) { return 1.0; } }
}
/* for (;;) {} */
@compute @workgroup_size(1) fn main() {
  for (var i = 0; i < 3; i++) {
    while i < 2
    { }
  }
}`;
    expect(guardedLines(wgsl)).toEqual([2, 6, 7]);
    const guarded = guardLoops(wgsl)!;
    const lines = wgsl.split('\n');
    guarded
      .split('\n')
      .slice(0, lines.length)
      .forEach((line, index) => {
        expect(
          line
            .replaceAll(/ ?var \w+ = 0u;| \w+\+\+; \w+\+\+; if \(warpbook.*?; }/g, '')
            .replaceAll(/\s/g, ''),
        ).toBe(lines[index]!.replaceAll(/\s/g, ''));
      });
  });

  test('braces in the head of a loop are no body', () => {
    expect(guardedLines('fn f() { for (var i = g(vec2(1, 2)); h(i); i++) @diagnostic(off, x) { } }')).toEqual(
      [1],
    );
  });

  test('a function that only returns inside its loop goes on to return', () => {
    expect(guardLoops('fn f() -> vec4<f32> { loop { return vec4<f32>(1.0); } }')).toContain(
      '{ return vec4<f32>(); }',
    );
  });

  test('where invocations meet at barriers each loop counts for itself', () => {
    const wgsl = 'fn main() { for (var i = 0; i < 3; i++) { workgroupBarrier(); } while (false) { } }';
    expect(guardLoops(wgsl)).not.toContain('var<private>');
    expect(guardLoops(wgsl)).toContain('fn main() { var warpbook_count_1 = 0u; var warpbook_count_2 = 0u;');
    expect(guardLoops(wgsl.replace('workgroupBarrier()', 'f()'))).toContain('var<private> warpbook_count');
  });

  test('a flag names its line, whatever the turns', () => {
    expect(flaggedLine(0)).toBe(0);
    expect(flaggedLine(((0xffff << 16) | 77) >>> 0)).toBe(77);
  });
});

describe('bindings of an edited shader', () => {
  const shader = (bindings: string) => `${bindings}\n@compute @workgroup_size(64) fn main() { }`;
  const good = `@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;`;

  test('those of the kernel fit, in any order and writing', () => {
    expect(findMisfit(shader(good), 1)).toBeNull();
    expect(findMisfit(shader(`@binding(1u) @group(0)\nvar<storage , read_write> y: f32;`), 1)).toBeNull();
    expect(
      findMisfit(shader('@group(0) @binding(0) var<storage> x: f32; var<private> z: f32;'), 1),
    ).toBeNull();
    expect(findMisfit(shader(`/* ${good} */`), 0)).toBeNull();
  });

  test.each([
    [
      'an input that is written',
      good.replace('read>', 'read_write>'),
      1,
      'Binding 0 is an input; declare it var<storage, read>.',
    ],
    [
      'an output that is not',
      good.replace('read_write', 'read'),
      2,
      'Binding 1 is the output; declare it var<storage, read_write>.',
    ],
    ['one too many', good.replace('binding(1)', 'binding(2)'), 2, 'no @group(0) @binding(2)'],
    ['another group', good.replace('group(0)', 'group(1)'), 1, 'no @group(1) @binding(0)'],
    ['a uniform', '\n@group(0) @binding(0) var<uniform> x: f32;', 2, 'is an input'],
  ])('%s is named with its line', (_, bindings, line, message) => {
    expect(findMisfit(shader(bindings), 1)).toEqual({ line, message: expect.stringContaining(message) });
  });

  test('a shader without main says so', () => {
    expect(findMisfit('fn other() { } // fn main', 0)?.message).toContain('`main`');
  });

  test('the line of a binding is found', () => {
    expect(bindingLine(good, 1)).toBe(2);
    expect(bindingLine(good, 7)).toBe(0);
  });

  test('workgroups are read from a comment, and the size of one from its attribute', () => {
    expect(askedWorkgroups('// scale\n  // workgroups: 12, 4, 1\nfn main() { }')).toEqual([12, 4, 1]);
    expect(askedWorkgroups('// workgroups: 7')).toEqual([7, 1, 1]);
    expect(askedWorkgroups('// workgroups: 7×2')).toEqual([7, 2, 1]);
    expect(askedWorkgroups('let workgroups = 3; // how many workgroups: 4')).toBeNull();
    expect(workgroupSizeOf('@compute @workgroup_size(8, 4u) fn main() { }')).toEqual([8, 4, 1]);
    expect(workgroupSizeOf('/* @workgroup_size(9) */ @workgroup_size(size)')).toEqual([1, 1, 1]);
  });
});

test('a race in words', () => {
  const race = { currentMs: 1, candidateMs: 1, rounds: 9 };
  expect(describeRace({ ...race, speedup: 1.31, interval: [1.27, 1.36] })).toBe('1.31× faster (1.27–1.36)');
  expect(describeRace({ ...race, speedup: 0.5, interval: [0.4, 0.625] })).toBe('2.00× slower (1.60–2.50)');
  expect(describeRace({ ...race, speedup: 1.01, interval: [0.97, 1.04] })).toBe(
    'no difference measured (0.97–1.04)',
  );
});
