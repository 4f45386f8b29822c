/** Charts in Vega-Lite 5 (https://vega.github.io/vega-lite). */
import type { JsonObject, MimeBundle } from '../../document/nbformat.ts';
import { mimeTypes } from '../protocol.ts';
import { type Displayable, isPlainObject, mimeMethod } from './displayable.ts';
import { tableBundle } from './table.ts';

/**
 * A chart.
 *
 * @param specification A Vega-Lite 5 specification as plain data; functions in it are refused.
 * @throws TypeError where it is no object, or holds what JSON cannot carry.
 */
export function chart(specification: object): Displayable {
  if (!isPlainObject(specification)) {
    throw new TypeError('chart: the specification must be a Vega-Lite object.');
  }
  const plain = JSON.parse(JSON.stringify(specification, refuseFunctions)) as JsonObject;
  const complete: JsonObject = { $schema: 'https://vega.github.io/schema/vega-lite/v5.json', ...plain };
  return { [mimeMethod]: () => chartBundle(complete) };
}

function refuseFunctions(key: string, value: unknown): unknown {
  if (typeof value === 'function') {
    throw new TypeError(`chart: "${key}" is a function; a specification is plain data.`);
  }
  return value;
}

/** Vega-Lite, an SVG for programs that draw no Vega-Lite, and the numbers as text. */
async function chartBundle(specification: JsonObject): Promise<MimeBundle> {
  const svg = await drawSvg(specification);
  return {
    [mimeTypes.chart]: specification,
    ...(svg === undefined ? {} : { [mimeTypes.svg]: svg }),
    [mimeTypes.plain]: describeChart(specification),
  };
}

/** Undefined where the specification is wrong: the page then says what is wrong with it. */
async function drawSvg(specification: JsonObject): Promise<string | undefined> {
  try {
    const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
    const { spec } = compile(specification as never, { logger: vega.logger(vega.None) });
    const view = new vega.View(vega.parse(spec), { renderer: 'none', logLevel: vega.None });
    const svg = await view.toSVG();
    view.finalize();
    return svg;
  } catch {
    return undefined;
  }
}

function titleOf(title: unknown): string[] {
  if (Array.isArray(title)) {
    return [title.map((line) => String(line).trim()).join(' ')];
  }
  if (isPlainObject(title)) {
    return [...titleOf(title.text), ...titleOf(title.subtitle)];
  }
  return typeof title === 'string' ? [title] : [];
}

/** The title and the numbers. */
function describeChart(specification: JsonObject): string {
  const title = titleOf(specification.title);
  const values = isPlainObject(specification.data) ? specification.data.values : undefined;
  const table =
    Array.isArray(values) && values.length > 0 && values.every(isPlainObject)
      ? [String(tableBundle(values)[mimeTypes.plain])]
      : [];
  const text = [...title, ...table].join('\n');
  return text === '' ? '[chart]' : text;
}
