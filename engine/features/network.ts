/** What turns a photo into features: a part of a network, and its weights. */
import type { HostParameters } from '../backend.ts';
import { InputError } from '../errors.ts';
import { imagePreprocess } from '../graph/image-preprocess.ts';
import { input } from '../graph/leaf.ts';
import { type Graph, leaves, type Value } from '../graph/value.ts';
import { mobilenetV1Values } from '../models/mobilenet_v1.ts';

/** A network that gives features. */
export interface FeatureNetwork {
  /** How files name it. */
  readonly name: string;
  /** Height and width of its input, in pixels. */
  readonly imageSize: number;
  /**
   * @param image `[B, imageSize, imageSize, 3]`, RGB in [−1, 1]
   * @returns `[B, K]`
   */
  features(image: Value): Value;
}

/** MobileNet v1 up to its average pooling: K = 1024. */
export const mobilenetV1Features: FeatureNetwork = {
  name: 'MobileNet v1 1.0 224',
  imageSize: 224,
  features: (image) => mobilenetV1Values({ image }).features!,
};

/**
 * From packed photos (`packPhotos`) to features: inputs `pixels` uint8 `[capacity, 4]` and `layout` uint32 `[B, 3]`,
 * output `features` `[B, K]`.
 */
export function featureGraph(
  { imageSize, features, name }: FeatureNetwork,
  batch: number,
  capacity: number,
): Graph {
  const pixels = input('pixels', [capacity, 4], 'uint8');
  const layout = input('layout', [batch, 3], 'uint32');
  const image = imagePreprocess(pixels, layout, { height: imageSize, width: imageSize });
  const output = features(image);
  if (output.shape.length !== 2 || output.shape[0] !== batch) {
    throw new InputError(
      `${name}: the features of a batch of ${batch} must be [${batch}, K], but they are [${output.shape.join(', ')}].`,
    );
  }
  return { outputs: { features: output } };
}

/** Those parameters that the graph has; weights of a whole network bring more, such as the classifier's. */
export function parametersOf(graph: Graph, parameters: HostParameters): HostParameters {
  return Object.fromEntries(
    [...leaves(graph, 'parameter').keys()].flatMap((name) =>
      parameters[name] ? [[name, parameters[name]]] : [],
    ),
  );
}
