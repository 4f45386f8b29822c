import { html, type TemplateResult } from 'lit';
import type { CellModel } from '../state/cell-model.ts';
import type { KernelBench } from '../state/kernel-bench.ts';
import './code-cell.ts';
import './markdown-cell.ts';
import './wgsl-cell.ts';

export interface CellPresentation {
  selected: boolean;
  editing: boolean;
  /** 1-based position among the code cells; 0 for other cells. */
  number: number;
  bench: KernelBench;
}

/** The element for a kind of cell. */
export function drawCell(
  cell: CellModel,
  { selected, editing, number, bench }: CellPresentation,
): TemplateResult {
  switch (cell.kind) {
    case 'wgsl':
      return html`<warp-wgsl-cell .cell=${cell} .bench=${bench} .selected=${selected} .editing=${editing} .number=${number}></warp-wgsl-cell>`;
    case 'code':
      return html`<warp-code-cell .cell=${cell} .selected=${selected} .editing=${editing} .number=${number}></warp-code-cell>`;
    case 'markdown':
      return html`<warp-markdown-cell .cell=${cell} .selected=${selected} .editing=${editing}></warp-markdown-cell>`;
    case 'raw':
      return html`<warp-raw-cell .cell=${cell} .selected=${selected} .editing=${editing}></warp-raw-cell>`;
  }
}
