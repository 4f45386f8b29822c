/** A cell that cannot be read: what is wrong, and on which line. */
export class CellSyntaxError extends SyntaxError {
  override readonly name = 'SyntaxError';
  /** 1-based line in the cell. */
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/** The 1-based line of a position (UTF-16 code units from the start) in a text. */
export function lineAt(text: string, position: number): number {
  let line = 1;
  for (
    let index = text.indexOf('\n');
    index !== -1 && index < position;
    index = text.indexOf('\n', index + 1)
  ) {
    line++;
  }
  return line;
}
