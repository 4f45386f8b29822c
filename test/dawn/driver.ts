/** Dawn's package, and which Vulkan driver it shall use. */
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

/**
 * Installs Dawn (some 130 MB) unless it is there.
 *
 * @throws Error where npm fails.
 */
export function installDawn(): void {
  if (existsSync(`${folder}node_modules/webgpu`)) return;
  const { status, error } = spawnSync('npm', ['ci', '--ignore-scripts', '--loglevel=error'], {
    cwd: folder,
    stdio: 'inherit',
  });
  if (status !== 0) {
    throw new Error(`Dawn could not be installed (npm ci: ${error?.message ?? `exit code ${status}`}).`);
  }
}

/**
 * The environment in which Dawn finds an adapter: `VK_ICD_FILENAMES` as it is, or, where it is unset and the machine has
 * no GPU, the first software driver that is found (SwiftShader before lavapipe, which compiles a model for a minute).
 *
 * @throws Error where there is neither.
 */
export function dawnEnvironment(): NodeJS.ProcessEnv {
  if (process.platform !== 'linux' || process.env.VK_ICD_FILENAMES || existsSync('/dev/dri'))
    return process.env;
  const driver = softwareDrivers.find(existsSync);
  if (!driver) {
    throw new Error(
      'There is no GPU and no software Vulkan driver here: install Chromium or mesa-vulkan-drivers.',
    );
  }
  return { ...process.env, VK_ICD_FILENAMES: driver };
}
