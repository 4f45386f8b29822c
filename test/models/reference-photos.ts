/** The sample photos as network input, and what TensorFlow Lite made of them with the original weights. */
import { decodePhoto, type Photo } from '../../engine/data/photo.ts';
import { loadSafetensors, type TensorFile } from '../../engine/formats/safetensors.ts';
import { elementCount } from '../../engine/graph/value.ts';
import { mobilenetV1Values } from '../../engine/models/mobilenet_v1.ts';
import { imagePreprocess } from '../../engine/reference/image_preprocess.ts';

/** Pixels a side of the network's input. */
const side = 224;

/** The 27 convolutions in order: `conv1`, `block1/depthwise`, …, `block13/pointwise`. */
export const layerNames: readonly string[] = Object.keys(mobilenetV1Values()).filter(
  (name) => !['features', 'logits', 'probabilities'].includes(name),
);

/** Channels of each layer. */
export const layerChannels: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(mobilenetV1Values()).map(([name, { shape }]) => [name, shape.at(-1)!]),
);

/** Stored outputs of the independent runtime, one row for each of its photos. */
export class ReferenceOutputs {
  readonly photoNames: readonly string[];
  /** SHA-256 of the model file that the runtime ran. */
  readonly modelHash: string;
  readonly #hashes: readonly string[];
  readonly #file: TensorFile;

  private constructor(file: TensorFile) {
    this.#file = file;
    this.photoNames = file.metadata.photos!.split('\n');
    this.modelHash = file.metadata.model_sha256!;
    this.#hashes = file.metadata.rgba_sha256!.split('\n');
  }

  static async load(fileName: string): Promise<ReferenceOutputs> {
    const url = new URL(`../references/${fileName}`, import.meta.url);
    return new ReferenceOutputs(await loadSafetensors(url));
  }

  /** One photo's row of a stored tensor. */
  row(name: string, photo: number): Float32Array {
    const { data, shape } = this.#file.get(name, { dataType: 'float32' });
    const width = elementCount(shape) / this.photoNames.length;
    return data.slice(photo * width, (photo + 1) * width);
  }

  /** Flat positions in `[H, W, C]` at which a layer's values are stored. */
  positions(layer: string): Uint32Array {
    return this.#file.get(`${layer}/positions`, { dataType: 'uint32' }).data;
  }

  /** Decodes a photo; throws where this browser gives other pixels than those the runtime was given. */
  async photo(index: number): Promise<Photo> {
    const name = this.photoNames[index]!;
    const response = await fetch(new URL(`../../notebook/samples/grocery/${name}`, import.meta.url));
    const photo = await decodePhoto(await response.blob(), name);
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', photo.pixels));
    const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
    if (hash !== this.#hashes[index]) {
      throw new Error(
        `${name} decodes to other pixels here (${hash}) than where the references were made (${this.#hashes[index]}).`,
      );
    }
    return photo;
  }
}

/** A photo as the network's input `[1, 224, 224, 3]`, the same numbers that the independent runtime was given. */
export function networkInput(photo: Photo): Float32Array {
  return Float32Array.from(imagePreprocess(photo, side, side));
}

/** Mean over rows and columns of a layer `[1, H, W, C]`, float64. */
export function channelMeans(values: ArrayLike<number>, channels: number): Float64Array {
  const means = new Float64Array(channels);
  for (let i = 0; i < values.length; i++) {
    means[i % channels] = means[i % channels]! + (values[i]! * channels) / values.length;
  }
  return means;
}

/** Classes in order of probability, best first. */
export function topClasses(probabilities: ArrayLike<number>, count: number): number[] {
  return Array.from({ length: probabilities.length }, (_, index) => index)
    .sort((a, b) => probabilities[b]! - probabilities[a]!)
    .slice(0, count);
}
