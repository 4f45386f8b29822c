import { expect, test } from 'vitest';

test('a browser test can fetch the weights beside the code', async () => {
  const response = await fetch(new URL('../../weights/mobilenet_v1_1.0_224.safetensors', import.meta.url));
  expect(response.ok).toBe(true);
  const bytes = await response.arrayBuffer();
  // safetensors: eight bytes of header length, then a JSON object.
  const headerLength = Number(new DataView(bytes).getBigUint64(0, true));
  expect(headerLength).toBeGreaterThan(2);
  expect(headerLength).toBeLessThan(bytes.byteLength - 8);
  expect(JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, headerLength)))).toHaveProperty(
    'conv1/kernel',
  );
});
