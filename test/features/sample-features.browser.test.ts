import { afterEach, expect, test, vi } from 'vitest';
import { clothingFeatures } from '../../notebook/samples/index.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

test('shipped features that cannot be fetched are a clear sentence, and are tried again', async () => {
  const fetching = vi.spyOn(globalThis, 'fetch');
  fetching.mockResolvedValueOnce(new Response('gone', { status: 404, statusText: 'Not Found' }));
  await expect(clothingFeatures()).rejects.toThrow(
    /^clothing\/features\.safetensors: the server answered 404 Not Found; check the address http/,
  );
  fetching.mockRejectedValueOnce(new TypeError('Failed to fetch'));
  await expect(clothingFeatures()).rejects.toThrow(
    'clothing/features.safetensors: the download failed (Failed to fetch); check the connection and try again.',
  );
  const before = fetching.mock.calls.length;
  const [{ table, label }, again] = await Promise.all([clothingFeatures(), clothingFeatures()]);
  expect(again.table).toBe(table);
  expect(fetching.mock.calls.length).toBe(before + 1);
  expect([table.photos.length, table.size]).toEqual([3781, 1024]);
  expect(label).toMatch(/CC0/);
});
