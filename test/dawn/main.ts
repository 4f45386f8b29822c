/**
 * `npm run test:node`: the engine in Node, on Dawn. Installs Dawn (some 130 MB) beside these tests, points it at a
 * software adapter where the machine has no GPU, and runs them.
 *
 * The environment variables of the Vulkan loader (`VK_ICD_FILENAMES`) choose the adapter; unset, the first of Chromium's
 * SwiftShader and lavapipe that is found (lavapipe has float16, and takes a minute or more to compile a model).
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Where Linux distributions keep the descriptions of software Vulkan drivers. */
const softwareDrivers = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
  '/usr/share/vulkan/icd.d/lvp_icd.json',
  '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json',
];

function run(command: string, ...options: string[]): void {
  const { status } = spawnSync(command, options, { cwd: folder, stdio: 'inherit', env: process.env });
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(`${folder}node_modules/webgpu`)) run('npm', 'ci', '--ignore-scripts', '--loglevel=error');
if (process.platform === 'linux' && !process.env.VK_ICD_FILENAMES && !existsSync('/dev/dri')) {
  const driver = softwareDrivers.find(existsSync);
  if (!driver) {
    console.error(
      'There is no GPU and no software Vulkan driver here: install Chromium or mesa-vulkan-drivers.',
    );
    process.exit(1);
  }
  process.env.VK_ICD_FILENAMES = driver;
}
run(process.execPath, '--import', 'tsx', '--test', '--test-reporter=spec', `${folder}engine.ts`);
