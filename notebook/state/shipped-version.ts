/** Which version of a shipped notebook a person sees: their own, or the one that Warpbook ships now. */
import { languageOf } from '../document/cell-language.ts';
import { joinLines } from '../document/multiline.ts';
import type { NotebookDocument } from '../document/nbformat.ts';

/** What a shipped notebook says, without its outputs: kind and source of every cell. */
export function contentOf({ cells }: NotebookDocument): string[] {
  return cells.map((cell) => {
    const kind = cell.cell_type === 'code' && languageOf(cell.metadata) === 'wgsl' ? 'wgsl' : cell.cell_type;
    return `${kind}: ${joinLines(cell.source)}`;
  });
}

/**
 * Whether what is kept of a shipped notebook may give way to `shipped`: it began as another version and the person
 * changed none of its cells. Outputs do not count, since a run makes them again.
 */
export function isOutdated(
  kept: { document: NotebookDocument; original?: readonly string[] },
  shipped: NotebookDocument,
): boolean {
  const { original } = kept;
  return (
    original !== undefined &&
    !equal(original, contentOf(shipped)) &&
    equal(original, contentOf(kept.document))
  );
}

function equal(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((entry, index) => entry === right[index]);
}
