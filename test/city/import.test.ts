import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CityData } from '../../src/city/city.ts';
import { cityVersion, loadCityData, saveCityData, undoCityChange } from '../../src/city/city-store.ts';
import type { ImportPlan } from '../../src/city/import/import.ts';
import { planImport } from '../../src/city/import/import.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import { demoCityData } from '../../src/demo/city.ts';
import { openWording } from '../../src/i18n.ts';
import { toWgs84 } from '../../src/regions/datum.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

const wording = openWording();
const says = wording.languages.map((language) => wording.in(language));
const data: CityData = { ...NEW_CITY, ...demoCityData() };
const plan = (file: string | Uint8Array | object, more: object = {}): ImportPlan => {
  const bytes =
    file instanceof Uint8Array
      ? file
      : new TextEncoder().encode(typeof file === 'string' ? file : JSON.stringify(file));
  return planImport(bytes, { data, says, ...more });
};
const problems = (made: ImportPlan) =>
  made.type === 'bad' ? made.problems.map(({ row, column, what }) => [row, column, what]) : [];

describe('a table', () => {
  test('of places is read by Chinese column names, in UTF-8 and in GB 18030', () => {
    const text = '名称,所属区域,别名\n鼓楼公馆,990101001001,鼓楼|公馆\n';
    // The same text as Chinese Excel saves it.
    const gb = new Uint8Array(
      Buffer.from(
        'c3fbb3c62ccbf9caf4c7f8d3f22cb1f0c3fb0ab9c4c2a5b9abb9dd2c3939303130313030313030312cb9c4c2a57cb9abb9dd0a',
        'hex',
      ),
    );
    for (const file of [text, `\uFEFF${text}`, gb]) {
      const made = plan(file);
      expect(made).toMatchObject({ type: 'good', part: 'places', added: 1, changed: 0 });
      expect(made.type === 'good' && made.list.at(-1)).toMatchObject({ name: '鼓楼公馆', words: ['鼓楼', '公馆'] });
    }
  });

  test('of regions takes level and parent from the codes, and a development zone beside the districts', () => {
    const rows = [
      'id,name,name_en,zone',
      '320400000000,常州市,Changzhou,',
      '320413000000,金坛区,Jintan,',
      '320471000000,经开区,,是',
      '320413001000,西城街道,,',
      '320413001001,东门社区,,',
      '320413001001001,第一网格,,',
    ];
    const made = plan(rows.join('\n'), { as: 'regions', data: NEW_CITY });
    expect(made).toMatchObject({ type: 'good', added: 6 });
    expect(made.type === 'good' && made.list).toMatchObject([
      { level: 'city' },
      { level: 'district', parent: '320400000000' },
      { level: 'district', parent: '320400000000', zone: true },
      { level: 'street', parent: '320413000000' },
      { level: 'community', parent: '320413001000' },
      { level: 'grid', parent: '320413001001' },
    ]);
  });

  test('of categories brings limits, words and extra questions in both languages', () => {
    const rows = [
      'code,大类,名称,name_en,kind,lead,contain,cure,duplicate,emergency,words,questions,questions_en',
      'noise,,噪声,Noise,,,,,,,,,',
      'night_work,noise,夜间施工,Night work,event,housing,2h,1wd,address,12345,夜里打桩|半夜施工,现在还在响吗？：在响/停了,Still loud?: yes/no',
    ];
    const made = plan(rows.join('\n'));
    expect(made).toMatchObject({ type: 'good', part: 'categories', added: 2 });
    expect(made.type === 'good' && made.list.at(-1)).toMatchObject({
      contain: '2h',
      cure: '1wd',
      duplicate: 'address',
      words: ['夜里打桩', '半夜施工'],
      questions: [{ names: { 'zh-CN': '现在还在响吗？', en: 'Still loud?' }, options: [{ names: { en: 'yes' } }, {}] }],
    });
  });

  test('of the census is read by age band', () => {
    const made = plan('region,性别,年龄,人数\n990101000000,女,18-29,17100\n990101000000,男,60岁以上,20700\n');
    expect(made).toMatchObject({ type: 'good', part: 'census', changed: 0, same: 32 });
  });

  test('the default categories can be imported unchanged', () => {
    const made = plan(NEW_CITY.categories);
    expect(made).toMatchObject({
      type: 'good',
      part: 'categories',
      added: 0,
      changed: 0,
      same: NEW_CITY.categories.length,
    });
  });
});

describe('GeoJSON', () => {
  const square = (id: string, at: number) => ({
    type: 'Feature',
    properties: { id, name: '新网格' },
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [at, 31],
          [at + 0.1, 31],
          [at + 0.1, 31.1],
          [at, 31],
        ],
      ],
    },
  });

  test('brings areas, in the datum that the operator names', () => {
    const file = { type: 'FeatureCollection', features: [square('990101001001007', 119)] };
    const made = plan(file, { datum: 'gcj02' });
    expect(made).toMatchObject({ type: 'good', part: 'regions', added: 1, changed: 0 });
    const [corner] = (made.type === 'good' && JSON.parse(JSON.stringify(made.list.at(-1))).ground.coordinates[0]) || [];
    const { longitude, latitude } = toWgs84({ longitude: 119, latitude: 31 }, 'gcj02');
    expect(corner).toEqual([longitude, latitude]);
  });

  test('a ring that is open, too short or outside China is refused', () => {
    const broken = square('990101001001007', 119);
    broken.geometry.coordinates[0]?.pop();
    expect(problems(plan({ features: [broken] }))).toEqual([[1, 'geometry', 'geometry']]);
    expect(problems(plan({ features: [square('990101001001007', 12)] }))).toEqual([[1, 'geometry', 'geometry']]);
  });
});

describe('a fault is named by row, column and cure, and nothing is changed', () => {
  test.each([
    ['a code', 'id,name,level\n99010100100,某社区,community\n', [[2, 'id', 'region_code']]],
    ['an empty name', 'id,name,level\n990101001005,,\n', [[2, 'name', 'missing']]],
    ['an unknown level', 'id,name,level\n990101001005,某社区,大区\n', [[2, 'level', 'level']]],
    ['a parent that is not there', 'id,name,level\n980101001001,某社区,community\n', [[2, 'parent', 'no_parent']]],
    ['a code that comes twice', 'id,name,level\n990101001005,甲社区,\n990101001005,乙社区,\n', [[3, 'id', 'twice']]],
    ['a region that is not there', '名称,region\n某小区,990909009009\n', [[2, 'region', 'no_region']]],
    ['a unit that is not there', 'code,group,name,lead\nx_y,fire,某种,nobody\n', [[2, 'lead', 'no_unit']]],
    ['a group that is not there', 'code,group,name\nx_y,nothing,某种\n', [[2, 'group', 'no_group']]],
    ['a limit', 'code,group,name,cure\nx_y,fire,某种,三天\n', [[2, 'cure', 'limit']]],
    [
      'four extra questions',
      `code,group,name,questions\nx_y,fire,某种,${Array(4).fill('怎样？：好/坏').join('||')}\n`,
      [[2, 'questions', 'too_many_questions']],
    ],
    ['ages that are none', 'region,sex,age,people\n990101000000,女,18岁以下,5\n', [[2, 'age', 'age']]],
    [
      'questions that are none',
      JSON.stringify([{ code: 'x_y', group: 'fire', names: { 'zh-CN': '某种' }, questions: [{ id: 'q1' }] }]),
      [[1, 'questions', 'questions']],
    ],
    ['a code that is a button', 'code,group,name\nnone,fire,某种\n', [[2, 'code', 'snake_id']]],
    ['a feature that is nothing', '{"features":[null]}', [[1, '', 'which_part']]],
    ['a file of something else', '甲,乙\n1,2\n', [[1, '', 'which_part']]],
    ['an empty file', 'id,name,level\n', [[1, '', 'empty']]],
    ['a broken line', 'id,name,level\n"990101001005,甲\n', [[expect.any(Number), '', 'not_a_table']]],
    ['no JSON', '{"features": [', [[1, '', 'not_a_table']]],
  ])('%s', (_, file, wanted) => expect(problems(plan(file))).toEqual(wanted));

  test('every fault has its sentence in every language', () => {
    const source = [
      'region_code',
      'missing',
      'level',
      'yes_or_no',
      'geometry',
      'snake_id',
      'hotline',
      'kind',
      'limit',
      'duplicate',
      'questions',
      'too_many_questions',
      'sex',
      'age',
      'count',
      'twice',
      'no_parent',
      'parent_level',
      'grid_parent',
      'no_region',
      'no_group',
      'no_unit',
      'not_a_table',
      'empty',
      'which_part',
    ];
    for (const language of wording.languages) {
      expect(source.filter((what) => !wording.has(language, `import:problem.${what}`))).toEqual([]);
    }
  });

  test('one faulty row makes the whole file faulty', () => {
    const made = plan('名称,region\n好小区,990101001001\n坏小区,1\n');
    expect(made).toMatchObject({ type: 'bad', problems: [{ row: 3, column: 'region', found: '1' }] });
  });
});

describe('kept in the store', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openTestApp();
  });
  afterAll(() => app.close());

  test('of two imports at the same moment, one fails with the advice to try again', async () => {
    const { store } = app.running;
    const { places } = await loadCityData(store);
    const planned = await cityVersion(store);
    await saveCityData(store, { places: places.slice(0, 5) }, 'one', 1, { planned });
    const second = saveCityData(store, { places: places.slice(0, 6) }, 'two', 1, { planned });
    await expect(second).rejects.toThrow(/at the same moment/);
    expect((await loadCityData(store)).places).toHaveLength(5);
    const undos = await Promise.allSettled([undoCityChange(store, 2), undoCityChange(store, 2)]);
    expect(undos.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await loadCityData(store)).places).toEqual(places);
  });

  test('the founding data cannot be undone', async () => {
    const { store } = app.running;
    await saveCityData(store, { census: [] }, 'founding', 1, { founding: true });
    expect(await undoCityChange(store, 2)).not.toMatchObject({ what: 'founding' });
    expect((await loadCityData(store)).census).toEqual([]);
    await saveCityData(store, demoCityData(), 'test', 3, { founding: true });
  });

  test('a change is one version, reaches a running bot, and can be undone step by step', async () => {
    const { store } = app.running;
    const before = await loadCityData(store);
    await saveCityData(store, { places: [] }, 'no places', 1);
    await saveCityData(store, { places: before.places.slice(0, 1), census: [] }, 'one place', 2);
    expect((await loadCityData(store)).places).toHaveLength(1);
    const phone = await app.phone();
    await expect
      .poll(() => app.running.services.city.regions.find('柳湾花园').length, { timeout: PATIENCE_MS })
      .toBe(0);
    await phone.say('/start');
    expect(await undoCityChange(store, 3)).toMatchObject({ what: 'one place' });
    expect(await loadCityData(store)).toMatchObject({ places: [], census: before.census });
    expect(await undoCityChange(store, 4)).toMatchObject({ what: 'no places' });
    expect(await loadCityData(store)).toEqual(before);
    await undoCityChange(store, 5);
    expect(await undoCityChange(store, 6)).toBeUndefined();
  });
});
