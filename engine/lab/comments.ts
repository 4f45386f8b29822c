/** WGSL without its comments, as far as the lab must understand it. */

const code = /\/\/[^\n\v\f\r\u0085\u2028\u2029]*|\/\*/g;
const comment = /\/\*|\*\//g;

/**
 * The shader with blanks in the place of its comments: lines and offsets stay. Block comments nest.
 *
 * Source: "WebGPU Shading Language" (W3C), 3.2 "Comments".
 */
export function blankComments(wgsl: string): string {
  let blanked = '';
  let end = 0;
  for (let depth = 0; ; ) {
    const pattern = depth > 0 ? comment : code;
    pattern.lastIndex = end;
    const match = pattern.exec(wgsl);
    const start = match?.index ?? wgsl.length;
    const blank = (text: string) => text.replace(/[^\n]/g, ' ');
    const between = wgsl.slice(end, start);
    blanked += depth > 0 ? blank(between) : between;
    if (!match) return blanked;
    const [text] = match;
    blanked += blank(text);
    end = start + text.length;
    if (text === '/*') depth += 1;
    else if (depth > 0) depth -= 1;
  }
}

/** Line of an offset, from 1. */
export function lineAt(wgsl: string, at: number): number {
  return wgsl.slice(0, at).split('\n').length;
}
