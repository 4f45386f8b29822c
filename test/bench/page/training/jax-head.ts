/** A training step of the head in jax-js. */
import { nn, numpy as np, random } from '@jax-js/jax';
import { featureCount } from '../../network.ts';
import { categoryCount, hiddenCount, type Task } from '../../tasks.ts';
import { type Fetch, fetchNumbers, fetchWeights } from '../runtime.ts';
import { fetchBatches } from './batches.ts';
import { type Arrays, compileStep, crossEntropy, initialState, type Loss } from './jax-step.ts';

/**
 * Pools to `[C, K]`. Collections are padded to the longest: `x` `[C, M, K]`, `mask` `[C, M]`; a query `[K]` for all of them,
 * or `[C, K]` with one for each. Products and sums instead of `matmul`, which fuses and is twice as fast here.
 */
function attend(x: np.Array, mask: np.Array, query: np.Array): np.Array {
  const [collections, longest, width] = x.shape as [number, number, number];
  const rows = query.ndim === 1 ? query : query.reshape([collections, 1, width]);
  const weights = nn.softmax(np.sum(x.ref.mul(rows), -1).add(mask), -1);
  return np.sum(x.mul(weights.reshape([collections, longest, 1])), 1);
}

function lossOf(dropout: number): Loss {
  return (p, { x, mask, targets, key }) => {
    const dense = (name: string, input: np.Array) =>
      np.matmul(input, p[`${name}/kernel`]!).add(p[`${name}/bias`]!);
    const first = attend(x!.ref, mask!.ref, p['attention1/query']!);
    const pooled = attend(x!, mask!, np.tanh(dense('attention2', first)));
    const gated = nn.sigmoid(dense('gate', pooled.ref)).mul(pooled);
    let hidden = nn.relu(dense('hidden', gated));
    if (dropout > 0) {
      const kept = random.bernoulli(key!, 1 - dropout, hidden.shape);
      hidden = np.where(kept, hidden.mul(1 / (1 - dropout)), 0);
    }
    return [crossEntropy(targets!, dense('output', hidden)), {}];
  };
}

function shapeOf(name: string, { length }: Float32Array): number[] {
  if (!name.endsWith('/kernel')) return [length];
  const inputs = name === 'output/kernel' ? hiddenCount : featureCount;
  return [inputs, length / inputs];
}

/** @returns what puts the weights on the GPU and gives the step, which answers with its loss */
export async function prepareHead(task: Task, fetch: Fetch): Promise<() => () => Promise<number>> {
  const { name, counts, training } = task;
  const { examples, dropout, learningRate } = training!;
  const [weights, batches, mask] = await Promise.all([
    fetchWeights(fetch, 'head.safetensors'),
    fetchBatches(task, 'padded', fetch),
    fetchNumbers(fetch, `${name}.mask`),
  ]);
  const longest = Math.max(...counts);
  return () => {
    let state = initialState(
      Object.fromEntries(
        Object.entries(weights).map(([key, data]) => [key, np.array(data, { shape: shapeOf(key, data) })]),
      ),
    );
    const step = compileStep(lossOf(dropout), learningRate);
    let steps = 0;
    return async () => {
      const batch = batches[steps++ % batches.length]!;
      const given: Arrays = {
        x: np.array(batch.examples, { shape: [examples, longest, featureCount] }),
        mask: np.array(mask, { shape: [examples, longest] }),
        targets: np.array(batch.targets, { shape: [examples, categoryCount] }),
        ...(dropout > 0 ? { key: random.key(steps) } : {}),
      };
      const [loss, next] = step(state, given, steps);
      state = next;
      return (await loss.data())[0]!;
    };
  };
}
