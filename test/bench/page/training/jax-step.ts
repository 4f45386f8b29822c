/** The part of a training step that both tasks share in jax-js. Functions take ownership of arrays, as its own do. */
import { jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { adam, normalization, positiveWeight } from '../../tasks.ts';

export type Arrays = Record<string, np.Array>;

/**
 * What a step changes: parameters, Adam's averages of their gradients and of the gradients' squares, and averages of a
 * network's statistics.
 */
export type State = { parameters: Arrays; means: Arrays; squares: Arrays; moving: Arrays };

/** Takes the parameters and the step's own arrays; gives the loss and the statistics that averages follow. */
export type Loss = (parameters: Arrays, given: Arrays) => [np.Array, Arrays];

/**
 * The mean over all elements of binary cross-entropy from logits z of targets t:
 * −(p t ln σ(z) + (1 − t) ln(1 − σ(z))) = (1 − t) z + (1 + (p − 1) t) softplus(−z).
 */
export function crossEntropy(targets: np.Array, logits: np.Array): np.Array {
  const weights = targets.ref.mul(positiveWeight - 1).add(1);
  const soft = nn.softplus(logits.ref.neg());
  return np.mean(np.subtract(1, targets).mul(logits).add(weights.mul(soft)));
}

export function initialState(parameters: Arrays, moving: Arrays = {}): State {
  const zeros = () =>
    Object.fromEntries(Object.entries(parameters).map(([name, { shape }]) => [name, np.zeros(shape)]));
  return { parameters, means: zeros(), squares: zeros(), moving };
}

/** One parameter's new value and averages. `rates`: learning rate, 1 / (1 − β₁ᵗ), 1 / (1 − β₂ᵗ). */
function update(
  [parameter, mean, square, gradient]: readonly [np.Array, np.Array, np.Array, np.Array],
  rates: readonly [np.Array, np.Array, np.Array],
): readonly [np.Array, np.Array, np.Array] {
  const [rate, first, second] = rates.map(({ ref }) => ref);
  const newMean = mean.mul(adam.beta1).add(gradient.ref.mul(1 - adam.beta1));
  const newSquare = square.mul(adam.beta2).add(np.square(gradient).mul(1 - adam.beta2));
  const denominator = np.sqrt(newSquare.ref.mul(second!)).add(adam.epsilon);
  const change = newMean.ref.mul(first!).mul(rate!).div(denominator);
  return [parameter.sub(change), newMean, newSquare];
}

/**
 * A compiled step.
 *
 * @returns takes the state, the arrays and the number of the step from 1; gives the loss and the new state
 */
export function compileStep(
  lossOf: Loss,
  learningRate: number,
): (state: State, given: Arrays, step: number) => [np.Array, State] {
  const compiled = jit((state: State, given: Arrays, rates: [np.Array, np.Array, np.Array]) => {
    const { parameters, means, squares, moving } = state;
    const [[loss, statistics], gradients] = valueAndGrad(lossOf, { hasAux: true })(
      tree.ref(parameters),
      given,
    ) as [[np.Array, Arrays], Arrays];
    const next: State = { parameters: {}, means: {}, squares: {}, moving: {} };
    for (const name of Object.keys(parameters)) {
      [next.parameters[name]!, next.means[name]!, next.squares[name]!] = update(
        [parameters[name]!, means[name]!, squares[name]!, gradients[name]!],
        rates,
      );
    }
    for (const [name, average] of Object.entries(moving)) {
      const { momentum } = normalization;
      next.moving[name] = average.mul(momentum).add(statistics[name]!.mul(1 - momentum));
    }
    tree.dispose(rates);
    return [loss, next] as [np.Array, State];
  });
  return (state, given, step) => {
    const correction = (rate: number) => np.array(1 / (1 - rate ** step));
    return compiled(state, given, [np.array(learningRate), correction(adam.beta1), correction(adam.beta2)]);
  };
}
