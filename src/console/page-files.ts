import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log } from '../log.ts';

/** One file of the built page. `immutable`: its name holds a digest of its content. */
export type PageFile = {
  readonly type: string;
  readonly plain: Buffer;
  readonly brotli: Buffer | undefined;
  readonly immutable: boolean;
};

const SOURCE = fileURLToPath(new URL('./web/', import.meta.url));
const WORDS = ['zh-CN', 'en'].map((language) =>
  fileURLToPath(new URL(`../../locales/${language}/console.json`, import.meta.url)),
);
const BUILT = fileURLToPath(new URL('../../dist/console/', import.meta.url));
const CHILD = fileURLToPath(new URL('./build-child.ts', import.meta.url));
/** Holds the digest of the sources from which the page was built. */
const MARK = 'sources.sha256';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

/** Loads the built page by path, and builds it first in a child if its sources have changed. Throws where no bundler is. */
export async function loadPageFiles(log: Log): Promise<ReadonlyMap<string, PageFile>> {
  const sources = await digestOfSources();
  const built = await readFile(join(BUILT, MARK), 'utf8').catch(() => '');
  if (built !== sources) {
    log.info({}, 'the console is built');
    const child = fork(CHILD, [BUILT, sources], { execArgv: [] });
    const [code] = await once(child, 'exit');
    if (code !== 0)
      throw new Error('The console could not be built. Run npm ci, which installs the bundler, and restart.');
  }
  return readBuilt();
}

async function digestOfSources(): Promise<string> {
  const hash = createHash('sha256');
  const found = await readdir(SOURCE, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  for (const file of [...files.toSorted(), ...WORDS])
    hash.update(`${file.slice(SOURCE.length)}\n`).update(await readFile(file));
  return hash.digest('hex');
}

async function readBuilt(): Promise<ReadonlyMap<string, PageFile>> {
  const entries = (await readdir(BUILT, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const files = new Map<string, PageFile>();
  for (const { parentPath, name } of entries) {
    const type = TYPES[name.split('.').at(-1) ?? ''];
    if (!type) continue;
    const path = join(parentPath, name);
    const plain = await readFile(path);
    const brotli = existsSync(`${path}.br`) ? await readFile(`${path}.br`) : undefined;
    const key = path.slice(BUILT.length);
    files.set(key, { type, plain, brotli, immutable: key.startsWith('assets/') });
  }
  return files;
}
