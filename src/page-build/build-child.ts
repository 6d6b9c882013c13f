import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

// A process of its own: the bundler's memory ends with it.
const [source = '', built = '', digest = '', base = '', target = ''] = process.argv.slice(2);
const { build } = await import('vite');
await build({
  root: source,
  base,
  logLevel: 'error',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: built,
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    target: target.split(','),
    assetsInlineLimit: 0,
  },
});
for (const entry of await readdir(built, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (entry.isFile() && /\.(js|css|html)$/.test(entry.name))
    await writeFile(`${path}.br`, brotliCompressSync(await readFile(path)));
}
// Written last: a build that was cut off is made again.
await writeFile(join(built, 'sources.sha256'), digest);
