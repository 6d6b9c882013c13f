import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log } from '../log.ts';
import { loadOnce } from '../on-use.ts';

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

/** Loads a page at the first call. */
export function pageLoader(page: PageSource, log: Log): () => Promise<ReadonlyMap<string, PageFile>> {
  return loadOnce(() => loadPageFiles(page, log));
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
  const wording = LANGUAGES.map((language) =>
    fileURLToPath(new URL(`../../locales/${language}/${words}.json`, import.meta.url)),
  );
  const locked = fileURLToPath(new URL('../../package-lock.json', import.meta.url));
  const files = new Map([...(await sourcesOf(source)), ...(await readAll([...wording, locked, CHILD]))]);
  for (const [file, content] of [...files].toSorted()) hash.update(`${relative(source, file)}\n`).update(content);
  return hash.digest('hex');
}

/** An import that loads a file; types are erased. What follows a question mark is for the bundler. */
const IMPORT = /^(?:(?:import|export) (?!type )[\w*{},\s]+ from '|@import ")(?<path>\.{1,2}\/[^'"?]+)/gm;

/** Reads all files of a page by path: those in its folder, and those that they import from elsewhere. */
export async function sourcesOf(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  let files = found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const sources = new Map<string, Buffer>();
  while (files.length > 0) {
    const read = await readAll(files);
    for (const [file, content] of read) sources.set(file, content);
    const imported = read.flatMap(([file, content]) =>
      /\.(tsx?|css)$/.test(file)
        ? [...content.toString().matchAll(IMPORT)].map(({ groups }) => join(dirname(file), groups?.path ?? ''))
        : [],
    );
    files = [...new Set(imported)].filter((file) => !sources.has(file));
  }
  return sources;
}

function readAll(files: readonly string[]): Promise<readonly (readonly [string, Buffer])[]> {
  return Promise.all(files.map(async (file) => [file, await readFile(file)] as const));
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
