/** The rewrites that every graph goes through before it is planned, in order. */
import type { Graph } from '../graph/value.ts';
import { fuseAttentionPool } from './attention-pool.ts';
import { fuseEpilogue } from './epilogue.ts';
import { pointwiseConvolution } from './pointwise-convolution.ts';
import { rewrite } from './rewrite.ts';

/** Returns a graph that computes the same outputs in fewer, larger operations. */
export function optimize(graph: Graph): Graph {
  return [pointwiseConvolution, fuseAttentionPool, fuseEpilogue].reduce(rewrite, graph);
}
