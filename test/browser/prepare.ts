/** Finds or installs the browser that `WARPBOOK_BROWSER` names, before any test needs it. */
import { findBrowser } from '../../notebook/browser/find.ts';
import { chosenBrowser } from '../../notebook/browser/launch.ts';

try {
  const { path, source } = await findBrowser(chosenBrowser());
  console.log(`${path} (found through: ${source})`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
