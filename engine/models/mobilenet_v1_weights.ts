/** The published weights of MobileNet v1, checked against the model. */
import type { HostParameters } from '../backend.ts';
import { type LoadOptions, loadSafetensors, type TensorFile } from '../formats/safetensors.ts';
import { mobilenetV1Parameters } from './mobilenet_v1.ts';

/** MobileNet v1 1.0 224, ready to compile. */
export interface MobilenetV1Weights {
  readonly parameters: HostParameters;
  /** The 1001 classes in order; class 0 is `background`. */
  readonly labels: readonly string[];
  /** Where the weights come from and under which licence. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The file that comes with Warpbook; its origin and checksum are in the manifest beside it. */
const publishedFile = new URL('../../weights/mobilenet_v1_1.0_224.safetensors', import.meta.url);

/**
 * Reads the parameters out of a weight file.
 *
 * @throws SafetensorsError where a tensor is missing or has another type or shape than the model's.
 */
export function readMobilenetV1(file: TensorFile): MobilenetV1Weights {
  const parameters = Object.fromEntries(
    [...mobilenetV1Parameters()].map(([name, { shape }]) => [
      name,
      file.get(name, { dataType: 'float32', shape }).data,
    ]),
  );
  return { parameters, labels: file.metadata.labels?.split('\n') ?? [], metadata: file.metadata };
}

/**
 * Fetches the weights (16.9 MB) and reads them.
 *
 * @param url another file of the same format
 * @throws SafetensorsError where the file cannot be had or does not fit the model.
 */
export async function loadMobilenetV1(
  url: string | URL = publishedFile,
  options: LoadOptions = {},
): Promise<MobilenetV1Weights> {
  return readMobilenetV1(await loadSafetensors(url, options));
}
