import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('./page/', import.meta.url));
const BUILT = fileURLToPath(new URL('../../dist/phones/', import.meta.url));

/** Builds the phones page if its source is newer than what was built, and returns the folder. */
export async function buildPage(): Promise<string> {
  if (newest(SOURCE) > newest(BUILT)) {
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

/** The time of the last change below a folder, ms; 0 if there is none. */
function newest(folder: string): number {
  try {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return Math.max(0, ...files.map((file) => statSync(`${file.parentPath}/${file.name}`).mtimeMs));
  } catch {
    return 0;
  }
}
