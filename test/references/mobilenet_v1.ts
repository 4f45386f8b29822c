/**
 * Makes the reference outputs of MobileNet v1 again.
 *
 * Runs the original `.tflite` file, as Google published it, in TensorFlow Lite (WebAssembly, in Chromium) on the
 * sample photos, and stores what came out beside this file:
 *
 * - `mobilenet_v1.safetensors`: `features [P, 1024]`, `logits [P, 1001]` and `probabilities [P, 1001]` of every photo;
 * - `mobilenet_v1_layers.safetensors`: of each of the 27 convolutions before the pooling, for the first photos,
 *   `LAYER/positions [256]` (flat positions in `[H, W, C]`, drawn with a seed), `LAYER/values [P, 256]` and
 *   `LAYER/channel_means [P, C]`, so that every element has a say.
 *
 * The model returns an intermediate tensor when the number of its output tensor is overwritten in the flatbuffer.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'puppeteer';
import type { TensorToStore } from '../../engine/formats/safetensors.ts';
import { randomBits } from '../../engine/random.ts';
import { launchBrowser } from '../../notebook/browser/launch.ts';
import { manifest } from '../../weights/manifest.ts';
import { mobilenetLayers } from '../../weights/mobilenet_v1.ts';
import { fetchOrigin } from '../../weights/npm-archive.ts';
import { parseTflite, type TfliteModel } from '../../weights/tflite.ts';
import type { DecodedPhoto, TensorSample } from './page-interface.ts';
import { serve } from './serve.ts';
import { settle } from './settle.ts';

const runtime = '@tensorflow/tfjs-tflite@0.0.1-alpha.10';
/** Photos whose intermediate layers are kept. */
const layerPhotoCount = 24;
const positionCount = 256;
const positionSeed = 20_170_417;

const besideThisFile = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** What is asked of the runtime for one tensor of the model. */
interface Target {
  readonly name: string;
  /** Number of the tensor in the model. */
  readonly tensor: number;
  /** Elements of the tensor. */
  readonly size: number;
}

/** The output of each operator that the engine has a name for. */
function targets(model: TfliteModel): { outputs: Target[]; layers: Target[] } {
  const target = (name: string, tensor: number | undefined): Target => {
    if (tensor === undefined) throw new Error(`the model has no tensor for "${name}"; use MobileNet v1.`);
    return { name, tensor, size: model.tensors[tensor]!.shape.reduce((product, size) => product * size, 1) };
  };
  const convolutions = model.operators.filter(({ convolution }) => convolution);
  const pooling = model.operators.find(({ kind }) => kind === 'AVERAGE_POOL_2D');
  return {
    outputs: [
      target('features', pooling?.outputs[0]),
      target('logits', convolutions.at(-1)?.outputs[0]),
      target('probabilities', model.outputs[0]),
    ],
    layers: mobilenetLayers
      .slice(0, -1)
      .map(({ name }, index) => target(name, convolutions[index]?.outputs[0])),
  };
}

async function openPage(page: Page, origin: string): Promise<void> {
  page.on('pageerror', (error) => console.error(error));
  await page.goto(`${origin}references`);
  await page.waitForFunction(() => window.referencePage !== undefined, { timeout: 60_000 });
}

const runModel = (page: Page, tensor: number, photoCount: number, positions: number[] | null) =>
  page.evaluate(
    (...parameters) => window.referencePage!.run(...parameters),
    `/model/${tensor}`,
    photoCount,
    positions,
  );

function rows(samples: readonly TensorSample[], key: keyof TensorSample): TensorToStore {
  const width = samples[0]![key].length;
  return {
    dataType: 'float32',
    shape: [samples.length, width],
    data: Float32Array.from(samples.flatMap((sample) => sample[key])),
  };
}

async function runAll(page: Page, model: TfliteModel, photoCount: number) {
  const { outputs, layers } = targets(model);
  const outputTensors = new Map<string, TensorToStore>();
  for (const { name, tensor } of outputs) {
    outputTensors.set(name, rows(await runModel(page, tensor, photoCount, null), 'values'));
  }
  const layerTensors = new Map<string, TensorToStore>();
  for (const [index, { name, tensor, size }] of layers.entries()) {
    const positions = Array.from(
      { length: positionCount },
      (_, counter) => randomBits(positionSeed + index, counter) % size,
    );
    const samples = await runModel(page, tensor, layerPhotoCount, positions);
    layerTensors.set(`${name}/positions`, {
      dataType: 'uint32',
      shape: [positionCount],
      data: Uint32Array.from(positions),
    });
    layerTensors.set(`${name}/values`, rows(samples, 'values'));
    layerTensors.set(`${name}/channel_means`, rows(samples, 'channelMeans'));
  }
  return { outputTensors, layerTensors };
}

/** Metadata that tell which photos the references are of. */
const photoKeys = ['photos', 'rgba_sha256'];

function photoMetadata(photos: readonly DecodedPhoto[]): Record<string, string> {
  return {
    photos: photos.map(({ file }) => file).join('\n'),
    rgba_sha256: photos.map(({ sha256 }) => sha256).join('\n'),
  };
}

/**
 * Makes the references, and writes them or compares them.
 *
 * @throws Error where the stored files are others, or the runtime cannot be had
 */
export async function makeMobilenetReferences(check: boolean): Promise<void> {
  const entry = manifest.mobilenet_v1!;
  const path = Object.keys(entry.origin.files).find((file) => file.endsWith('.tflite'))!;
  const bytes = fetchOrigin(entry.origin, besideThisFile('../../weights/.cache')).get(path)!;
  const model = parseTflite(bytes, path);
  const server = await serve(bytes, model.outputsPosition);
  const browser = await launchBrowser({ browser: 'chromium' });
  try {
    const page = await browser.newPage();
    await openPage(page, server.resolvedUrls!.local[0]!);
    const folder = '/notebook/samples/grocery';
    const files = readdirSync(besideThisFile(`../..${folder}`)).filter((file) => file.endsWith('.jpg'));
    const photos = await page.evaluate(
      (urls) => window.referencePage!.decode(urls),
      files.sort().map((file) => `${folder}/${file}`),
    );
    const { simd, multiThreading } = await page.evaluate(() => window.referencePage!.runtime());
    const { outputTensors, layerTensors } = await runAll(page, model, photos.length);
    const metadata = {
      model: `${path} of npm ${entry.origin.package}@${entry.origin.version}`,
      model_sha256: entry.origin.files[path]!,
      runtime: `TensorFlow Lite, npm ${runtime}, WebAssembly${simd ? ' SIMD' : ''}${multiThreading ? ', threads' : ''}, 1 thread`,
      browser: await browser.version(),
      made: new Date().toISOString().slice(0, 10),
      input: 'decodePhoto, then the float64 imagePreprocess at 224 x 224, rounded to float32',
    };
    const complete = [
      settle(
        'mobilenet_v1.safetensors',
        outputTensors,
        { ...metadata, ...photoMetadata(photos) },
        check,
        photoKeys,
      ),
      settle(
        'mobilenet_v1_layers.safetensors',
        layerTensors,
        { ...metadata, ...photoMetadata(photos.slice(0, layerPhotoCount)), position_seed: String(positionSeed) },
        check,
        photoKeys,
      ),
    ].every(Boolean);
    if (!complete) throw new Error('the stored references differ from what this machine makes.');
  } finally {
    await browser.close();
    await server.close();
  }
}
