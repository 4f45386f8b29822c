import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseSafetensors } from '../../engine/formats/safetensors.ts';
import { compare } from '../../engine/reference/compare.ts';
import { manifest } from '../../weights/manifest.ts';
import { mobilenetLayers } from '../../weights/mobilenet_v1.ts';

function read(name: string) {
  const bytes = readFileSync(new URL(name, import.meta.url));
  return parseSafetensors(new Uint8Array(bytes).buffer, name);
}

const outputs = read('mobilenet_v1.safetensors');
const layers = read('mobilenet_v1_layers.safetensors');
const entry = manifest.mobilenet_v1!;

describe('the stored outputs of TensorFlow Lite', () => {
  test.each([
    ['outputs', outputs, 36],
    ['layers', layers, 24],
  ])('%s: made from the model and photos that are here', (_, { metadata }, count) => {
    const samples = readdirSync(new URL('../../notebook/samples/grocery', import.meta.url));
    const photos = metadata.photos!.split('\n');
    expect(photos).toEqual(samples.filter((file) => file.endsWith('.jpg')).sort().slice(0, count));
    expect(metadata.rgba_sha256!.split('\n').filter((hash) => /^[0-9a-f]{64}$/.test(hash))).toHaveLength(count);
    expect(Object.values(entry.origin.files)).toContain(metadata.model_sha256);
    expect(metadata.runtime).toMatch(/^TensorFlow Lite, npm @tensorflow\/tfjs-tflite@/);
  });

  test('have the model’s shapes and no NaN', () => {
    const side = [112, 112, 112, 56, 56, 56, 56, 28, 28, 28, 28, ...new Array(12).fill(14), 7, 7, 7, 7];
    const weights = read(`../../weights/${entry.file}`);
    mobilenetLayers.slice(0, -1).forEach(({ name }, index) => {
      const channels = weights.get(`${name}/bias`, { dataType: 'float32' }).data.length;
      const positions = layers.get(`${name}/positions`, { dataType: 'uint32', shape: [256] }).data;
      expect(Math.max(...positions)).toBeLessThan(side[index]! ** 2 * channels);
      expect(new Set(positions).size).toBeGreaterThan(240);
      for (const kind of [
        { name: 'values', width: 256 },
        { name: 'channel_means', width: channels },
      ]) {
        const { data } = layers.get(`${name}/${kind.name}`, { dataType: 'float32', shape: [24, kind.width] });
        expect(data.every((value) => value >= 0 && value <= 6.00001)).toBe(true);
        expect(data.some((value) => value > 0)).toBe(true);
      }
    });
    expect(layers.tensors.size).toBe(81);
  });

  test('the features are the channel means of the last layer', () => {
    const features = outputs.get('features', { dataType: 'float32', shape: [36, 1024] }).data;
    const means = layers.get('block13/pointwise/channel_means', { dataType: 'float32' }).data;
    expect(compare(features.subarray(0, means.length), means).relativeL2).toBeLessThan(1e-6);
  });

  test('the committed classifier turns the stored features into the stored logits and probabilities', () => {
    const weights = read(`../../weights/${entry.file}`);
    const kernel = weights.get('classifier/kernel', { dataType: 'float32', shape: [1024, 1001] }).data;
    const bias = weights.get('classifier/bias', { dataType: 'float32', shape: [1001] }).data;
    const features = outputs.get('features', { dataType: 'float32' }).data;
    const logits = new Float64Array(36 * 1001);
    const probabilities = new Float64Array(36 * 1001);
    for (let photo = 0; photo < 36; photo++) {
      const row = logits.subarray(photo * 1001, (photo + 1) * 1001);
      row.set(bias);
      for (let k = 0; k < 1024; k++) {
        const feature = features[photo * 1024 + k]!;
        for (let c = 0; c < 1001; c++) row[c]! += feature * kernel[k * 1001 + c]!;
      }
      const total = row.reduce((sum, logit) => sum + Math.exp(logit), 0);
      probabilities.set(
        row.map((logit) => Math.exp(logit) / total),
        photo * 1001,
      );
    }
    const stored = (name: string) => outputs.get(name, { dataType: 'float32', shape: [36, 1001] }).data;
    expect(compare(stored('logits'), logits).relativeL2).toBeLessThan(5e-6);
    expect(compare(stored('probabilities'), probabilities).relativeL2).toBeLessThan(1e-5);
  });
});
