/**
 * The recommender's head in ONNX, in the two forms that suit a runtime without ragged batches. Written down
 * independently of the engine's own model, so that equal answers mean something.
 *
 * Source: Demochkin and Savchenko, "Visual product recommendation using neural aggregation network and context gating".
 */
import { categoryCount, hiddenCount } from '../tasks.ts';
import type { OnnxBuilder } from './builder.ts';
import type { Weights } from './mobilenet-onnx.ts';

const width = 1024;

/** The attention of one block: from a query (a value's name) to the collections' pooled features `[C, K]`. */
type Attend = (block: string, query: string) => string;

/**
 * Collections padded to one length: `features` `[C, M, K]` and a `mask` `[C, 1, M]` of 0 for a photo and −1e9 for
 * padding, both inputs.
 */
export function addPaddedHead(
  model: OnnxBuilder,
  weights: Weights,
  collections: number,
  longest: number,
): void {
  const x = model.input('features', [collections, longest, width]);
  const mask = model.input('mask', [collections, 1, longest]);
  const rows = model.integers('shape/rows', [collections, 1, longest]);
  const vectors = model.integers('shape/vectors', [collections, width]);
  const columns = model.integers('shape/columns', [collections, width, 1]);
  const attend: Attend = (block, query) => {
    // The first query is one column for all collections, the second one for each.
    const column =
      block === 'attention1' ? query : model.node('Reshape', `${block}/column`, [query, columns]);
    const products = model.node('MatMul', `${block}/products`, [x, column]);
    const scores = model.node('Reshape', `${block}/rows`, [products, rows]);
    const masked = model.node('Add', `${block}/masked`, [scores, mask]);
    const shares = model.node('Softmax', `${block}/weights`, [masked], { axis: -1 });
    const pooled = model.node('MatMul', `${block}/sums`, [shares, x]);
    return model.node('Reshape', `${block}/pooled`, [pooled, vectors]);
  };
  addLayers(model, weights, collections, attend);
}

/**
 * All photos in one matrix, the value `x` `[N, K]`, and an input `mask` `[C, N]` of 0 where a photo belongs to a
 * collection and −1e9 where it does not. Good for few photos: every collection is multiplied with every photo.
 */
export function addMembershipHead(
  model: OnnxBuilder,
  weights: Weights,
  x: string,
  collections: number,
  photos: number,
): void {
  const mask = model.input('mask', [collections, photos]);
  const transposed = model.node('Transpose', 'features/transposed', [x], { perm: [1, 0] });
  const row = model.integers('shape/row', [1, photos]);
  const attend: Attend = (block, query) => {
    const scores =
      block === 'attention1'
        ? model.node('Reshape', `${block}/row`, [model.node('MatMul', `${block}/products`, [x, query]), row])
        : model.node('MatMul', `${block}/products`, [query, transposed]);
    const masked = model.node('Add', `${block}/masked`, [scores, mask]);
    const shares = model.node('Softmax', `${block}/weights`, [masked], { axis: -1 });
    return model.node('MatMul', `${block}/pooled`, [shares, x]);
  };
  addLayers(model, weights, collections, attend);
}

/** Everything but the attention, which is the same in both forms. The output is `scores` `[C, 1000]`. */
function addLayers(model: OnnxBuilder, weights: Weights, collections: number, attend: Attend): void {
  const dense = (name: string, input: string, inputs: number, outputs: number): string => {
    const kernel = model.constant(`${name}/kernel`, [inputs, outputs], weights[`${name}/kernel`]!);
    const bias = model.constant(`${name}/bias`, [outputs], weights[`${name}/bias`]!);
    return model.node('Gemm', `${name}/dense`, [input, kernel, bias]);
  };
  const query = model.constant('attention1/query', [width, 1], weights['attention1/query']!);
  const first = attend('attention1', query);
  const second = attend(
    'attention2',
    model.node('Tanh', 'attention2/query', [dense('attention2', first, width, width)]),
  );
  const gate = model.node('Sigmoid', 'gate', [dense('gate', second, width, width)]);
  const gated = model.node('Mul', 'gated', [gate, second]);
  const hidden = model.node('Relu', 'hidden', [dense('hidden', gated, width, hiddenCount)]);
  model.node('Sigmoid', 'scores', [dense('output', hidden, hiddenCount, categoryCount)]);
  model.output('scores', [collections, categoryCount]);
}
