/** What TensorFlow Lite made of the sample photos with the original weights: something to compare with. */
import { loadSafetensors, type Photo, type TensorFile } from '../../engine/index.ts';

const address = new URL('../../test/references/mobilenet_v1.safetensors', import.meta.url);

/** The stored outputs for one photo. */
export interface ReferenceOutput {
  /** `[1024]` */
  readonly features: Float32Array;
  /** `[1001]` */
  readonly probabilities: Float32Array;
  /**
   * Whether this browser decoded the photo to the very pixels that the reference was computed from. Browsers differ
   * in how they decode a JPEG; outputs can agree to rounding only where pixels are equal.
   */
  readonly samePixels: boolean;
}

/** Stored outputs of MobileNet v1 for the sample photos. */
export interface ReferenceOutputs {
  /** What computed them. */
  readonly runtime: string;
  /** The outputs for a photo; undefined where it is none of the sample photos. */
  of(photo: Photo): Promise<ReferenceOutput | undefined>;
}

let loading: Promise<ReferenceOutputs> | undefined;

/**
 * Fetches the stored outputs (0.4 MB), once.
 *
 * @throws SafetensorsError where they cannot be had.
 */
export function referenceOutputs(): Promise<ReferenceOutputs> {
  loading ??= loadSafetensors(address).then(read, (error: unknown) => {
    // The next call tries again.
    loading = undefined;
    throw error;
  });
  return loading;
}

function read(file: TensorFile): ReferenceOutputs {
  const names = file.metadata.photos?.split('\n') ?? [];
  const hashes = file.metadata.rgba_sha256?.split('\n') ?? [];
  const row = (name: string, index: number) => {
    const { data, shape } = file.get(name, { dataType: 'float32' });
    const width = shape[1] ?? 1;
    return data.slice(index * width, (index + 1) * width);
  };
  return {
    runtime: file.metadata.runtime ?? 'an independent runtime',
    async of(photo) {
      const index = names.indexOf(photo.name);
      if (index === -1) return undefined;
      return {
        features: row('features', index),
        probabilities: row('probabilities', index),
        samePixels: (await sha256(photo.pixels)) === hashes[index],
      };
    },
  };
}

async function sha256(bytes: Uint8ClampedArray<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
