import type { NotebookScope } from './scope.ts';
import type { CellServices, TransformedCell } from './transform.ts';

/**
 * Runs a transformed cell.
 *
 * @returns The value of the cell's last expression statement, awaited.
 */
export async function evaluateCell(
  cell: TransformedCell,
  scope: NotebookScope,
  services: CellServices,
): Promise<unknown> {
  // Indirect, so that the cell sees no local name of this module.
  // biome-ignore lint/security/noGlobalEval: running the code that a person typed is what a notebook is for
  const indirectEval = globalThis.eval;
  const run = indirectEval(cell.code) as (scope: NotebookScope, services: CellServices) => Promise<unknown>;
  return await run(scope, services);
}
