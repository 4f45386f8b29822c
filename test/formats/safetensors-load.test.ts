import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadSafetensors, serializeSafetensors } from '../../engine/formats/safetensors.ts';

const data = Float32Array.from({ length: 10_000 }, (_, i) => i);
const bytes = serializeSafetensors(new Map([['x', { dataType: 'float32', shape: [data.length], data }]]));
const sha256 = createHash('sha256').update(bytes).digest('hex');

let server: Server;
let origin: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/x.safetensors') {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 1000));
      setTimeout(() => response.end(bytes.subarray(1000)), 20);
    } else if (request.url === '/unsized.safetensors') {
      // Written in two steps: one would make Node say the length.
      response.write(bytes.subarray(0, 1000));
      response.end(bytes.subarray(1000));
    } else if (request.url === '/broken.safetensors') {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 1000), () => response.destroy());
    } else if (request.url === '/page.safetensors') {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      response.end('<!doctype html>');
    } else {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('loadSafetensors', () => {
  test('reports progress up to the whole, checks the sum, and reads', async () => {
    const progress: [number, number | undefined][] = [];
    const file = await loadSafetensors(`${origin}/x.safetensors`, {
      sha256,
      onProgress: (loaded, total) => progress.push([loaded, total]),
    });
    expect(file.fileName).toBe('x.safetensors');
    expect(file.get('x', { dataType: 'float32', shape: [data.length] }).data).toEqual(data);
    expect(progress.length).toBeGreaterThan(1);
    expect(progress.at(-1)).toEqual([bytes.length, bytes.length]);
    expect(progress.map(([loaded]) => loaded)).toEqual(
      progress.map(([loaded]) => loaded).sort((a, b) => a - b),
    );
  });

  test('a total that the server does not say is undefined', async () => {
    const totals = new Set<number | undefined>();
    await loadSafetensors(`${origin}/unsized.safetensors`, { onProgress: (_, total) => totals.add(total) });
    expect([...totals]).toEqual([undefined]);
  });

  test.each([
    ['another file than expected', '/x.safetensors', 'checksum', /SHA-256 is [0-9a-f]{64}, but 0000/],
    ['no file', '/none.safetensors', 'download', /answered 404 Not Found; check the address/],
    ['a web page', '/page.safetensors', 'download', /answered with a web page/],
    ['a download that breaks off', '/broken.safetensors', 'download', /download failed/],
  ])('%s', async (_, path, code, message) => {
    const loading = loadSafetensors(origin + path, { sha256: '0'.repeat(64) });
    await expect(loading).rejects.toMatchObject({ name: 'SafetensorsError', code });
    await expect(loading).rejects.toThrow(message);
  });

  test('nobody there', async () => {
    const loading = loadSafetensors('http://127.0.0.1:1/x.safetensors');
    await expect(loading).rejects.toMatchObject({ code: 'download' });
  });

  test('an abort stays an abort', async () => {
    const loading = loadSafetensors(`${origin}/x.safetensors`, { signal: AbortSignal.abort() });
    await expect(loading).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('a data address', async () => {
    const address = `data:application/octet-stream;base64,${Buffer.from(bytes).toString('base64')}`;
    const file = await loadSafetensors(address);
    expect(file.tensors.size).toBe(1);
  });
});
