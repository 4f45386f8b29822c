/**
 * The float64 interpreter against the original model file in TensorFlow Lite, on real photos. The stored outputs were
 * made by the script beside them; browsers are needed for decoding the photos.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { mobilenetV1 } from '../../engine/models/mobilenet_v1.ts';
import { loadMobilenetV1, type MobilenetV1Weights } from '../../engine/models/mobilenet_v1_weights.ts';
import { interpret } from '../../engine/reference/interpreter.ts';
import { everything, expectLayers, OutputComparison } from './against-tflite.ts';
import { layerNames, networkInput, ReferenceOutputs } from './reference-photos.ts';

/** The interpreter takes about a second a photo. */
const photoCount = 4;

let outputs: ReferenceOutputs;
let layers: ReferenceOutputs;
let weights: MobilenetV1Weights;

beforeAll(async () => {
  [outputs, layers, weights] = await Promise.all([
    ReferenceOutputs.load('mobilenet_v1.safetensors'),
    ReferenceOutputs.load('mobilenet_v1_layers.safetensors'),
    loadMobilenetV1(),
  ]);
});

describe('the stored outputs of TensorFlow Lite', () => {
  test('are of 20 photos and more, and of the file that our weights come from', () => {
    expect(outputs.photoNames.length).toBeGreaterThanOrEqual(20);
    expect(layers.photoNames.length).toBeGreaterThanOrEqual(20);
    expect(layers.photoNames).toEqual(outputs.photoNames.slice(0, layers.photoNames.length));
    expect(layerNames).toHaveLength(27);
    expect(outputs.modelHash).toBe(weights.metadata.origin_sha256);
    expect(layers.modelHash).toBe(weights.metadata.origin_sha256);
  });
});

describe('the float64 interpreter', () => {
  test('agrees with TensorFlow Lite in every layer', async () => {
    const graph = mobilenetV1({ outputs: everything });
    const comparison = new OutputComparison(outputs);
    let worst = 0;
    for (let photo = 0; photo < photoCount; photo++) {
      const image = networkInput(await layers.photo(photo));
      const values = interpret(graph, { inputs: { image }, parameters: weights.parameters });
      worst = Math.max(worst, expectLayers(values, layers, photo));
      comparison.expectPhoto(values, photo);
    }
    const told = comparison.expectTogether();
    console.log(`interpreter, TensorFlow Lite: ${told}; layers ${worst.toExponential(1)} at most`);
  });
});
