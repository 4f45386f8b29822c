/** In the browser: extracts features of the photos that the command serves. */
import {
  type Extraction,
  extractFeatures,
  type FileStore,
  featuresOf,
  memoryFiles,
  photosAt,
} from '../../engine/data.ts';
import { type Backend, compare, loadMobilenetV1, openWebGpu } from '../../engine/index.ts';
import type { FeaturesPage, PageOrder, PageResult } from './page-interface.ts';

const here = (path: string) => new URL(path, location.href);

/** Files of the command's own folder, through its server. */
const served: FileStore = {
  async read(name) {
    const response = await ask(name, { cache: 'no-store' });
    return response.status === 204 ? undefined : new Uint8Array(await response.arrayBuffer());
  },
  async write(name, bytes) {
    await ask(name, { method: 'PUT', body: new Uint8Array(bytes) });
  },
  async remove(name) {
    await ask(name, { method: 'DELETE' });
  },
  async names() {
    return (await ask('', { cache: 'no-store' })).json();
  },
};

async function ask(name: string, request: RequestInit): Promise<Response> {
  const response = await fetch(here(`files/${encodeURIComponent(name)}`), request);
  if (response.ok) return response;
  throw new Error(`"${name}" could not be kept (${response.status}): ${await response.text()}`);
}

const page: FeaturesPage = {
  async extract(order) {
    const backend = await openWebGpu();
    try {
      const weights = await loadMobilenetV1();
      const { name, batch, dataType, metadata } = order;
      const extraction = await extractFeatures(backend, weights, photosAt(here('photos/'), order.photos), {
        store: served,
        name,
        batch,
        dataType,
        metadata,
        onProgress: (progress) => void window.reportProgress(progress),
      });
      const { table, damaged, restored } = extraction;
      return {
        device: backend.description,
        shape: [table.photos.length, table.size],
        restored,
        damaged,
        checks: await check(backend, weights, extraction, order),
      };
    } finally {
      backend.dispose();
    }
  },
};

/** Computes some photos again, one by one and as float32. */
async function check(
  backend: Backend,
  weights: Parameters<typeof extractFeatures>[1],
  { table }: Extraction,
  order: PageOrder,
): Promise<PageResult['checks']> {
  const row = new Map(table.photos.map((photo, index) => [photo, index]));
  const chosen = order.check.filter((photo) => row.has(photo));
  if (chosen.length === 0) return [];
  const again = await extractFeatures(backend, weights, photosAt(here('photos/'), chosen), {
    store: memoryFiles(),
    name: 'check',
    batch: 1,
    dataType: 'float32',
  });
  return again.table.photos.map((photo, index) => ({
    photo,
    relativeL2: compare(featuresOf(table, row.get(photo)!), featuresOf(again.table, index)).relativeL2,
  }));
}

window.featuresPage = page;
