/** Writing references, or comparing what is stored with what this machine makes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseSafetensors, serializeSafetensors, type TensorToStore } from '../../engine/formats/safetensors.ts';

const besideThisFile = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/**
 * Writes the file, or compares it with the one at hand. Returns whether all is well: equal tensors, and equal metadata
 * under the keys of `same`.
 */
export function settle(
  name: string,
  tensors: ReadonlyMap<string, TensorToStore>,
  metadata: Record<string, string>,
  check: boolean,
  same: readonly string[],
): boolean {
  const path = besideThisFile(name);
  if (!check) {
    const bytes = serializeSafetensors(tensors, metadata, name);
    writeFileSync(path, bytes);
    console.log(`${name}: ${tensors.size} tensors, ${bytes.length} bytes written`);
    return true;
  }
  const stored = parseSafetensors(new Uint8Array(readFileSync(path)).buffer, name);
  let worst = 0;
  for (const [tensorName, { dataType, shape, data }] of tensors) {
    const expected = stored.get(tensorName, { dataType, shape }).data;
    for (let i = 0; i < data.length; i++) {
      const difference = Math.abs(Number(data[i]) - Number(expected[i]));
      worst = difference <= worst ? worst : difference;
    }
  }
  const different = same.filter((key) => stored.metadata[key] !== metadata[key]);
  console.log(
    `${name}: largest difference ${worst}, ${different.length === 0 ? 'made from the same' : `different: ${different.join(', ')}`}`,
  );
  return worst === 0 && different.length === 0;
}
