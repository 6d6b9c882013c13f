import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { expect, test } from 'vitest';
import { FLOORS } from './floors.ts';

const SRC = new URL('../src/', import.meta.url).pathname;

/** Imports within one floor: from → to. Any other import of a neighbour fails. */
const SIDEWAYS: readonly string[] = ['deliberation → creation', 'review → deliberation'];

/** Libraries and the only folders that may import them. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  grammy: ['channels/telegram'],
  '@grammyjs/types': ['channels/telegram', 'demo/simulator'],
  undici: ['channels'],
  ioredis: ['store'],
  'node-cron': ['broadcasts'],
  '@xmldom/xmldom': ['broadcasts', 'channels/wechat', 'demo/tencent'],
  i18next: ['i18n.ts'],
  hono: ['console', 'open311', 'channels/web'],
  '@hono/node-server': ['console', 'open311'],
  pino: ['log.ts'],
  vite: ['demo', 'page-build'],
  preact: ['demo/page', 'console/web', 'console/visit-page', 'channels/web/page'],
  '@preact/signals': ['demo/page', 'console/web', 'console/visit-page', 'channels/web/page'],
  'd3-scale': ['console/web'],
  'd3-shape': ['console/web'],
  '@turf/boolean-point-in-polygon': ['regions'],
  flatbush: ['regions'],
  gcoord: ['regions'],
  'csv-parse': ['city'],
  'chinese-days': ['calendar.ts'],
  sharp: ['cases'],
  pngjs: ['notify'],
  'qrcode-generator': ['notify'],
  'chrono-node': ['engine'],
  'pinyin-pro': ['engine'],
  nzh: ['engine'],
  'csv-stringify': ['files'],
  'write-excel-file': ['files'],
  'read-excel-file': ['files'],
  valibot: ['config.ts', 'environment', 'channels', 'console'],
};

/** Files of one folder; a stranger looks through more of them in vain. */
const FILES_MAX = 25;

type Import = { readonly file: string; readonly target: string };

const STATIC_IMPORT = /^(?:import|export)\b[^'"]*?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]/gms;
/** A library that is loaded at its first use. */
const ON_USE = /\bonUse<.*>\(\s*'([^']+)'\)/g;
const ANY_IMPORT = new RegExp(`${STATIC_IMPORT.source}|\\bimport\\(\\s*['"]([^'"]+)['"]`, 'gms');

const FILES = filesIn(SRC);
const IMPORTS = importsIn(SRC, STATIC_IMPORT);
const LOCAL = localImports(SRC, IMPORTS);

const roomOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : file);

const floorOf = (file: string): number => FLOORS.findIndex((floor) => floor.includes(roomOf(file)));

test('every folder and file of src/ has its place on a floor', () => {
  const homeless = FILES.map(roomOf).filter((room) => floorOf(room) < 0);
  expect([...new Set(homeless)]).toEqual([]);
});

test('a folder of more than 25 files has rooms', () => {
  const folders = Map.groupBy(FILES, (file) => dirname(file));
  const full = [...folders].filter(([, files]) => files.length > FILES_MAX);
  expect(full.map(([folder, files]) => `${folder}: ${files.length}`)).toEqual([]);
});

test('imports lead down the floors, never up', () => {
  const up = LOCAL.filter(({ file, target }) => floorOf(file) > floorOf(target));
  expect(up).toEqual([]);
});

test('imports within a floor are on the list', () => {
  const sideways = LOCAL.filter(({ file, target }) => floorOf(file) === floorOf(target))
    .map(({ file, target }) => [roomOf(file), roomOf(target)] as const)
    .filter(([from, to]) => from !== to)
    .map(([from, to]) => `${from} → ${to}`);
  expect([...new Set(sideways)].sort()).toEqual(SIDEWAYS);
});

test('no rooms import one another in a circle', () => {
  const doors = new Map<string, Set<string>>();
  for (const { file, target } of LOCAL) {
    const [from, to] = [roomOf(file), roomOf(target)];
    if (from !== to) doors.set(from, (doors.get(from) ?? new Set()).add(to));
  }
  expect(circleIn(doors)).toBeUndefined();
});

test('no files of src/, bench/ and test/ import one another in a circle', () => {
  const root = join(SRC, '..');
  const doors = new Map<string, Set<string>>();
  for (const folder of ['src', 'bench', 'test'].map((name) => join(root, name))) {
    for (const { file, target } of localImports(folder, importsIn(folder, ANY_IMPORT))) {
      const [from, to] = [file, target].map((path) => relative(root, join(folder, path)));
      if (from && to) doors.set(from, (doors.get(from) ?? new Set()).add(to));
    }
  }
  expect(new Set([...doors.keys()].map(roomOf))).toEqual(new Set(['src', 'bench', 'test']));
  expect(circleIn(doors)).toBeUndefined();
});

test('a real bot loads no code of the demo', () => {
  // `import type` leaves nothing at run time.
  const statement = /^import\s+(?!type\b)[^'"]*?from\s+['"]([^'"]*\/demo\/[^'"]+)['"]/gms;
  const loading = FILES.filter((file) => !file.startsWith('demo/')).filter((file) =>
    statement.test(readFileSync(join(SRC, file), 'utf8')),
  );
  expect(loading).toEqual([]);
});

test('each library has one door', () => {
  const outside = [...IMPORTS, ...importsIn(SRC, ON_USE)]
    .filter(({ target }) => !/^(\.|node:)/.test(target))
    .filter(({ file, target }) => {
      const library = DOORS[target.split('/')[0] ?? '']
        ? (target.split('/')[0] ?? '')
        : target.startsWith('@')
          ? target.split('/').slice(0, 2).join('/')
          : (target.split('/')[0] ?? '');
      return !(DOORS[library] ?? []).some((door) => file === door || file.startsWith(`${door}/`));
    });
  expect(outside).toEqual([]);
});

test('text for people stands in locales/, not in the code', () => {
  const DATA = ['demo/city.ts', 'demo/people.ts', 'main.ts'];
  const WORDS = [
    'engine/read-',
    'engine/dates/',
    'engine/tidy-',
    'console/routes.ts',
    'demo/simulator/',
    'demo/tencent/',
    'demo/wechat/',
    'demo/wecom/',
    'regions/region-tree.ts',
    'regions/address.ts',
    'regions/place-book.ts',
    'regions/search-regions.ts',
    'regions/place-in-words.ts',
    'regions/map-link.ts',
    'cases/report/person-',
    'cases/report/without-spans.ts',
    'city/import/read-part.ts',
    'city/category.ts',
    'channels/wechat/read-message.ts',
  ];
  const speaking = FILES.filter(
    (file) => !DATA.includes(file) && !WORDS.some((start) => file.startsWith(start)),
  ).filter((file) => /\p{Script=Han}/u.test(withoutComments(readFileSync(join(SRC, file), 'utf8'))));
  expect(speaking).toEqual([]);
});

test('every Redis key stands in store/keys.ts', () => {
  const strays = FILES.filter((file) => file !== 'store/keys.ts').filter((file) =>
    /`\{\$\{|['"`]\{[a-z]+\}:/.test(readFileSync(join(SRC, file), 'utf8')),
  );
  expect(strays).toEqual([]);
});

test('only the listed files write to the store outside src/store', () => {
  const WRITERS = [
    'delivery/relay.ts',
    'delivery/web-bells.ts',
    'delivery/web-chat-log.ts',
    'delivery/kept-offers.ts',
    'delivery/wechat-state.ts',
    'delivery/wecom-state.ts',
    'broadcasts/sending/audience.ts',
    'broadcasts/sending/copies.ts',
    'broadcasts/sending/claim-recipients.ts',
    'broadcasts/sending/lay-audience.ts',
    'broadcasts/sending/record-outcomes.ts',
    'city/city-store.ts',
    'people/sign-in/sign-in-store.ts',
  ];
  const others = FILES.filter((file) => !file.startsWith('store/') && !WRITERS.includes(file)).filter((file) =>
    /redis\.(set|hset|del|zadd|zrem|xadd|incr|hincrby|lpush|sadd|expire|anlin)\w*\(/i.test(
      readFileSync(join(SRC, file), 'utf8'),
    ),
  );
  expect(others).toEqual([]);
});

function filesIn(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && statSync(join(root, file)).isFile())
    .map((file) => file.replaceAll('\\', '/'));
}

function importsIn(root: string, pattern: RegExp): readonly Import[] {
  return filesIn(root).flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(pattern)].map((match) => ({
      file,
      target: match[1] ?? match[2] ?? match[3] ?? '',
    })),
  );
}

function localImports(root: string, imports: readonly Import[]): readonly Import[] {
  return imports
    .filter(({ target }) => target.startsWith('.') && !target.endsWith('.json'))
    .map(({ file, target }) => ({ file, target: relative(root, normalize(join(root, dirname(file), target))) }));
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}

/** The first circle found, as a path; undefined if there is none. */
function circleIn(doors: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] | undefined {
  const done = new Set<string>();
  const walk = (room: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(room)) return [...path.slice(path.indexOf(room)), room];
    if (done.has(room)) return undefined;
    for (const next of doors.get(room) ?? []) {
      const circle = walk(next, [...path, room]);
      if (circle) return circle;
    }
    done.add(room);
    return undefined;
  };
  for (const room of doors.keys()) {
    const circle = walk(room, []);
    if (circle) return circle;
  }
  return undefined;
}
