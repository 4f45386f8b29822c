/**
 * WGSL as a person would indent it: generated kernels leave the traces of their generator. Only blanks at the ends of lines
 * and blank lines change.
 */
export function indentWgsl(wgsl: string): string {
  let depth = 0;
  const lines = wgsl.split('\n').map((line) => {
    const text = line.trim();
    const code = text.replace(/\/\/.*$/, '');
    const closing = /^[)\]}]+/.exec(code)?.[0].length ?? 0;
    const indented = text === '' ? '' : '  '.repeat(Math.max(0, depth - closing)) + text;
    for (const character of code) {
      if ('([{'.includes(character)) depth++;
      else if (')]}'.includes(character)) depth--;
    }
    return indented;
  });
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/([([{]\n)\n+/g, '$1')
    .replace(/\n\n+( *[)\]}])/g, '\n$1')
    .trim()}\n`;
}
