/**
 * A shader whose loops end.
 *
 * What an endless loop does where nothing guards against it: see `engine/lab/time-limit.ts`. So an edited kernel first runs
 * with every `for`, `while` and `loop` counting its turns. One that has taken more than the limit leaves its loop and
 * writes its line into a flag. Line numbers stay as they are.
 */
import { blankComments, lineAt } from './comments.ts';

/** Group of the bindings that the guard adds: 0 the flag, `atomic<u32>`; 1 the limit, a uniform `u32`. */
export const guardGroup = 1;

/** Bits of the flag that hold the line; those above hold how often the loop turned. */
const lineBits = 16;

/** The line that a flag names. */
export function flaggedLine(flag: number): number {
  return flag & (2 ** lineBits - 1);
}

/** Builtins that all invocations of a group must reach together: compilers forbid to leave a loop around them. */
const collective = /\b(\w+Barrier|workgroupUniformLoad|(subgroup|quad)\w+)\b/;

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
  const code = blankComments(wgsl);
  const together = collective.test(code);
  const inserts: [at: number, text: string][] = [];
  let loops = 0;
  let leave = '';
  let body = 0;
  for (const { 0: keyword, index } of code.matchAll(/(?<!\p{XIDC})(fn|for|while|loop)(?!\p{XIDC})/gu)) {
    const open = blockAfter(code, index) + 1;
    if (keyword === 'fn') {
      body = open;
      // A function that only returns from inside its loop must go on to do so.
      const [, type] = /->(.*)\{/s.exec(code.slice(index, open)) ?? [];
      leave = type ? `return ${type.trim()}();` : 'break;';
    } else if (open > 0) {
      loops += 1;
      const turns = `warpbook_turns_${loops}`;
      const count = `warpbook_count${together ? `_${loops}` : ''}`;
      if (together) inserts.push([body, ` var ${count} = 0u;`]);
      const leaves = `warpbook_leaves(${turns}, ${count}, ${lineAt(wgsl, index)}u)`;
      inserts.push(
        [index, `var ${turns} = 0u; `],
        [open, ` ${turns}++; ${count}++; if (${leaves}) { ${leave} }`],
      );
    }
  }
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

/** Offset of the brace that opens the block behind a keyword; -1 where there is none. */
function blockAfter(code: string, keyword: number): number {
  let parentheses = 0;
  for (let at = keyword; at < code.length; at++) {
    if (code[at] === '(') parentheses += 1;
    if (code[at] === ')') parentheses -= 1;
    if (code[at] === '{' && parentheses === 0) return at;
  }
  return -1;
}
