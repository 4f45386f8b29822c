import { describe, expect, it } from 'vitest';
import { evaluateCell } from '../../notebook/worker/evaluate.ts';
import { createScope, type NotebookScope } from '../../notebook/worker/scope.ts';
import { CellSyntaxError, transformCell } from '../../notebook/worker/transform.ts';

const modules: Record<string, Record<string, unknown>> = {
  shapes: { default: 'the default', area: (a: number, b: number) => a * b, unit: 1 },
};

/** Runs cells one after the other in one scope and gives the last one's value. */
async function run(...cells: string[]): Promise<unknown> {
  return (await runIn(createScope({ offered: 'from the session' }), ...cells)).value;
}

async function runIn(
  scope: NotebookScope,
  ...cells: string[]
): Promise<{ value: unknown; scope: NotebookScope }> {
  let value: unknown;
  for (const source of cells) {
    const isVariable = (name: string) => Object.hasOwn(scope, name);
    value = await evaluateCell(transformCell(source, { sourceUrl: 'cell-1.ts', isVariable }), scope, {
      import: async (specifier) => modules[specifier] ?? {},
      async bind({ specifier, bindings }) {
        const found = modules[specifier] ?? {};
        for (const [exported, local] of bindings) {
          scope[local] = exported === '*' ? found : found[exported];
        }
      },
    });
  }
  return { value, scope };
}

function syntaxError(source: string): CellSyntaxError {
  try {
    transformCell(source, { sourceUrl: 'cell-1.ts' });
  } catch (error) {
    if (error instanceof CellSyntaxError) {
      return error;
    }
    throw error;
  }
  throw new Error(`no syntax error in: ${source}`);
}

describe('value of a cell', () => {
  it.each<[string, string, unknown]>([
    ['an expression', '1 + 2', 3],
    ['with a semicolon', '1 + 2;', 3],
    ['with empty statements after it', '1 + 2;;;', 3],
    ['with a comment after it', '1 + 2 // three', 3],
    ['of two lines', '1 +\n2', 3],
    ['in parentheses', '(1, 2)', 2],
    ['an object in parentheses', '({ a: 1 })', { a: 1 }],
    ['a call', 'Math.max(1, 5)', 5],
    ['a call of a variable', 'const f = () => 7\nf()', 7],
    ['a string, as a directive is', "'hello'", 'hello'],
    ['a template', `\`a\${1 + 1}\``, 'a2'],
    ['a declaration shows nothing', 'const a = 1', undefined],
    ['a function declaration shows nothing', 'function f() {}', undefined],
    ['a loop shows nothing', 'for (let i = 0; i < 3; i++) i', undefined],
    ['an assignment', 'let a; a = 4', 4],
    ['a promise is awaited', 'Promise.resolve(5)', 5],
    ['top-level await', 'const a = await Promise.resolve(6); a', 6],
    ['an empty cell', '', undefined],
    ['a comment alone', '// nothing', undefined],
    ['an arrow function called at once', '(() => 3)()', 3],
    ['a regular expression', '/b/.test("abc")', true],
  ])('%s', async (_, source, value) => {
    expect(await run(source)).toEqual(value);
  });
});

describe('names that stay from cell to cell', () => {
  it.each<[string, string[], unknown]>([
    ['const', ['const a = 1', 'a'], 1],
    ['let', ['let a = 1; a++', 'a'], 2],
    ['let without a value', ['let a', 'typeof a'], 'undefined'],
    ['var', ['var a = 1', 'a'], 1],
    ['var in a block', ['{ var a = 1 }', 'a'], 1],
    ['var in a branch', ['if (true) var a = 1; else var b = 2', '[a, b]'], [1, undefined]],
    ['var in a loop head', ['for (var i = 0, n = 3; i < n; i++) {}', 'i'], 3],
    ['var in a for-of head', ['for (var item of [1, 2]) {}', 'item'], 2],
    ['var in a destructuring for-of head', ['for (var { a } of [{ a: 1 }, { a: 2 }]) {}', 'a'], 2],
    ['var without a value keeps the old one', ['var a = 1', 'var a; a'], 1],
    ['let without a value does not', ['let a = 1', 'let a; a'], undefined],
    ['function', ['function f(x) { return x + 1 }', 'f(1)'], 2],
    ['async function', ['async function f(x) { return x + 1 }', 'await f(1)'], 2],
    ['generator', ['function* f() { yield 1; yield 2 }', '[...f()]'], [1, 2]],
    ['class', ['class A { x = 1 }', 'new A().x'], 1],
    [
      'class that extends an earlier one',
      ['class A { x = 1 }', 'class B extends A { y = 2 }', 'const b = new B(); [b.x, b.y]'],
      [1, 2],
    ],
    ['enum', ['enum Fruit { apple, pear = 4 }', '[Fruit.apple, Fruit.pear, Fruit[4]]'], [0, 4, 'pear']],
    [
      'object destructuring',
      ['const { a, b: { c }, ...rest } = { a: 1, b: { c: 2 }, d: 3 }', '[a, c, rest]'],
      [1, 2, { d: 3 }],
    ],
    ['destructuring with defaults', ['const { a = 1, b: c = 2 } = {}', '[a, c]'], [1, 2]],
    [
      'array destructuring',
      ['const [a, , b = 3, ...rest] = [1, 2, undefined, 4]', '[a, b, rest]'],
      [1, 3, [4]],
    ],
    ['several in one declaration', ['const a = 1, { b } = { b: 2 }, [c] = [3]', '[a, b, c]'], [1, 2, 3]],
    ['destructuring by a declared name', ['const k = "x"; const { [k]: a } = { x: 5 }', 'a'], 5],
    ['exported names', ['export const a = 1; export function f() { return a }', 'f()'], 1],
    ['re-declared', ['const a = 1', 'const a = 2', 'a'], 2],
    ['re-declared as something else', ['const a = 1', 'function a() { return 3 }', 'a()'], 3],
    ['seen by functions as they are at the call', ['let a = 1; const f = () => a', 'a = 5', 'f()'], 5],
    ['made by assignment alone', ['a = 4', 'a'], 4],
    ['named as a language global', ['const Map = 3', 'Map'], 3],
    ['assigned language global', ['Math = 3', 'Math'], 3],
  ])('%s', async (_, cells, value) => {
    expect(await run(...cells)).toEqual(value);
  });

  it('are own properties of the scope and nothing else is', async () => {
    const { scope } = await runIn(
      createScope({}),
      'const a = 1; { let b = 2 } for (const c of []) {}; function d() {}',
    );
    expect(Object.keys(scope).sort()).toEqual(['a', 'd']);
  });

  it('leave globals alone', async () => {
    const now = performance.now;
    await run('const performance = 3; onmessage = 4; fetch = 5');
    expect(performance.now).toBe(now);
    expect(typeof fetch).toBe('function');
    expect('onmessage' in globalThis).toBe(false);
  });

  it('end with the cell when declared with using', () => {
    const { code, declared } = transformCell('using a = open(); const b = a.size', {
      sourceUrl: 'cell-1.ts',
    });
    expect(declared).toEqual(['b']);
    expect(code).toContain('using a = (0, $scope.open)()');
    expect(code).toContain('$scope.b = a.size');
  });
});

describe('uses of names', () => {
  it.each<[string, string, unknown]>([
    ['shorthand property', 'const a = 1; ({ a })', { a: 1 }],
    ['property of the same name', 'const a = 1; ({ a: 2, b: { a: 3 }.a })', { a: 2, b: 3 }],
    ['computed property', 'const a = "x"; ({ [a]: 1 })', { x: 1 }],
    ['method of the same name', 'const a = 1; ({ a() { return a } }).a()', 1],
    ['member of the same name', 'const a = { a: 2 }; a.a', 2],
    ['computed member', 'const a = 0; [7][a]', 7],
    ['optional chaining', 'const a = null; a?.b.c', undefined],
    ['optional call', 'const a = undefined; a?.()', undefined],
    ['destructuring assignment', 'let a, b; ({ a, b } = { a: 1, b: 2 }); [a, b]', [1, 2]],
    ['destructuring assignment with default', 'let a; ({ a = 4 } = {}); a', 4],
    ['swap', 'let a = 1, b = 2; [a, b] = [b, a]; [a, b]', [2, 1]],
    ['update', 'let a = 1; a++; ++a; a', 3],
    ['compound assignment', 'let a = 1; a += 2; a **= 2; a ??= 5; a', 9],
    ['parameter of the same name', 'const a = 1; ((a) => a)(2)', 2],
    ['parameter default', 'const a = 1; ((b = a) => b)()', 1],
    [
      'parameter default beside a body variable',
      'const a = 1; (function (b = a) { var a = 9; return b })()',
      1,
    ],
    ['local of the same name', 'const a = 1; (() => { const a = 2; return a })()', 2],
    ['var of a function of the same name', 'const a = 1; (() => { if (true) { var a = 2 } return a })()', 2],
    ['block of the same name', 'const a = 1; let b; { const a = 2; b = a } [a, b]', [1, 2]],
    [
      'loop variable of the same name',
      'const i = 9; let s = 0; for (let i = 0; i < 3; i++) s += i; [i, s]',
      [9, 3],
    ],
    [
      'catch variable of the same name',
      'const e = 1; let m; try { throw new Error("x") } catch (e) { m = e.message } [e, m]',
      [1, 'x'],
    ],
    [
      'switch scope',
      'const a = 1; let r; switch (a) { case 1: { r = 1 } default: let a = 5; r += a } [a, r]',
      [1, 6],
    ],
    [
      'name of a function expression',
      'const f = 1; (function f(n) { return n ? f(n - 1) : typeof f })(2)',
      'function',
    ],
    ['recursion', 'function f(n) { return n ? n * f(n - 1) : 1 } f(4)', 24],
    ['use before the declaration of a function', 'const a = f(); function f() { return 3 } a', 3],
    ['arguments', '(function () { return arguments.length })(1, 2)', 2],
    ['this in a plain call', 'function f() { return this } f()', undefined],
    ['this in a method call', 'const o = { x: 1, f() { return this.x } }; o.f()', 1],
    ['this at the top level', 'this', undefined],
    ['class with a static block', 'const a = 2; class A { static x; static { var b = a; A.x = b } } A.x', 2],
    [
      'class field',
      'const a = 2; class A { b = a; #c = a; d() { return this.#c } } [new A().b, new A().d()]',
      [2, 2],
    ],
    ['computed class member', 'const a = "m"; class A { [a]() { return 1 } } new A().m()', 1],
    ['label', 'const a = []; a: for (const x of [1, 2]) { a.push(x); continue a } a', [1, 2]],
    ['tagged template', `const tag = (s, v) => s[0] + v; const v = 2; tag\`a\${v}\``, 'a2'],
    ['new', 'const C = class { x = 1 }; new C().x', 1],
    ['new of a member', 'const n = { C: class { x = 1 } }; new n.C().x', 1],
    ['typeof an unknown name', 'typeof nowhere', 'undefined'],
    ['typeof a known name', 'const a = 1; typeof a', 'number'],
    ['typeof a global', 'typeof setTimeout', 'function'],
    ['a global of the language', 'Math.max(1, 2)', 2],
    ['a global of the platform', 'btoa("a")', 'YQ=='],
    ['a global class', 'new URL("https://example.org/a").pathname', '/a'],
    ['what the session offers', 'offered', 'from the session'],
    ['what the session offers, shadowed', 'const offered = 2; offered', 2],
    ['name of an arrow function', 'const f = () => 1; f.name', 'f'],
    ['name of a class expression', 'const A = class {}; A.name', 'A'],
    ['name of a named function expression', 'const f = function g() {}; f.name', 'g'],
    [
      'closure over a loop variable',
      'const fs = []; for (let i = 0; i < 3; i++) fs.push(() => i); fs.map((f) => f())',
      [0, 1, 2],
    ],
    ['for await', 'const a = []; for await (const x of [Promise.resolve(1), 2]) a.push(x); a', [1, 2]],
    ['the hidden names themselves', 'const $scope = 1, $cell = 2; $scope + $cell', 3],
  ])('%s', async (_, source, value) => {
    expect(await run(source)).toEqual(value);
  });

  it('unknown names throw a ReferenceError', async () => {
    await expect(run('nowhere')).rejects.toThrow(new ReferenceError('nowhere is not defined'));
    await expect(run('nowhere()')).rejects.toThrow(new ReferenceError('nowhere is not defined'));
  });

  it('unknown properties are undefined', async () => {
    expect(await run('const a = {}; a.nowhere')).toBe(undefined);
  });
});

describe('lines without semicolons', () => {
  it.each<[string, string, unknown]>([
    ['a call after a value', 'let a = 1\nconst f = () => { a = 2 }\na\nf()\na', 2],
    ['a call after a declaration', 'const f = () => 3\nlet a = f\nf()', 3],
    ['destructuring after a value', 'const o = { a: 1 }\no\nconst { a } = o\na', 1],
    ['array destructuring after a value', 'const o = [1]\no\nconst [a] = o\na', 1],
    ['after a class', 'class A {}\n;[1].length', 1],
    ['an array after a class', 'class A {}\n[1, 2].length', 2],
    ['a parenthesis after a function', 'function f() { return 8 }\n(1)', 1],
    ['a call in a block', 'let n = 0\nconst f = () => n++\n{\n  n\n  f()\n}\nn', 1],
    ['a call in a branch', 'let n = 0\nconst f = () => n++\nif (n === 0) f()\nelse f()\nn', 1],
    ['a call in a case', 'let n = 0\nconst f = () => n++\nswitch (n) {\n  case 0:\n    n\n    f()\n}\nn', 1],
    ['a call after ++', 'let n = 0\nconst f = () => n\nn++\nf()', 1],
    ['a template after a value', 'const tag = (s) => s[0]\nconst a = tag\ntag`x`', 'x'],
  ])('%s', async (_, source, value) => {
    expect(await run(source)).toEqual(value);
  });
});

describe('types', () => {
  it.each<[string, string, unknown]>([
    ['annotations', 'const a: number = 1; function f<T>(x: T): T { return x } f<number>(a)', 1],
    [
      'interfaces and aliases',
      'interface A {\n  x: number;\n}\ntype B = A | null;\nconst a: B = { x: 1 }; a!.x',
      1,
    ],
    ['as and satisfies', 'const a = { x: 1 } as const satisfies { x: number }; a.x', 1],
    ['parameter properties', 'class A { constructor(readonly x: number) {} } new A(3).x', 3],
    ['overloads', 'function f(a: string): string;\nfunction f(a: unknown) { return a }\nf("x")', 'x'],
    ['declare', 'declare const nowhere: number; typeof nowhere', 'undefined'],
    ['generic arrow', 'const f = <T,>(x: T): T => x; f(2)', 2],
  ])('%s', async (_, source, value) => {
    expect(await run(source)).toEqual(value);
  });
});

describe('imports', () => {
  it.each<[string, string[], unknown]>([
    ['named', ["import { area } from 'shapes'; area(2, 3)"], 6],
    ['renamed', ["import { area as product } from 'shapes'; product(2, 3)"], 6],
    ['default', ["import shape from 'shapes'; shape"], 'the default'],
    ['namespace', ["import * as shapes from 'shapes'; shapes.area(1, 2)"], 2],
    ['used in a later cell only', ["import { area } from 'shapes'", 'area(2, 2)'], 4],
    ['hoisted', ["const a = area(1, 1); import { area } from 'shapes'; a"], 1],
    ['dynamic', ["(await import('shapes')).unit"], 1],
    ['type imports vanish', ["import type { Shape } from 'nowhere'; 1"], 1],
  ])('%s', async (_, cells, value) => {
    expect(await run(...cells)).toEqual(value);
  });
});

describe('errors', () => {
  it.each<[string, string, number, RegExp]>([
    ['a missing value', 'const a = 1;\nconst b = ;', 2, /Unexpected token/],
    ['an unclosed template', 'a\n\nlet x = `b', 3, /[Uu]nterminated/],
    ['an unclosed brace', 'function f() {\n  g()\n', 3, /[Uu]nexpected/],
    ['two declarations of one name', 'let a = 1;\n\nlet a = 2;', 3, /already been declared/],
    ['return at the top level', '1\nreturn 2', 2, /return/],
    ['assignment to a const', 'const a = 1;\na = 2', 2, /'a' is a const/],
    ['increment of a const', 'const a = 1;\n\na++', 3, /'a' is a const/],
    ['assignment to an import', "import { a } from 'shapes';\na = 2", 2, /'a' is a const/],
    ['a namespace', 'const a = 1\nnamespace N { export const x = 1 }', 2, /namespaces/],
    ['an export list', 'const a = 1\nexport { a }', 2, /cannot export/],
    ['import.meta', '1\nimport.meta.url', 2, /import\.meta/],
    ['import attributes', "import a from 'b' with { type: 'json' }", 1, /attributes/],
    ['await in a plain function', 'function f() {\n  await 1\n}', 2, /await/],
    ['after types on several lines', 'interface A {\n  a: number;\n}\nlet = 3', 4, /./],
  ])('%s', (_, source, line, message) => {
    const error = syntaxError(source);
    expect(error.message).toMatch(message);
    expect(error.message).not.toMatch(/\(\d+:\d+\)/);
    expect(error.line).toBe(line);
  });

  it.each([
    'throw new Error("x")',
    '\n\nthrow new Error("x")',
    'interface A {\n  a: number;\n  b: string;\n}\nconst a: A = {\n  a: 1 } as A\nthrow new Error("x")',
    "import {\n  area,\n  unit,\n} from 'shapes'\nthrow new Error('x')",
    'function f(\n  a: number,\n): void {}\nclass A {\n  x = 1\n}\nconst {\n  b\n} = { b: 1 }\nthrow new Error("x")',
    'export\nconst a =\n1\nthrow new Error("x")',
  ])('stack frames keep the line: %j', async (source) => {
    const line = source.split('\n').findIndex((each) => each.startsWith('throw')) + 1;
    const error = (await run(source).catch((thrown: unknown) => thrown)) as Error;
    expect(error.stack).toContain(`cell-1.ts:${line}:`);
  });
});
