/** The part of charts that needs Vega: a chunk of its own. */
import embed, { type VisualizationSpec } from 'vega-embed';
import { expressionInterpreter } from 'vega-interpreter';
import type { JsonObject } from '../document/nbformat.ts';
import { currentTheme, token } from '../state/theme.ts';

/** Draws `specification` (Vega-Lite 5) in the colours of the page. Resolves to the function that frees the chart. */
export async function drawChart(container: HTMLElement, specification: JsonObject): Promise<() => void> {
  // A document must not overrule the options below: its `usermeta` could. Vega-Lite writes into what it is given.
  const { usermeta: _options, ...own } = structuredClone(specification);
  const result = await embed(
    container,
    own as unknown as VisualizationSpec,
    {
      mode: 'vega-lite',
      actions: false,
      renderer: 'svg',
      // Expressions are interpreted, so the page needs no permission to evaluate strings.
      ast: true,
      expr: expressionInterpreter,
      // Warnings about the specification are the author's business, not the console's.
      logLevel: 1,
      tooltip: { theme: currentTheme() },
      config: configuration(),
    } as Parameters<typeof embed>[2],
  );
  return () => result.finalize();
}

function configuration() {
  const text = token('--text');
  const muted = token('--text-muted');
  const line = token('--line');
  const font = token('--font-text');
  return {
    background: 'transparent',
    font,
    view: { stroke: 'transparent' },
    title: {
      color: text,
      fontSize: 14,
      fontWeight: 600,
      anchor: 'start' as const,
      offset: 12,
      subtitleColor: muted,
      subtitleFontSize: 12,
      subtitlePadding: 6,
    },
    axis: {
      labelColor: muted,
      titleColor: muted,
      labelFontSize: 12,
      titleFontSize: 12,
      titleFontWeight: 500,
      gridColor: line,
      domainColor: token('--line-strong'),
      tickColor: token('--line-strong'),
      labelLimit: 220,
    },
    axisQuantitative: { tickCount: 6 },
    legend: { labelColor: muted, titleColor: muted, labelFontSize: 12, titleFontSize: 12 },
    header: { labelColor: muted, titleColor: muted },
    mark: { color: token('--chart-1') },
    bar: { color: token('--chart-1'), cornerRadiusEnd: 2 },
    text: { color: text, font },
    rule: { color: muted },
    range: { category: [1, 2, 3, 4, 5, 6].map((index) => token(`--chart-${index}`)) },
  };
}
