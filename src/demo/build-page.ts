import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadOnce } from '../on-use.ts';
import { sourcesOf } from '../page-build/page-files.ts';

const SOURCE = fileURLToPath(new URL('./page/', import.meta.url));
const BUILT = fileURLToPath(new URL('../../dist/phones/', import.meta.url));

/** Returns the folder of the phones page, built at the first call. */
export const phonesPage = loadOnce(buildPage);

/** Builds the phones page if a source is newer than the last build. Returns the built folder. */
export async function buildPage(): Promise<string> {
  if (lastChange([...(await sourcesOf(SOURCE)).keys()]) > lastChangeIn(BUILT)) {
    const { build } = await import('vite');
    await build({
      root: SOURCE,
      logLevel: 'error',
      oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
      build: { outDir: BUILT, emptyOutDir: true, modulePreload: { polyfill: false } },
    });
  }
  return BUILT.replace(/[\\/]$/, '');
}

/** Returns the time of the last change below a folder, in ms since the epoch; 0 if there is no folder. */
function lastChangeIn(folder: string): number {
  try {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return lastChange(files.map(({ parentPath, name }) => join(parentPath, name)));
  } catch {
    return 0;
  }
}

function lastChange(files: readonly string[]): number {
  return Math.max(0, ...files.map((file) => statSync(file).mtimeMs));
}
