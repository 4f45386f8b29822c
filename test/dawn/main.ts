/**
 * `npm run test:node`: the engine in Node, on Dawn. Installs Dawn (some 130 MB) beside these tests, points it at a
 * software adapter where the machine has no GPU, and runs them.
 *
 * The environment variables of the Vulkan loader (`VK_ICD_FILENAMES`) choose the adapter; unset, the first of Chromium's
 * SwiftShader and lavapipe that is found (lavapipe has float16, and takes a minute or more to compile a model).
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { dawnEnvironment, installDawn } from './driver.ts';

try {
  installDawn();
  const tests = fileURLToPath(new URL('engine.ts', import.meta.url));
  const arguments_ = ['--import', 'tsx', '--test', '--test-reporter=spec', tests];
  const { status } = spawnSync(process.execPath, arguments_, { stdio: 'inherit', env: dawnEnvironment() });
  process.exitCode = status ?? 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
