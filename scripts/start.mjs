// Starts the product from a bundle of its modules: it loads in a third of the time and takes less memory.
// The first start after a change builds the bundle. Without a bundler the sources run as they are.
// `--build-only` builds and ends, for a container image.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** What a bundle depends on: files, and folders with all they hold. */
const SOURCES = ['package-lock.json', 'scripts/bundle.ts', 'src', 'locales'];
const DIGEST_LENGTH = 16;

const files = SOURCES.flatMap((name) => (name.includes('.') ? name : filesIn(name)));
const folder = join(ROOT, 'dist', 'bot', bundleOf(files));
const bundle = join(folder, 'main.js');
if (!existsSync(bundle) && existsSync(join(ROOT, 'node_modules', 'vite')))
  spawnSync(process.execPath, [join(ROOT, 'scripts', 'bundle.ts'), folder], { stdio: ['ignore', 'ignore', 'inherit'] });
if (!process.argv.includes('--build-only'))
  await import(pathToFileURL(existsSync(bundle) ? bundle : join(ROOT, 'src', 'main.ts')).href);

/** Names the bundle of these sources by their content. They are read only if a file has changed since the last start. */
function bundleOf(files) {
  const note = join(ROOT, 'dist', 'bot.json');
  const state = digestOf([files.map(stateOf).join('')]);
  try {
    const last = JSON.parse(readFileSync(note, 'utf8'));
    if (last.state === state) return last.bundle;
  } catch {
    // The first start.
  }
  const bundle = digestOf(files.flatMap((file) => [`${file}\n`, readFileSync(ROOT + file)]));
  try {
    mkdirSync(join(ROOT, 'dist'), { recursive: true });
    writeFileSync(note, JSON.stringify({ state, bundle }));
  } catch {
    // The files of a container may be read-only.
  }
  return bundle;
}

/** Differs after each change of a file: no program can set the time at which its entry changed (ctime). */
function stateOf(file) {
  const { size, ctimeMs } = statSync(ROOT + file);
  return `${file} ${size} ${ctimeMs}\n`;
}

function digestOf(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, DIGEST_LENGTH);
}

/** Lists all files below a folder. A recursive readdir takes five times as long. */
function filesIn(folder) {
  return readdirSync(ROOT + folder, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesIn(`${folder}/${entry.name}`) : `${folder}/${entry.name}`))
    .sort();
}
