import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { FLOORS } from './floors.ts';

const ROOT = new URL('../', import.meta.url).pathname;
const LINES_MAX = 120;
const WIDTH_MAX = 130;
const READMES = ['README.md', 'README.zh-CN.md'] as const;
const PAGES = [ROOT, join(ROOT, 'docs')].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');

/** The text without code blocks, whose `#` are comments. */
const proseOf = (text: string): string => text.replace(/^```[\s\S]*?^```$/gm, '');

const headingsIn = (text: string): readonly string[] =>
  [...proseOf(text).matchAll(/^#+ (.+)$/gm)].map(([, title]) => title ?? '');

/** The anchor that GitHub gives a heading. */
const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

test('operations.md lists every command of operators', () => {
  const folder = join(ROOT, 'src/operator');
  const commands = readdirSync(folder)
    .flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(/^ {2}name: '([\w-]+)',$/gm)])
    .map(([, name]) => name ?? '');
  expect(commands.length).toBeGreaterThan(10);
  const page = read('docs/operations.md');
  expect(commands.filter((name) => !page.includes(`\`npm run anlin -- ${name}`))).toEqual([]);
});

test('guarantees.md names a test of each of the promises P1 to P18, and each exists', () => {
  const faults = readdirSync(join(ROOT, 'test/faults'));
  const exists = (name: string) =>
    name.startsWith('f') ? faults.some((file) => file.startsWith(`${name}-`)) : existsSync(join(ROOT, name));
  const rows = read('docs/guarantees.md')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split(' | '));
  const tests = rows.map((row) => [...(row.at(-1) ?? '').matchAll(/`([\w/.-]+)`/g)].map(([, name]) => name ?? ''));
  const named = rows.flatMap(([number = ''], i) => (/^\| P\d+$/.test(number) && tests[i]?.length ? [number] : []));
  expect(named).toEqual(Array.from({ length: 18 }, (_, i) => `| P${i + 1}`));
  expect(tests.flat().filter((name) => !exists(name))).toEqual([]);
});

test.each(READMES)('%s stays short and narrow', (name) => {
  const lines = read(name).trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(LINES_MAX);
  expect(lines.filter((line) => [...line].length > WIDTH_MAX)).toEqual([]);
});

test('both READMEs have the same sections', () => {
  const depthsIn = (name: string) => [...proseOf(read(name)).matchAll(/^#+(?= )/gm)].map(([marks]) => marks.length);
  expect(depthsIn('README.zh-CN.md')).toEqual(depthsIn('README.md'));
});

test('every relative link leads to a file and every anchor to a heading', () => {
  const broken = PAGES.flatMap((page) =>
    [...proseOf(readFileSync(page, 'utf8')).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target]) => target ?? '')
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? page : join(dirname(page), path);
        if (!existsSync(file)) return true;
        return anchor !== undefined && !headingsIn(readFileSync(file, 'utf8')).map(anchorOf).includes(anchor);
      })
      .map((target) => `${page.slice(ROOT.length)}: ${target}`),
  );
  expect(broken).toEqual([]);
});

test('every page in docs/ is linked from both READMEs', () => {
  const pages = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  for (const name of READMES) expect(pages.filter((page) => !read(name).includes(`](docs/${page})`))).toEqual([]);
});

test.each(READMES)('%s draws the floors of src/ in their order', (name) => {
  const [, tree = ''] = read(name).match(/^```\nsrc\/\n([\s\S]*?)^```$/m) ?? [];
  const floors = tree
    .split(/^(?=\d+ )/m)
    .map((floor) => [...floor.matchAll(/(?<=^|\s)(?:([\w-]+)\/|([\w-]+\.ts))(?=\s|$)/g)].map((m) => m[1] ?? m[2]));
  expect(floors).toEqual(FLOORS);
});

test.each(['src', 'test', 'locales', 'bench', 'scripts'])('every path of %s/ in the documentation exists', (folder) => {
  const named = new RegExp(`\`(${folder}/[\\w./-]+)\``, 'g');
  const missing = PAGES.filter((page) => !page.endsWith('CHANGELOG.md')).flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(named)]
      .map(([, path]) => path ?? '')
      .filter((path) => !existsSync(join(ROOT, path)))
      .map((path) => `${page.slice(ROOT.length)}: ${path}`),
  );
  expect(missing).toEqual([]);
});
