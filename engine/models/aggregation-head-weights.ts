/** A trained aggregation head in a file: written after training, checked and read before it recommends. */
import { fromFloat16, toFloat16 } from '../data-type.ts';
import {
  type LoadOptions,
  loadSafetensors,
  SafetensorsError,
  serializeSafetensors,
  type TensorFile,
  type TensorToStore,
} from '../formats/safetensors.ts';
import { parametersSha256 } from '../formats/sha256.ts';
import { leaves } from '../graph/value.ts';
import type { RankingResult } from '../metrics/ranking.ts';
import { aggregationKinds } from './aggregation.ts';
import { type AggregationHeadOptions, aggregationHead } from './aggregation-head.ts';

/** What shapes a trained head; spread it into the options of `aggregationHead`. */
export type AggregationHeadSizes = Required<
  Pick<AggregationHeadOptions, 'kind' | 'features' | 'hidden' | 'categories'>
>;

/** How good a head is on users whom nothing saw before, and what simpler ways reach on the same users, by their names. */
export interface AggregationHeadMetrics {
  readonly test: readonly RankingResult[];
  readonly baselines: Readonly<Record<string, readonly RankingResult[]>>;
}

/** A trained head, ready to compile. */
export interface TrainedAggregationHead {
  readonly sizes: AggregationHeadSizes;
  /** float32; read from float16. */
  readonly parameters: Readonly<Record<string, Float32Array>>;
  /** The name of each score. */
  readonly categories: readonly string[];
  /** What is real in the data that it was trained and measured on, and what is not. Show it with every result. */
  readonly label: string;
  readonly metrics: AggregationHeadMetrics;
  /** Where it comes from: seed, steps, adapter, command, the features' network, licence. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The head that comes with Warpbook; its origin and checksum are in the manifest beside it. */
const shippedFile = new URL('../../weights/aggregation-head.safetensors', import.meta.url);

const ownKeys = ['kind', 'hidden', 'categories', 'label', 'metrics', 'parameters_sha256'];

/**
 * A trained head as a safetensors file, its parameters rounded to float16.
 *
 * @returns the whole file; the same head gives the same bytes
 */
export async function serializeAggregationHead(
  head: TrainedAggregationHead,
): Promise<Uint8Array<ArrayBuffer>> {
  const stored: Record<string, Uint16Array> = {};
  const tensors = new Map<string, TensorToStore>();
  for (const [name, shape] of shapesOf(head.sizes)) {
    const data = toFloat16(head.parameters[name]!);
    stored[name] = data;
    tensors.set(name, { dataType: 'float16', shape, data });
  }
  return serializeSafetensors(tensors, {
    ...head.metadata,
    kind: head.sizes.kind,
    hidden: String(head.sizes.hidden),
    categories: head.categories.join('\n'),
    label: head.label,
    metrics: JSON.stringify(head.metrics),
    parameters_sha256: await parametersSha256(stored),
  });
}

/**
 * Reads a trained head out of a weight file.
 *
 * @throws SafetensorsError where something is missing, does not fit, or is not what was written.
 */
export async function readAggregationHead(file: TensorFile): Promise<TrainedAggregationHead> {
  const { metadata } = file;
  const fail = (key: string): never => {
    throw new SafetensorsError(
      'header-structure',
      file.fileName,
      `its metadata have no proper "${key}", so it is no trained aggregation head; get the file again or train one.`,
    );
  };
  const text = (key: string) => metadata[key] || fail(key);
  const kind = aggregationKinds.find((one) => one === text('kind')) ?? fail('kind');
  const hidden = Number(text('hidden'));
  if (!(Number.isSafeInteger(hidden) && hidden > 0)) fail('hidden');
  const categories = text('categories').split('\n');
  const features = file.get('hidden/kernel', { dataType: 'float16' }).shape[0] ?? 0;
  const sizes: AggregationHeadSizes = { kind, features, hidden, categories: categories.length };
  const stored: Record<string, Uint16Array> = {};
  for (const [name, shape] of shapesOf(sizes)) {
    stored[name] = file.get(name, { dataType: 'float16', shape }).data;
  }
  if ((await parametersSha256(stored)) !== text('parameters_sha256')) {
    throw new SafetensorsError(
      'checksum',
      file.fileName,
      'the parameters are not those that were written, so the file is damaged; get it again.',
    );
  }
  const parameters = Object.fromEntries(
    Object.entries(stored).map(([name, bits]) => [name, fromFloat16(bits)]),
  );
  const metrics = readMetrics(text('metrics')) ?? fail('metrics');
  const others = Object.entries(metadata).filter(([key]) => !ownKeys.includes(key));
  return {
    sizes,
    parameters,
    categories,
    label: text('label'),
    metrics,
    metadata: Object.fromEntries(others),
  };
}

/**
 * Fetches a trained head and reads it.
 *
 * @param url a file of `serializeAggregationHead`; default the one that comes with Warpbook (8.8 MB): two attention
 * blocks with gating, trained on the grocery purchases
 * @throws SafetensorsError where the file cannot be had, is damaged, or is no trained head.
 */
export async function loadAggregationHead(
  url: string | URL = shippedFile,
  options: LoadOptions = {},
): Promise<TrainedAggregationHead> {
  return readAggregationHead(await loadSafetensors(url, options));
}

/** The parameters of a head and their shapes, in the order of the graph. */
function shapesOf(sizes: AggregationHeadSizes): Map<string, readonly number[]> {
  const graph = aggregationHead({ ...sizes, capacity: 1, sets: 1, outputs: ['scores'] });
  return new Map([...leaves(graph, 'parameter')].map(([name, { shape }]) => [name, shape]));
}

function readMetrics(text: string): AggregationHeadMetrics | undefined {
  try {
    const metrics = JSON.parse(text) as Partial<AggregationHeadMetrics> | null;
    if (typeof metrics?.baselines !== 'object') return undefined;
    const isRight = [metrics.test, ...Object.values(metrics.baselines ?? {})].every(
      (results) => Array.isArray(results) && results.every(({ k, f1 }) => Number.isFinite(k + f1)),
    );
    return isRight ? (metrics as AggregationHeadMetrics) : undefined;
  } catch {
    return undefined;
  }
}
