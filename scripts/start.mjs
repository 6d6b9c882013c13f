// Starts the product from a bundle of its modules: it loads in a third of the time and takes less memory.
// The first start after a change builds the bundle. Without a bundler the sources run as they are.
// `--build-only` builds and ends, for a container image.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** What a bundle depends on: files, and folders with all they hold. */
const SOURCES = ['package-lock.json', 'scripts/bundle.ts', 'src', 'locales'];
const DIGEST_LENGTH = 16;

const folder = join(ROOT, 'dist', 'bot', digestOf(SOURCES).slice(0, DIGEST_LENGTH));
const bundle = join(folder, 'main.js');
if (!existsSync(bundle) && existsSync(join(ROOT, 'node_modules', 'vite')))
  spawnSync(process.execPath, [join(ROOT, 'scripts', 'bundle.ts'), folder], { stdio: ['ignore', 'ignore', 'inherit'] });
if (!process.argv.includes('--build-only'))
  await import(pathToFileURL(existsSync(bundle) ? bundle : join(ROOT, 'src', 'main.ts')).href);

function digestOf(sources) {
  const hash = createHash('sha256');
  for (const file of sources.flatMap(filesOf)) hash.update(`${file}\n`).update(readFileSync(join(ROOT, file)));
  return hash.digest('hex');
}

function filesOf(source) {
  if (source.includes('.')) return [source];
  const found = readdirSync(join(ROOT, source), { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(ROOT.length))
    .sort();
}
