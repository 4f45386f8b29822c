/** TensorFlow.js, as far as it is used here. Its types are not installed where the tests run. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

export interface TfTensor {
  readonly shape: number[];
  readonly dtype: string;
  add(other: TfTensor | number): TfTensor;
  sub(other: TfTensor | number): TfTensor;
  mul(other: TfTensor | number): TfTensor;
  neg(): TfTensor;
  mean(): TfTensor;
  matMul(other: TfTensor): TfTensor;
  softmax(axis?: number): TfTensor;
  relu(): TfTensor;
  sigmoid(): TfTensor;
  softplus(): TfTensor;
  tanh(): TfTensor;
  reshape(shape: readonly number[]): TfTensor;
  dataSync(): Float32Array;
  dispose(): void;
}

export interface TfVariable extends TfTensor {
  readonly name: string;
  assign(value: TfTensor): void;
}

export interface TfOptimizer {
  minimize(loss: () => TfTensor, returnCost: true, variables: TfVariable[]): TfTensor;
  dispose(): void;
}

export interface TensorFlow {
  readonly version_core: string;
  ready(): Promise<void>;
  setBackend(name: string): Promise<boolean>;
  /** Exempts a tensor from `tidy`. */
  keep<Tensor extends TfTensor>(tensor: Tensor): Tensor;
  tidy<Result>(compute: () => Result): Result;
  tensor(data: Float32Array, shape: readonly number[]): TfTensor;
  variable(initial: TfTensor, trainable?: boolean, name?: string): TfVariable;
  slice(x: TfTensor, begin: readonly number[], size: readonly number[]): TfTensor;
  concat(tensors: readonly TfTensor[], axis: number): TfTensor;
  mean(x: TfTensor, axes: readonly number[]): TfTensor;
  relu6(x: TfTensor): TfTensor;
  moments(x: TfTensor, axes: readonly number[]): { mean: TfTensor; variance: TfTensor };
  batchNorm(
    x: TfTensor,
    mean: TfTensor,
    variance: TfTensor,
    offset: TfTensor,
    scale: TfTensor,
    epsilon: number,
  ): TfTensor;
  conv2d(x: TfTensor, kernel: TfTensor, strides: number, padding: 'same'): TfTensor;
  depthwiseConv2d(x: TfTensor, kernel: TfTensor, strides: number, padding: 'same'): TfTensor;
  readonly train: {
    adam(learningRate: number, beta1: number, beta2: number, epsilon: number): TfOptimizer;
    momentum(learningRate: number, momentum: number): TfOptimizer;
  };
}

/**
 * Loads TensorFlow.js with its backend in plain JavaScript: float32 storage, sums in double precision. Vite resolves it,
 * because the gradients are not in what Node would load.
 */
export async function loadTensorFlow(): Promise<TensorFlow> {
  const server = await createServer({
    configFile: false,
    root: fileURLToPath(new URL('.', import.meta.url)),
    logLevel: 'error',
    server: { middlewareMode: true, hmr: false, watch: null },
    optimizeDeps: { noDiscovery: true },
    ssr: { noExternal: [/^@tensorflow\//] },
  });
  // It takes Node for CommonJS.
  Object.assign(globalThis, { require: createRequire(import.meta.url) });
  try {
    const load = (path: string) => server.ssrLoadModule(`@tensorflow/${path}`);
    const tf = (await load('tfjs-core')) as TensorFlow;
    await load('tfjs-core/dist/register_all_gradients');
    await load('tfjs-core/dist/public/chained_ops/register_all_chained_ops');
    await load('tfjs-backend-cpu');
    if (!(await tf.setBackend('cpu'))) throw new Error('TensorFlow.js has no CPU backend here.');
    await tf.ready();
    return tf;
  } finally {
    await server.close();
  }
}
