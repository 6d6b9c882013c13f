import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

// A process of its own: the bundler's memory ends with it.
const [source = '', built = '', base = '', target = ''] = process.argv.slice(2);
const part = `${built}.${process.pid}.part`;
// Under NODE_ENV=test or development the bundler would keep names of files in the page.
process.env.NODE_ENV = 'production';
const { build } = await import('vite');
await build({
  root: source,
  base,
  logLevel: 'error',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: part,
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    target: target.split(','),
    assetsInlineLimit: 0,
  },
});
for (const entry of await readdir(part, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (entry.isFile() && /\.(js|css|html)$/.test(entry.name))
    await writeFile(`${path}.br`, brotliCompressSync(await readFile(path)));
}
// Whole or not at all. Another process may have built the same sources meanwhile.
await rename(part, built).catch(async (error: unknown) => {
  await rm(part, { recursive: true, force: true });
  if (!existsSync(built)) throw error;
});
// Pages of other sources are in the memory of the processes that serve them.
for (const name of await readdir(dirname(built)))
  if (name !== basename(built) && !name.endsWith('.part'))
    await rm(join(dirname(built), name), { recursive: true, force: true });
