/**
 * A shader whose loops end.
 *
 * What an endless loop does where nothing guards against it: see `engine/lab/time-limit.ts`. So an edited kernel first runs
 * with every `for`, `while` and `loop` counting its turns. One that has taken more than the limit leaves its loop and
 * writes its line into a flag. Line numbers stay as they are.
 */
import { lineAt, type Token, tokenize } from './tokens.ts';

/** Group of the bindings that the guard adds: 0 the flag, `atomic<u32>`; 1 the limit, a uniform `u32`. */
export const guardGroup = 1;

/** Bits of the flag that hold the line; those above hold how often the loop turned. */
const lineBits = 16;

/** The line that a flag names. */
export function flaggedLine(flag: number): number {
  return flag & (2 ** lineBits - 1);
}

/** Builtins that all invocations of a group must reach together: compilers forbid to leave a loop around them. */
const collective = /^(\w+Barrier|workgroupUniformLoad|(subgroup|quad)\w+)$/;

/**
 * A shader that does the same, but leaves loops that turn too often.
 *
 * One count for all loops of an invocation is the tightest. But where invocations meet at barriers the compiler must be
 * able to prove that they leave loops together, and of a module's variables it believes nothing; there each loop has
 * a count of its own among the function's variables.
 *
 * @returns null where there is no loop, so nothing to guard against
 */
export function guardLoops(wgsl: string): string | null {
  const tokens = tokenize(wgsl);
  const together = tokens.some(({ text }) => collective.test(text));
  const inserts: [at: number, text: string][] = [];
  let loops = 0;
  let depth = 0;
  let leave = 'break;';
  let body = 0;
  tokens.forEach(({ text, at }, index) => {
    if (text === '{') depth += 1;
    if (text === '}') depth -= 1;
    if (text === 'fn' && depth === 0) {
      const open = blockAfter(tokens, index);
      const arrow = tokens.findIndex(({ text, at }, i) => i > index && text === '-' && wgsl[at + 1] === '>');
      const brace = tokens[open]?.at ?? wgsl.length;
      body = brace + 1;
      // A function that only returns from inside its loop must go on to do so.
      const returns = arrow > 0 && arrow < open;
      leave = returns ? `return ${textOf(tokens.slice(arrow + 2, open))}();` : 'break;';
    } else if (depth > 0 && /^(for|while|loop)$/.test(text)) {
      const open = tokens[blockAfter(tokens, index)];
      if (!open) return;
      loops += 1;
      const turns = `warpbook_turns_${loops}`;
      const count = together ? `warpbook_count_${loops}` : 'warpbook_count';
      if (together) inserts.push([body, ` var ${count} = 0u;`]);
      inserts.push(
        [at, `var ${turns} = 0u; `],
        [
          open.at + 1,
          ` ${turns}++; ${count}++; if (warpbook_leaves(${turns}, ${count}, ${lineAt(wgsl, at)}u)) { ${leave} }`,
        ],
      );
    }
  });
  if (loops === 0) return null;
  let guarded = '';
  let end = 0;
  for (const [at, text] of inserts.sort(([a], [b]) => a - b)) {
    guarded += wgsl.slice(end, at) + text;
    end = at;
  }
  // Once one invocation was stopped the others need not go on, where they may part.
  const stopped = '(count & 1023u) == 0u && atomicLoad(&warpbook_flag) != 0u';
  return `${guarded}${wgsl.slice(end)}
@group(${guardGroup}) @binding(0) var<storage, read_write> warpbook_flag: atomic<u32>;
@group(${guardGroup}) @binding(1) var<uniform> warpbook_limit: u32;
${together ? '' : 'var<private> warpbook_count: u32;'}
fn warpbook_leaves(turns: u32, count: u32, line: u32) -> bool {
  if (count < warpbook_limit) { return ${together ? 'false' : stopped}; }
  atomicMax(&warpbook_flag, (min(turns, 0xffffu) << ${lineBits}u) | line);
  return true;
}
`;
}

/** Index of the brace that opens the block behind a keyword. */
function blockAfter(tokens: readonly Token[], index: number): number {
  let parentheses = 0;
  return tokens.findIndex(({ text }, i) => {
    if (i <= index) return false;
    if (text === '(') parentheses += 1;
    if (text === ')') parentheses -= 1;
    return text === '{' && parentheses === 0;
  });
}

function textOf(tokens: readonly Token[]): string {
  return tokens.map(({ text }) => text).join('');
}
