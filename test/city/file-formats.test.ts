import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CityData } from '../../src/city/city.ts';
import type { ImportPlan } from '../../src/city/import/import.ts';
import { planImport } from '../../src/city/import/import.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import { demoCityData } from '../../src/demo/city.ts';
import { openWording } from '../../src/i18n.ts';

const wording = openWording();
const says = wording.languages.map((language) => wording.in(language));
const data: CityData = { ...NEW_CITY, ...demoCityData() };

const plan = (file: string | Uint8Array | object, more: object = {}): ImportPlan => {
  const text = typeof file === 'string' ? file : JSON.stringify(file);
  return planImport(file instanceof Uint8Array ? file : Buffer.from(text), { data, says, ...more });
};
const recordOf = (made: ImportPlan) => (made.type === 'good' ? made.list.at(-1) : made.problems);

type Fate = 'carried' | 'ignored' | 'refused';
/** One construct: its row in docs/integrations.md, a file with it, its place or fault, and the list in which it ends. */
type Construct = readonly [row: string, file: string | Uint8Array | object, at: string, list: Fate, as?: string];

function listsOf(made: ImportPlan, at: string): readonly Fate[] {
  if (made.type === 'bad') return made.problems.some(({ what }) => what === at) ? ['refused'] : [];
  return (['carried', 'ignored', 'refused'] as const).filter((list) =>
    made.inventory[list].some((item) => item.at === at),
  );
}

const ID = '990101001001007';
const square = (x = 119, z: readonly number[] = []) => [
  [
    [x, 31, ...z],
    [x + 0.1, 31, ...z],
    [x + 0.1, 31.1, ...z],
    [x, 31, ...z],
  ],
];
const polygon = { type: 'Polygon', coordinates: square() };
const feature = (more: object = {}) => ({
  type: 'Feature',
  properties: { id: ID, name: '新网格' },
  geometry: polygon,
  ...more,
});
const property = (more: object) => feature({ properties: { id: ID, name: '新网格', ...more } });
const collection = (one: object = feature(), more: object = {}) => ({
  type: 'FeatureCollection',
  features: [one],
  ...more,
});
const shape = (type: string, coordinates: unknown) => collection(feature({ geometry: { type, coordinates } }));
const crs = (name: string) => collection(feature(), { crs: { type: 'name', properties: { name } } });

const GEOJSON: readonly Construct[] = [
  ['`FeatureCollection`', collection(), 'id', 'carried'],
  ['`Feature` alone', feature(), 'id', 'carried'],
  ['a list of `Feature`', [feature()], 'id', 'carried'],
  ['any other object, such as a geometry or TopoJSON', { type: 'Topology', objects: {} }, 'not_a_table', 'refused'],
  ['a feature of another `type`', collection({ ...feature(), type: 'Place' }), 'not_a_table', 'refused'],
  [
    '`id` of a feature without a code',
    collection(feature({ id: ID, properties: { name: '新网格' } })),
    'feature/id',
    'carried',
  ],
  ['`id` of a feature beside a code', collection(feature({ id: 7 })), 'feature/id', 'ignored'],
  ['`properties` with a known name', collection(), 'name', 'carried'],
  ['`properties` `adcode`', collection(feature({ properties: { adcode: 990107, name: '新区' } })), 'adcode', 'carried'],
  ['`properties` with an unknown name', collection(property({ centroid: [119, 31] })), 'centroid', 'ignored'],
  ['`properties` with a misspelt name', collection(property({ levle: 'grid' })), 'misspelt', 'refused'],
  [
    '`properties` with a list or an object for a text',
    collection(property({ level: ['grid'] })),
    'not_text',
    'refused',
  ],
  [
    '`properties` that say one column differently',
    collection(property({ adcode: '990101001001008' })),
    'column_twice',
    'refused',
  ],
  [
    '`properties` with names in further languages',
    collection(feature({ properties: { id: ID, names: { 'zh-CN': '新网格', fr: 'x' } } })),
    'names.fr',
    'ignored',
  ],
  ['`properties` `null`', collection(feature({ properties: null })), 'region_code', 'refused'],
  ['`Polygon`', collection(), 'geometry', 'carried'],
  ['`MultiPolygon`', shape('MultiPolygon', [square(), square(120)]), 'geometry', 'carried'],
  ...['Point', 'MultiPoint', 'LineString', 'MultiLineString'].map(
    (type): Construct => [`\`${type}\``, shape(type, square()), 'geometry', 'refused'],
  ),
  [
    '`GeometryCollection`',
    collection(feature({ geometry: { type: 'GeometryCollection', geometries: [polygon] } })),
    'geometry',
    'refused',
  ],
  ['`geometry` `null`', collection(feature({ geometry: null })), 'geometry/null', 'ignored', 'regions'],
  [
    '`geometry` of places',
    {
      type: 'FeatureCollection',
      features: [
        {
          type: 'Feature',
          properties: { name: '鼓楼公馆', region: '990101001001' },
          geometry: { type: 'Point', coordinates: [119, 31] },
        },
      ],
    },
    'geometry',
    'ignored',
    'places',
  ],
  ['a ring that is open or outside China', shape('Polygon', square(12)), 'geometry', 'refused'],
  ['heights', shape('Polygon', square(119, [12])), 'geometry/coordinates', 'ignored'],
  ['`bbox`', collection(feature(), { bbox: [119, 31, 120, 32] }), 'bbox', 'ignored'],
  ['`crs` of WGS 84 or CGCS2000', crs('urn:ogc:def:crs:EPSG::4490'), 'crs', 'ignored'],
  ['any other `crs`', crs('urn:ogc:def:crs:EPSG::3857'), 'crs', 'refused'],
  ['foreign members', collection(feature({ title: 'x' })), 'feature/title', 'ignored'],
];

const wide = (text: string) => Buffer.from(text, 'utf16le');
const PLACE = '名称,所属区域\n鼓楼公馆,990101001001\n';
const gb = Buffer.from('c3fbb3c62ccbf9caf4c7f8d3f20ab9c4c2a5b9abb9dd2c3939303130313030313030310a', 'hex');
const census = (...rows: readonly string[]) =>
  `region,sex,age,people\n${rows.map((row) => `${ID.slice(0, 12)},${row}\n`).join('')}`;

const CSV: readonly Construct[] = [
  ['commas', PLACE, '名称', 'carried'],
  ['semicolons', PLACE.replaceAll(',', ';'), '名称', 'carried'],
  ['tabs', PLACE.replaceAll(',', '\t'), '名称', 'carried'],
  ['`sep=;` in the first line', `sep=;\n${PLACE.replaceAll(',', ';')}`, '名称', 'carried'],
  [
    'quoted fields with commas, line breaks and doubled quotes',
    '名称,region\n"鼓楼\n""公馆"", 东",990101001001\n',
    '名称',
    'carried',
  ],
  ['CRLF line ends and empty lines', PLACE.replaceAll('\n', '\r\n\r\n'), '名称', 'carried'],
  ['UTF-8 with a byte order mark', `\uFEFF${PLACE}`, '名称', 'carried'],
  ['UTF-16 with a byte order mark', wide(`\uFEFF${PLACE}`), '名称', 'carried'],
  ['GB 18030', gb, '名称', 'carried'],
  ['UTF-16 without a byte order mark', wide('name,region\n'), 'not_a_table', 'refused'],
  ['bytes of no known encoding', Buffer.from([0x6e, 0x61, 0xff, 0xff]), 'not_a_table', 'refused'],
  ['a row that is longer or shorter than the heading', `${PLACE}某小区,990101001001,更多\n`, 'not_a_table', 'refused'],
  ['a heading twice', '名称,region,名称\n鼓楼公馆,990101001001,公馆\n', 'column_twice', 'refused'],
  [
    'two names of one column with different values',
    '名称,name,region\n鼓楼公馆,公馆,990101001001\n',
    'column_twice',
    'refused',
  ],
  [
    'two names of one column with the same values',
    '名称,name,region\n鼓楼公馆,鼓楼公馆,990101001001\n',
    'name',
    'carried',
  ],
  ['values under an empty heading', '名称,region,\n鼓楼公馆,990101001001,x\n', 'no_header', 'refused'],
  ['an empty column', '名称,region,\n鼓楼公馆,990101001001,\n', '#3', 'ignored'],
  ['an unknown column', '名称,region,物业\n鼓楼公馆,990101001001,x\n', '物业', 'ignored'],
  ['a misspelt column', '名称,region,wrods\n鼓楼公馆,990101001001,x\n', 'misspelt', 'refused'],
  ['ages by single year', census('女,35,10', '女,36岁,11'), 'age', 'carried'],
  ['ages that overlap', census('女,35,10', '女,30-39,11'), 'overlap', 'refused'],
  [
    'totals that equal their rows',
    census('女,35,10', '男,35,12', '合计,35,22', '女,合计,10', '合计,合计,22'),
    'total',
    'ignored',
  ],
  ['totals that differ from their rows', census('女,35,10', '合计,35,22'), 'total', 'refused'],
  ['a number that is not written in digits', census('女,35,1e3'), 'count', 'refused'],
];

for (const [row, file, at, list, as] of [...GEOJSON, ...CSV])
  test(`${row}: ${list}`, () => expect(listsOf(plan(file, as ? { as } : {}), at)).toEqual([list]));

test.each([
  ['Members of GeoJSON', GEOJSON],
  ['Constructs of CSV', CSV],
] as const)('the table “%s” of docs/integrations.md says the same', (title, constructs) => {
  const page = readFileSync(new URL('../../docs/integrations.md', import.meta.url), 'utf8');
  const section = page.slice(page.indexOf(`### ${title}`)).split(/\n#+ /)[0] ?? '';
  const rows = [...section.matchAll(/^\| (.+?) \| (carried|refused|ignored) \|/gm)].map(([, row, list]) => [row, list]);
  expect(rows).toEqual(constructs.map(([row, , , list]) => [row, list]));
});

test('the id of a feature, a short code and a parent with an adcode become whole codes', () => {
  expect(recordOf(plan(collection(feature({ id: ID, properties: { name: '新网格' } }))))).toMatchObject({ id: ID });
  const district = { adcode: 990107, name: '新区', level: 'district', parent: { adcode: 990100 } };
  expect(recordOf(plan(collection(feature({ properties: district }))))).toMatchObject({
    id: '990107000000',
    parent: '990100000000',
  });
});

test('a list of words is kept in JSON as in CSV', () => {
  const place = { name: '鼓楼公馆', region: '990101001001', words: ['鼓楼', '公馆'] };
  expect(recordOf(plan([place]))).toMatchObject({ words: ['鼓楼', '公馆'] });
});

test('a single year is a band of one year', () => {
  expect(recordOf(plan(census('女,35,10')))).toMatchObject({ from: 35, to: 35, people: 10 });
});

test('rows are counted as a spreadsheet counts them, also below a cell of two lines', () => {
  const made = plan('名称,region\n"鼓楼\n公馆",990101001001\n\n坏小区,1\n');
  expect(made).toMatchObject({ problems: [{ row: 4, column: 'region', found: '1' }] });
});

test('every reason and fault has its sentence in every language', () => {
  const faults = ['misspelt', 'column_twice', 'no_header', 'not_text', 'crs', 'overlap', 'total'].map(
    (one) => `problem.${one}`,
  );
  const reasons = [...GEOJSON, ...CSV].flatMap(([, file, , , as]) => {
    const made = plan(file, as ? { as } : {});
    return made.type === 'good'
      ? [...made.inventory.carried, ...made.inventory.ignored].map(({ why }) => `why.${why}`)
      : [];
  });
  for (const language of wording.languages)
    expect([...faults, ...reasons].filter((key) => !wording.has(language, `import:${key}`))).toEqual([]);
});
