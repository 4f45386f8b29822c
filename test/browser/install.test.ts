import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkNode, outdatedPackages } from '../../notebook/install.mjs';

test('Node older than 20.19 is refused with what to do', () => {
  for (const version of ['18.20.4', '20.18.9']) {
    expect(() => checkNode(version)).toThrow(
      `Warpbook needs Node 20.19 or newer and this is Node ${version}: install a newer Node.`,
    );
  }
  for (const version of ['20.19.0', '22.0.0']) expect(() => checkNode(version)).not.toThrow();
});

test('packages that differ from the lock are found; development ones only when asked for', () => {
  const locked = {
    '': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b': { version: '2.0.0' },
    'node_modules/tool': { version: '3.0.0', dev: true },
    'node_modules/native-darwin': { version: '4.0.0', optional: true },
  };
  const installed = { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.9.0' } };
  expect(outdatedPackages(locked, installed, { development: false })).toEqual(['node_modules/b']);
  expect(outdatedPackages(locked, installed, { development: true })).toEqual([
    'node_modules/b',
    'node_modules/tool',
  ]);
  expect(outdatedPackages(locked, {}, { development: false })).toEqual(['node_modules/a', 'node_modules/b']);
});

test('the lock names the optional packages of every platform, without which `npm ci` refuses to work', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies }]) =>
    Object.keys(optionalDependencies ?? {}).filter(
      (name) =>
        packages[`node_modules/${name}`] === undefined &&
        packages[`${path}/node_modules/${name}`] === undefined,
    ),
  );
  expect(missing).toEqual([]);
});
