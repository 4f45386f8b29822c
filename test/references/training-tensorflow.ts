/** The head and the small MobileNet in TensorFlow.js, written from the papers' formulas with its own operations. */
import {
  headOptions,
  mobilenetBlocks,
  mobilenetOptions,
  type OptimizerName,
  optimizers,
  positiveWeight,
  steps,
  type TrainingCase,
} from './training-cases.ts';
import type { TensorFlow, TfTensor, TfVariable } from './tensorflow.ts';

type Variables = Readonly<Record<string, TfVariable>>;
type Inputs = Readonly<Record<string, Float32Array | Uint32Array>>;

/** Keras's constants of MobileNet's batch normalisation. */
const epsilon = 1e-3;
const momentum = 0.99;

/** Mean of `−(p t ln σ(z) + (1 − t) ln(1 − σ(z)))`, where `−ln σ(z) = softplus(−z)` and `1 − σ(z) = σ(−z)`. */
function weightedCrossEntropy(logits: TfTensor, targets: TfTensor): TfTensor {
  const positive = targets.mul(positiveWeight).mul(logits.neg().softplus());
  const negative = targets.neg().add(1).mul(logits.softplus());
  return positive.add(negative).mean();
}

function dense(name: string, x: TfTensor, variables: Variables): TfTensor {
  return x.matMul(variables[`${name}/kernel`]!).add(variables[`${name}/bias`]!);
}

function classifierLoss(features: TfTensor, targets: TfTensor, variables: Variables): TfTensor {
  return weightedCrossEntropy(dense('output', dense('hidden', features, variables).relu(), variables), targets);
}

/** `Σ_m softmax(x q)[m] x[m]`: `[m, K]`, `[1, K]` to `[1, K]`. */
function attend(photos: TfTensor, query: TfTensor): TfTensor {
  const [count, size] = photos.shape as [number, number];
  const weights = photos.matMul(query.reshape([size, 1])).reshape([1, count]).softmax();
  return weights.matMul(photos);
}

/** One person after the other, each photo set a tensor of its own. */
function headLoss(tf: TensorFlow, variables: Variables, inputs: Inputs): TfTensor {
  const { capacity, sets, features: size, categories } = headOptions;
  const photos = tf.tensor(inputs.features as Float32Array, [capacity, size]);
  const offsets = inputs.offsets!;
  const aggregated = Array.from({ length: sets }, (_, person) => {
    const [first, end] = [offsets[person]!, offsets[person + 1]!];
    const own = tf.slice(photos, [first, 0], [end - first, size]);
    const query = dense('attention2', attend(own, variables['attention1/query']!), variables).tanh();
    const pooled = attend(own, query);
    return dense('gate', pooled, variables).sigmoid().mul(pooled);
  });
  const targets = tf.tensor(inputs.targets as Float32Array, [sets, categories]);
  return classifierLoss(tf.concat(aggregated, 0), targets, variables);
}

/** Mean and variance of each layer that the batch had, by layer. */
type Moments = Map<string, { readonly mean: TfTensor; readonly variance: TfTensor }>;

/**
 * @param moments takes those of the batch; without it the moving averages normalise
 */
function mobilenetLoss(tf: TensorFlow, variables: Variables, inputs: Inputs, moments?: Moments): TfTensor {
  const { batch, imageSize, categories } = mobilenetOptions;
  const normalize = (name: string, x: TfTensor): TfTensor => {
    const channels = x.shape.at(-1)!;
    const moving = variables[`${name}/moving_moments`]!;
    const row = (index: number) => tf.slice(moving, [index, 0], [1, channels]).reshape([channels]);
    const used = moments ? tf.moments(x, [0, 1, 2]) : { mean: row(0), variance: row(1) };
    moments?.set(name, { mean: tf.keep(used.mean), variance: tf.keep(used.variance) });
    const { [`${name}/shift`]: shift, [`${name}/scale`]: scale } = variables;
    return tf.relu6(tf.batchNorm(x, used.mean, used.variance, shift!, scale!, epsilon));
  };
  const kernel = (name: string) => variables[`${name}/kernel`]!;
  let x = tf.tensor(inputs.photos as Float32Array, [batch, imageSize, imageSize, 3]);
  x = normalize('conv1', tf.conv2d(x, kernel('conv1'), 2, 'same'));
  mobilenetBlocks.forEach(([channels, , stride], index) => {
    const [depthwise, pointwise] = [`block${index + 1}/depthwise`, `block${index + 1}/pointwise`];
    const filters = kernel(depthwise).reshape([3, 3, channels, 1]);
    x = normalize(depthwise, tf.depthwiseConv2d(x, filters, stride, 'same'));
    x = normalize(pointwise, tf.conv2d(x, kernel(pointwise), 1, 'same'));
  });
  const targets = tf.tensor(inputs.targets as Float32Array, [batch, categories]);
  return classifierLoss(tf.mean(x, [1, 2]), targets, variables);
}

/** `moving = 0.99 moving + 0.01 batch`, as Keras and TensorFlow.js's layers do. */
function followMoments(tf: TensorFlow, variables: Variables, moments: Moments): void {
  for (const [name, { mean, variance }] of moments) {
    const moving = variables[`${name}/moving_moments`]!;
    const batch = tf.concat([mean.reshape([1, -1]), variance.reshape([1, -1])], 0);
    moving.assign(moving.mul(momentum).add(batch.mul(1 - momentum)));
    mean.dispose();
    variance.dispose();
  }
}

/** What a training gave. */
export interface Curve {
  /** The loss of each step, before its update. */
  readonly losses: Float32Array;
  /** MobileNet alone: the loss of the first batch after the last step, normalised by the moving averages. */
  readonly evaluation: Float32Array | undefined;
}

/** Trains a case in TensorFlow.js. */
export function trainInTensorFlow(tf: TensorFlow, training: TrainingCase, optimizerName: OptimizerName): Curve {
  const { numbers, shapes } = training.initial();
  const variables: Variables = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      tf.variable(tf.tensor(numbers[name]!, shape), !name.endsWith('moving_moments')),
    ]),
  );
  const learned = Object.entries(variables).flatMap(([name, variable]) =>
    name.endsWith('moving_moments') ? [] : variable,
  );
  const rate = training.learningRate[optimizerName];
  const { adam } = optimizers;
  const optimizer =
    optimizerName === 'adam'
      ? tf.train.adam(rate, adam.beta1, adam.beta2, adam.epsilon)
      : tf.train.momentum(rate, optimizers.momentum.momentum);
  const losses = Float32Array.from({ length: steps }, (_, step) =>
    tf.tidy(() => {
      const { inputs } = training.batch(step);
      const moments: Moments = new Map();
      const loss = optimizer.minimize(
        () =>
          training.name === 'head'
            ? headLoss(tf, variables, inputs)
            : mobilenetLoss(tf, variables, inputs, moments),
        true,
        learned,
      );
      followMoments(tf, variables, moments);
      return loss.dataSync()[0]!;
    }),
  );
  const evaluation =
    training.name === 'mobilenet'
      ? tf.tidy(() => mobilenetLoss(tf, variables, training.batch(0).inputs).dataSync().slice())
      : undefined;
  optimizer.dispose();
  for (const variable of Object.values(variables)) variable.dispose();
  return { losses, evaluation };
}
