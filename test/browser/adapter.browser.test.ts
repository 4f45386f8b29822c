import { expect, test } from 'vitest';

test('the browser gives a WebGPU adapter and a device', async () => {
  expect(navigator.gpu, `this browser has no navigator.gpu: ${navigator.userAgent}`).toBeDefined();
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter === null) {
    throw new Error(
      'The browser gives no WebGPU adapter, so no kernel can be tested: update the graphics driver, or set WARPBOOK_ADAPTER=swiftshader in Chromium.',
    );
  }
  const { vendor, architecture, device, description } = adapter.info;
  const features = [...adapter.features].sort().join(' ');
  console.log(
    `adapter: ${[vendor, architecture, device, description].filter(Boolean).join(' | ')}\nfeatures: ${features}`,
  );
  const gpu = await adapter.requestDevice();
  const buffer = gpu.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  gpu.queue.writeBuffer(buffer, 0, new Float32Array([1, 2, 3, 4]));
  await buffer.mapAsync(GPUMapMode.READ);
  expect([...new Float32Array(buffer.getMappedRange())]).toEqual([1, 2, 3, 4]);
  gpu.destroy();
});
