import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('./page/', import.meta.url));
/** The page imports the regions and its words from outside its own folder. */
const WATCHED = ['../', '../../locales/'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
const BUILT = fileURLToPath(new URL('../../dist/phones/', import.meta.url));

/** Builds the phones page if a source is newer than the last build. Returns the built folder. */
export async function buildPage(): Promise<string> {
  if (Math.max(...WATCHED.map(lastChangeIn)) > lastChangeIn(BUILT)) {
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
    return Math.max(0, ...files.map((file) => statSync(`${file.parentPath}/${file.name}`).mtimeMs));
  } catch {
    return 0;
  }
}
