import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log } from '../log.ts';

/** One file of a built page. `immutable`: its name holds a digest of its content. */
export type PageFile = {
  readonly type: string;
  readonly plain: Buffer;
  readonly brotli: Buffer | undefined;
  readonly immutable: boolean;
};

/** A page for browsers. `words` is its file of wording in each language; `base` the path that serves it. */
export type PageSource = {
  readonly name: string;
  readonly folder: URL;
  readonly base: string;
  readonly words: string;
  /** The oldest browsers that run it, as esbuild names them. */
  readonly target: readonly string[];
};

const CHILD = fileURLToPath(new URL('./build-child.ts', import.meta.url));
const LANGUAGES = ['zh-CN', 'en'] as const;

/** Letters of the digest in a folder's name. */
const DIGEST_LENGTH = 16;

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

/** Loads a page at the first call, for all later ones too; a failed load is tried again. */
export function pageLoader(page: PageSource, log: Log): () => Promise<ReadonlyMap<string, PageFile>> {
  let files: Promise<ReadonlyMap<string, PageFile>> | undefined;
  return () => {
    files ??= loadPageFiles(page, log).catch((error: unknown) => {
      files = undefined;
      throw error;
    });
    return files;
  };
}

/** Loads the built page by path, and builds it first in a child if its sources have changed. Throws where no bundler is. */
export async function loadPageFiles(page: PageSource, log: Log): Promise<ReadonlyMap<string, PageFile>> {
  const source = fileURLToPath(page.folder);
  // A folder for each state of the sources: two processes that build at once do not meet.
  const built = join(builtFolder(page.name), (await digestOf(source, page)).slice(0, DIGEST_LENGTH));
  if (!existsSync(built)) {
    log.info({ page: page.name }, 'a page is built');
    const child = fork(CHILD, [source, built, page.base, page.target.join()], { execArgv: [] });
    const [code] = await once(child, 'exit');
    if (code !== 0)
      throw new Error(`The page ${page.name} could not be built. Run npm ci, which installs the bundler, and restart.`);
  }
  return readBuilt(built);
}

/** The folder with the present build of a page, once it is built. */
export function builtPage(name: string): string {
  const folder = builtFolder(name);
  return join(folder, readdirSync(folder).find((one) => !one.endsWith('.part')) ?? '');
}

function builtFolder(name: string): string {
  return fileURLToPath(new URL(`../../dist/${name}/`, import.meta.url));
}

async function digestOf(source: string, { words }: PageSource): Promise<string> {
  const hash = createHash('sha256');
  const found = await readdir(source, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const wording = LANGUAGES.map((language) =>
    fileURLToPath(new URL(`../../locales/${language}/${words}.json`, import.meta.url)),
  );
  for (const file of [...files.toSorted(), ...wording])
    hash.update(`${file.slice(source.length)}\n`).update(await readFile(file));
  return hash.digest('hex');
}

async function readBuilt(built: string): Promise<ReadonlyMap<string, PageFile>> {
  const entries = (await readdir(built, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const files = new Map<string, PageFile>();
  for (const { parentPath, name } of entries) {
    const type = TYPES[name.split('.').at(-1) ?? ''];
    if (!type) continue;
    const path = join(parentPath, name);
    const plain = await readFile(path);
    const brotli = existsSync(`${path}.br`) ? await readFile(`${path}.br`) : undefined;
    const key = path.slice(built.length + 1);
    files.set(key, { type, plain, brotli, immutable: key.startsWith('assets/') });
  }
  return files;
}
