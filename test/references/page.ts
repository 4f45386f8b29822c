/**
 * In the browser: decodes photos as the engine does and runs the original model in TensorFlow Lite, compiled to
 * WebAssembly (`@tensorflow/tfjs-tflite`). Nothing of our engine computes here but the decoding and the float64
 * resampling, which are the specification of the network's input.
 */
import { decodePhoto } from '../../engine/data/photo.ts';
import { imagePreprocess } from '../../engine/reference/image_preprocess.ts';
import type { ReferencePage, TensorSample } from './page-interface.ts';

interface RuntimeTensor {
  /** For example `1,224,224,3`. */
  readonly shape: string;
  data(): Float32Array;
}

interface ModelRunner {
  getInputs(): RuntimeTensor[];
  getOutputs(): RuntimeTensor[];
  infer(): boolean;
  cleanUp(): void;
}

/** The runtime's global object, as far as it is used. */
interface Runtime {
  readonly tflite_web_api: {
    setWasmPath(path: string): void;
    getWasmFeatures(): Promise<{ simd: boolean; multiThreading: boolean }>;
  };
  readonly TFLiteWebModelRunner: {
    create(model: ArrayBuffer, options: { numThreads: number }): Promise<ModelRunner>;
  };
}

declare const tfweb: Runtime;

const side = 224;
const networkInputs: Float32Array[] = [];

function sample(output: RuntimeTensor, positions: readonly number[] | null): TensorSample {
  const data = output.data();
  const channels = Number(output.shape.split(',').at(-1));
  const channelMeans = new Array<number>(channels).fill(0);
  data.forEach((value, index) => {
    channelMeans[index % channels]! += (value * channels) / data.length;
  });
  const values = positions ? positions.map((position) => data[position] ?? Number.NaN) : [...data];
  return { values, channelMeans };
}

const page: ReferencePage = {
  async decode(urls) {
    return Promise.all(
      urls.map(async (url, index) => {
        const file = url.split('/').at(-1)!;
        const photo = await decodePhoto(await (await fetch(url)).blob(), file);
        networkInputs[index] = Float32Array.from(imagePreprocess(photo, side, side));
        const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', photo.pixels));
        const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
        return { file, width: photo.width, height: photo.height, sha256 };
      }),
    );
  },
  async run(modelUrl, photoCount, positions) {
    const model = await (await fetch(modelUrl)).arrayBuffer();
    const runner = await tfweb.TFLiteWebModelRunner.create(model, { numThreads: 1 });
    try {
      return networkInputs.slice(0, photoCount).map((input, index) => {
        runner.getInputs()[0]!.data().set(input);
        if (!runner.infer()) throw new Error(`TensorFlow Lite failed on photo ${index} of ${modelUrl}.`);
        return sample(runner.getOutputs()[0]!, positions);
      });
    } finally {
      runner.cleanUp();
    }
  },
  runtime: () => tfweb.tflite_web_api.getWasmFeatures(),
};

tfweb.tflite_web_api.setWasmPath('/runtime/');
window.referencePage = page;
