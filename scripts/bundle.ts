import { existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Plugin } from 'vite';
import { readLocales } from '../src/read-locales.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Bundles that stay on disk: a process loads parts of its own later, also after an update. */
const KEPT = 2;
const LOCALES = 'locales.json';

if (import.meta.main) {
  const [folder = ''] = process.argv.slice(2);
  // Whole or not at all: two processes may build at once.
  const part = `${folder}.${process.pid}.part`;
  await bundle({ main: join(ROOT, 'src/main.ts') }, part);
  try {
    renameSync(part, folder);
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  removeOlder(dirname(folder));
}

/** Bundles these entries, by name, with all their packages into one folder. */
export async function bundle(entries: Readonly<Record<string, string>>, folder: string): Promise<void> {
  const { build } = await import('vite');
  await build({
    configFile: false,
    logLevel: 'error',
    plugins: [ownAddresses(folder), oneFileOfLocales()],
    ssr: { noExternal: true },
    build: {
      ssr: true,
      target: 'node24',
      minify: false,
      outDir: folder,
      emptyOutDir: true,
      rolldownOptions: {
        input: entries,
        // One is native, and the other builds the pages.
        external: ['sharp', 'vite'],
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
  const locales = readLocales(pathToFileURL(join(ROOT, 'locales/')));
  writeFileSync(join(folder, LOCALES), JSON.stringify(locales));
}

/** Reads the wording from one file beside the bundle: two hundred files take a tenth of a start. */
function oneFileOfLocales(): Plugin {
  const readIt = `import { readFileSync } from 'node:fs';
    export const readLocales = () => JSON.parse(readFileSync(import.meta.dirname + '/${LOCALES}', 'utf8'));`;
  return {
    name: 'one-file-of-locales',
    load: (id) => (id === join(ROOT, 'src/read-locales.ts') ? readIt : null),
  };
}

/** Keeps the address of each source in the bundle: a module finds its files, threads and children beside its source. */
function ownAddresses(folder: string): Plugin {
  return {
    name: 'own-addresses',
    transform: (code, id) => {
      if (!code.includes('import.meta.url')) return null;
      const address = `new URL(${JSON.stringify(relative(folder, id))}, import.meta.url).href`;
      return { code: code.replaceAll('import.meta.url', address), map: null };
    },
  };
}

function removeOlder(bundles: string): void {
  const found = readdirSync(bundles).filter((name) => !name.endsWith('.part'));
  const byAge = found.toSorted((one, other) => builtAt(other) - builtAt(one));
  for (const name of byAge.slice(KEPT)) rmSync(join(bundles, name), { recursive: true, force: true });

  function builtAt(name: string): number {
    return statSync(join(bundles, name)).mtimeMs;
  }
}
