/**
 * Reading and writing safetensors files: named tensors and text metadata in one file, without code in it.
 *
 * Format: "Safetensors", Hugging Face, format description at https://huggingface.co/docs/safetensors. A file is an
 * unsigned 64-bit little-endian header length, a JSON header, and one contiguous run of tensor data.
 */
export { type ArrayOf, type StoredDataType, storedDataTypes } from './safetensors/data-types.ts';
export { SafetensorsError, type SafetensorsErrorCode } from './safetensors/error.ts';
export { type LoadOptions, loadSafetensors } from './safetensors/load.ts';
export { parseSafetensors } from './safetensors/parse.ts';
export { serializeSafetensors, type TensorToStore } from './safetensors/serialize.ts';
export { type StoredTensor, TensorFile } from './safetensors/tensor-file.ts';
