/** Small photos that need no browser: a file of "r g b width height" is decoded to one colour. */
import type { Photo } from '../../engine/data/photo.ts';
import type { PhotoSource } from '../../engine/data/photo-loader.ts';
import { InputError } from '../../engine/errors.ts';
import type { FeatureNetwork } from '../../engine/features/network.ts';
import { relu } from '../../engine/graph/elementwise.ts';
import { parameter } from '../../engine/graph/leaf.ts';
import { matmul } from '../../engine/graph/matmul.ts';
import { globalAveragePool } from '../../engine/graph/reduction.ts';

/** Photo `index`, of a colour and a size of its own. */
export function photoText(index: number): string {
  return [(index * 37) % 256, (index * 91) % 256, (index * 53) % 256, 3 + (index % 5), 2 + (index % 4)].join(
    ' ',
  );
}

/** Sources that count how often each photo was asked for. A damaged photo's file says `damaged`. */
export function sources(count: number, damaged: readonly number[] = []) {
  const asked = new Array<number>(count).fill(0);
  const photos = asked.map(
    (_, index): PhotoSource => ({
      name: `photo ${index}`,
      async file() {
        asked[index]!++;
        return new Blob([damaged.includes(index) ? 'damaged' : photoText(index)]);
      },
    }),
  );
  return { photos, asked };
}

/** @throws InputError where the file is none of `photoText`. */
export async function decodeText(file: Blob, name: string): Promise<Photo> {
  const numbers = (await file.text()).split(' ').map(Number);
  if (numbers.length !== 5 || numbers.some(Number.isNaN)) throw new InputError(`Photo "${name}" is damaged.`);
  const [red, green, blue, width, height] = numbers as [number, number, number, number, number];
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < pixels.length; i += 4) pixels.set([red, green, blue, 255], i);
  return { name, width, height, pixels };
}

/** relu(mean colour · w), with w `[3, 4]`. */
export const tinyNetwork: FeatureNetwork = {
  name: 'tiny',
  imageSize: 2,
  features: (image) => relu(matmul(globalAveragePool(image), parameter('w', [3, 4]))),
};

export const tinyWeights = {
  parameters: {
    w: Float32Array.from({ length: 12 }, (_, i) => ((i * 5) % 12) / 6 - 0.9),
    'classifier/kernel': new Float32Array(8),
  },
};

/** What the tiny network makes of photo `index`, computed here. */
export function expectedFeatures(index: number): number[] {
  const colour = photoText(index)
    .split(' ')
    .slice(0, 3)
    .map((value) => Number(value) / 127.5 - 1);
  return [0, 1, 2, 3].map((column) =>
    Math.max(
      0,
      colour.reduce((sum, value, row) => sum + value * tinyWeights.parameters.w[row * 4 + column]!, 0),
    ),
  );
}
