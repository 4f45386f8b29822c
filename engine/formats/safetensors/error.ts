/** What is wrong with a safetensors file, in a word that code can compare. */
export type SafetensorsErrorCode =
  /** The file ends before its header or its data does. */
  | 'truncated'
  /** The header length is impossible. */
  | 'header-length'
  /** The header is not UTF-8 text. */
  | 'header-text'
  /** The header is not JSON. */
  | 'header-json'
  /** The header is JSON of another form than the format asks for. */
  | 'header-structure'
  /** Two tensors, or two fields of one tensor, have the same name. */
  | 'duplicate-name'
  /** A data type that the format, or this reader, does not have. */
  | 'unknown-data-type'
  /** Data offsets that are not a range inside the file's data. */
  | 'offsets'
  /** Two tensors share bytes. */
  | 'overlap'
  /** Bytes that belong to no tensor, before or between tensors. */
  | 'hole'
  /** Bytes that belong to no tensor, after the last one. */
  | 'trailing-bytes'
  /** A byte range that does not match data type × shape. */
  | 'byte-size'
  /** Asked for a tensor that is not in the file. */
  | 'missing-tensor'
  /** Asked for a tensor with another data type than it has. */
  | 'wrong-data-type'
  /** Asked for a tensor with another shape than it has. */
  | 'wrong-shape'
  /** The bytes are not those whose SHA-256 was expected. */
  | 'checksum'
  /** The file could not be fetched. */
  | 'download'
  /** A tensor or metadata that cannot be written. */
  | 'unwritable';

/** A safetensors file that cannot be read, used or written. The message names file and tensor and says what to do. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
  readonly code: SafetensorsErrorCode;
  /** The file as the caller named it. */
  readonly fileName: string;
  /** The tensor at fault, where one is. */
  readonly tensorName: string | undefined;

  /** @param sentence What is wrong and what to do; the file's name is put before it. */
  constructor(code: SafetensorsErrorCode, fileName: string, sentence: string, tensorName?: string) {
    super(`${fileName}: ${sentence}`);
    this.code = code;
    this.fileName = fileName;
    this.tensorName = tensorName;
  }
}
