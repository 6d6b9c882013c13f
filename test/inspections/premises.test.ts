import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CityData } from '../../src/city/city.ts';
import { cityOf } from '../../src/city/city.ts';
import { planFile } from '../../src/city/import/import.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import type { Premises } from '../../src/city/premises.ts';
import { demoCityData } from '../../src/demo/city.ts';
import { writeXlsx } from '../../src/files/write-xlsx.ts';
import { openWording } from '../../src/i18n.ts';
import { isOnPremises } from '../../src/inspections/premises/attribution.ts';
import { addVersion, loadStandard, loadVersion } from '../../src/inspections/standards/standard-store.ts';
import { scopeName } from '../../src/people/join-flow.ts';
import { grantCovers } from '../../src/people/role.ts';
import { commitOrThrow } from '../../src/store/commit-as-system.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

const wording = openWording();
const says = wording.languages.map((language) => wording.in(language));
const data: CityData = { ...NEW_CITY, ...demoCityData(), premises: [] };
const COMMUNITY = '990101001001';
const HEADING = ['代码', '名称', '英文名', '系列', '所属区域', '经度', '纬度'];
const SCHOOL = ['shiyan_school', '实验小学', 'Shiyan School', 'campus', COMMUNITY, '119.51', '31.52'];

describe('an import of premises', () => {
  const plan = (rows: readonly (readonly string[])[]) =>
    planFile(Buffer.from([HEADING, ...rows].map((row) => row.join(',')).join('\n')), { data, says });

  test('reads CSV and Excel alike', async () => {
    const expected = {
      id: 'shiyan_school',
      series: 'campus',
      names: { 'zh-CN': '实验小学', en: 'Shiyan School' },
      region: COMMUNITY,
      point: { longitude: 119.51, latitude: 31.52 },
    };
    const workbook = await writeXlsx([{ name: 'premises', rows: [HEADING, SCHOOL] }]);
    for (const made of [await plan([SCHOOL]), await planFile(workbook, { data, says })])
      expect(made).toMatchObject({ type: 'good', part: 'premises', added: 1, list: [expected] });
  });

  test('reads a polygon of GeoJSON as the ground', async () => {
    const square = [
      [119.5, 31.5],
      [119.51, 31.5],
      [119.51, 31.51],
      [119.5, 31.5],
    ];
    const properties = { id: 'north_station', name: '汽车北站', series: 'station', region: COMMUNITY };
    const feature = { type: 'Feature', properties, geometry: { type: 'Polygon', coordinates: [square] } };
    const made = await planFile(Buffer.from(JSON.stringify(feature)), { data, says });
    expect(made).toMatchObject({ type: 'good', part: 'premises', list: [{ ground: { coordinates: [square] } }] });
  });

  test.each([
    [3, 'school', 'series', 'series'],
    [4, '990199001001', 'region', 'no_region'],
    [5, '31.52', 'longitude', 'coordinates'],
    [6, '', 'longitude', 'coordinates'],
    [0, 'Shiyan 1', 'id', 'snake_id'],
  ] as const)('with column %i as "%s" is refused whole', async (column, value, _name, what) => {
    const made = await plan([SCHOOL.with(column, value)]);
    expect(made.type === 'bad' && made.problems.map((one) => one.what)).toEqual([what]);
  });

  test('with two sheets or a cell without a value is refused with the cell', async () => {
    const two = await writeXlsx([
      { name: 'a', rows: [HEADING, SCHOOL] },
      { name: 'b', rows: [HEADING, SCHOOL] },
    ]);
    expect(await planFile(two, { data, says })).toMatchObject({ type: 'bad', problems: [{ what: 'not_a_table' }] });
  });
});

describe('a case', () => {
  const { regions } = cityOf(data, []);
  const point = { longitude: 119.5, latitude: 31.5 };
  const at = (east: number) => ({ point: { longitude: 119.5 + east / 94_900, latitude: 31.5 } });
  const school: Premises = { id: 'school', series: 'campus', names: {}, region: COMMUNITY, point };
  const estate: Premises = { id: 'estate', series: 'community', names: {}, region: COMMUNITY, point };

  test.each([
    [0, true],
    [78, true],
    [82, false],
  ])('%i metres from an entrance without a ground belongs to the premises: %s', (metres, belongs) => {
    expect(isOnPremises(school, at(metres), regions)).toBe(belongs);
  });

  test('in the community of an estate belongs to it, also without a point', () => {
    expect(isOnPremises(estate, { region: `${COMMUNITY}001` }, regions)).toBe(true);
    expect(isOnPremises(estate, { region: '990101001002' }, regions)).toBe(false);
    expect(isOnPremises(school, { region: COMMUNITY }, regions)).toBe(false);
  });

  test('on a ground belongs to its premises, and 80 metres count no longer', () => {
    const ground =
      regions.all('community').length > 0 ? data.regions.find(({ id }) => id === COMMUNITY)?.ground : undefined;
    const [corner] = ground?.type === 'Polygon' ? (ground.coordinates[0] ?? []) : [];
    const outside = { point: { longitude: (corner?.[0] ?? 0) + 1, latitude: corner?.[1] ?? 0 } };
    expect(isOnPremises({ ...school, ...(ground ? { ground } : {}) }, outside, regions)).toBe(false);
  });
});

describe('in a store', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openTestApp();
  });
  afterAll(() => app.close());

  test('a version of a standard never changes: the next one stands beside it', async () => {
    const { store } = app.running;
    const before = await loadStandard(store, 'campus');
    const next = { ...before, version: before.version + 1, from: '2027-01-01' };
    await commitOrThrow(store, { op: 'v2', what: 'standard_added', ...addVersion(store, next) }, 0);
    expect(await loadStandard(store, 'campus')).toEqual(next);
    expect(await loadVersion(store, 'campus', before.version)).toEqual(before);
    const again = commitOrThrow(store, { op: 'v2b', what: 'standard_added', ...addVersion(store, next) }, 0);
    await expect(again).rejects.toThrow('Nothing was stored');
  });
});

test('a grant for a series or for premises covers no region, and its scope has a name', () => {
  const premises = [{ id: 'school', series: 'campus', names: { 'zh-CN': '实验小学' }, region: COMMUNITY } as const];
  const city = cityOf({ ...data, premises }, []);
  for (const [scope, name] of [
    ['series:campus', '平安校园'],
    ['premises:school', '实验小学'],
  ] as const) {
    const grant = { role: 'unit_staff', scope, since: 0 } as const;
    expect(grantCovers(grant, COMMUNITY, city.regions)).toBe(false);
    expect(scopeName(grant, city)).toMatchObject({ names: { 'zh-CN': name } });
  }
});
