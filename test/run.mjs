/**
 * `npm test`: installs what is missing, finds or installs a browser, then checks types, style and every test. Plain
 * JavaScript, since it runs before anything is installed.
 *
 * Options: `--browser=firefox` runs the browser tests alone, in Firefox; anything else goes to Vitest, for example
 * `npm test -- test/kernels -t matmul`, and then only the tests run, without types and style.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkNode, ensureInstalled, repository, runCommand } from '../notebook/install.mjs';

/**
 * Runs a package's command with this Node.
 *
 * @param {string} heading
 * @param {[string, ...string[]]} command script below node_modules and its arguments
 * @param {Record<string, string>} [environment]
 * @returns {boolean} whether it exited with 0
 */
function step(heading, [script, ...arguments_], environment = {}) {
  console.log(`\n=== ${heading} ===`);
  const options = /** @type {const} */ ({
    cwd: repository,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  const command = [join(repository, 'node_modules', script), ...arguments_];
  const { status, signal, error } = spawnSync(process.execPath, command, options);
  if (error) console.error(error.message);
  if (signal) console.error(`${heading}: ended by ${signal}.`);
  return status === 0;
}

/**
 * Sums Vitest's JSON report. A file that failed before its first test counts as one failure.
 *
 * @param {string} path
 * @returns {{ passed: number, failed: number }}
 */
function countTests(path) {
  /** @type {{ numPassedTests: number, numFailedTests: number, testResults: { status: string, assertionResults: { status: string }[] }[] }} */
  const report = JSON.parse(readFileSync(path, 'utf8'));
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  );
  return { passed: report.numPassedTests, failed: report.numFailedTests + brokenFiles.length };
}

/**
 * @param {string} report where Vitest writes its JSON report
 * @param {boolean} succeeded whether Vitest exited with 0
 */
function countOrFail(report, succeeded) {
  try {
    const { passed, failed } = countTests(report);
    // An error outside of any test fails the run too.
    return { passed, failed: succeeded ? failed : Math.max(failed, 1) };
  } catch {
    console.error('Vitest ended without a report: see its message above.');
    return { passed: 0, failed: 1 };
  }
}

async function main() {
  checkNode();
  const given = process.argv.slice(2);
  const browserOption = given.find((argument) => argument.startsWith('--browser='));
  const browser = browserOption?.slice('--browser='.length) ?? 'chromium';
  if (browser !== 'chromium' && browser !== 'firefox') {
    throw new Error(`--browser is "${browser}": use chromium or firefox.`);
  }
  const forVitest = given.filter((argument) => argument !== browserOption);
  ensureInstalled({ development: true });

  const everything = browser === 'chromium' && forVitest.length === 0;
  const environment = { WARPBOOK_BROWSER: browser };
  if (!step(`Browser (${browser})`, ['tsx/dist/cli.mjs', 'test/browser/prepare.ts'], environment)) {
    throw new Error('Without a browser the tests cannot run.');
  }
  /** @type {string[]} */
  const failures = [];
  if (everything) {
    if (!step('Types', ['typescript/bin/tsc', '--noEmit'])) failures.push('types');
    if (!step('Style', ['@biomejs/biome/bin/biome', 'check', '.'])) failures.push('style');
  }

  // Page tests come last and alone: they and the browser tests would compete for the processor.
  const projects = browser === 'firefox' ? ['browser'] : ['unit', 'browser', 'notebook'];
  const folder = mkdtempSync(join(tmpdir(), 'warpbook-test-'));
  const total = { passed: 0, failed: 0 };
  try {
    for (const project of projects) {
      const report = join(folder, `${project}.json`);
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
      // Filters given by hand may match one project only.
      const allowNone = forVitest.length > 0 ? ['--passWithNoTests'] : [];
      const arguments_ = ['run', '--project', project, ...reporters, ...allowNone, ...forVitest];
      const succeeded = step(`Tests: ${project}`, ['vitest/vitest.mjs', ...arguments_], environment);
      const counted = countOrFail(report, succeeded);
      if (!succeeded || counted.failed > 0) failures.push(`${project} tests`);
      total.passed += counted.passed;
      total.failed += counted.failed;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (total.passed + total.failed === 0) failures.push('no test ran');
  console.log(failures.length === 0 ? '' : `\nFailed: ${failures.join(', ')}.`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  if (failures.length > 0) process.exitCode = 1;
}

await runCommand(main);
