import { describe, expect, test } from 'vitest';
import { demoPlaces, demoRegions } from '../../src/demo/city.ts';
import { buildingOf, normaliseAddress } from '../../src/regions/address.ts';
import { toWgs84 } from '../../src/regions/datum.ts';
import { placeBook } from '../../src/regions/place-book.ts';
import { isDetail } from '../../src/regions/place-in-words.ts';
import { polygonsOf } from '../../src/regions/region.ts';
import { regionTree } from '../../src/regions/region-tree.ts';

const regions = demoRegions();
const tree = regionTree(regions, demoPlaces());
const found = (text: string) => tree.find(text).map(({ name }) => name?.['zh-CN']);

describe('an address', () => {
  test.each(['锦绣花园3栋', '锦绣花园三幢', '锦绣花园3号楼', '锦绣花园 ３ 幢', '锦绣花园三号楼'])(
    '%s is in building 3',
    (text) => {
      expect(buildingOf(text)).toBe('3');
      expect(normaliseAddress(text)).toBe('锦绣花园3幢');
      expect(tree.find(text)[0]?.place.address).toMatch(/#3$/);
    },
  );

  test('is found by its name, also with one wrong character, or with its neighbours of the same name', () => {
    expect(found('锦绣花园3幢楼道口')).toEqual(['锦绣花园（锦绣社区）']);
    expect(found('锦秀花园3幢')).toEqual(['锦绣花园（锦绣社区）']);
    expect(found('阳光家园二号楼')).toHaveLength(4);
    expect(found('柳湾社区活动中心')).toEqual(['柳湾社区']);
    expect(found('湖边亭子旁')).toEqual([]);
  });
});

test('words that name only a building, an entrance or a room are a detail of a place', () => {
  for (const detail of [
    '3号楼2单元',
    '3幢',
    '3#楼',
    '12-3-501',
    'A座',
    '十二号楼门口',
    '就在3号楼那里',
    '3单元楼道口',
    '5楼',
  ])
    expect(isDetail(detail), detail).toBe(true);
  for (const words of ['锦绣花园3号楼', '3号楼漏水', '楼道口', '井盖没了', '3', '三天了', '', '3号楼和5号楼中间有坑'])
    expect(isDetail(words), words).toBe(false);
});

test('a community has housing estates if the place book holds one', () => {
  const estate = { id: 'e', region: '990101001001' };
  for (const name of ['锦绣花园', '柳岸新村', '桃里小区', '金湖公寓三期', '碧云苑'])
    expect(regionTree(demoRegions(), [{ ...estate, name }]).hasEstates('990101001001001'), name).toBe(true);
  for (const name of ['锦绣路', '实验小学', '联华超市'])
    expect(regionTree(demoRegions(), [{ ...estate, name }]).hasEstates('990101001001001'), name).toBe(false);
  expect(tree.hasEstates('990199001001')).toBe(false);
});

test.each([
  ['锦绣', ['锦绣街道', '锦绣社区']],
  ['西渚区锦绣街道锦绣社区', ['锦绣社区']],
  ['“锦绣社区”。', ['锦绣社区']],
  ['我在西渚那边', ['西渚区']],
  ['锦秀街道', ['锦绣街道']],
  ['锦秀社区', ['锦绣社区']],
  ['Jinxiu', ['锦绣街道', '锦绣社区']],
  ['锦绣花园3栋', ['锦绣社区']],
  ['火星', []],
  ['区', []],
])('%s means the regions %s', (words, names) => {
  expect(tree.search(words).map((id) => tree.nameOf(id)?.['zh-CN'])).toEqual(names);
});

test.each([
  ['3#楼', '3幢'],
  ['15#', '15幢'],
  ['12-3-501', '12幢3单元501室'],
  ['7-2-301', '7幢2单元301室'],
  ['12-501', '12幢501室'],
  ['5号楼-2-301', '5幢2单元301室'],
  ['锦绣花园3#楼2单元501', '锦绣花园3幢2单元501室'],
  ['A栋', 'A幢'],
  ['a3座', 'A3幢'],
  ['3Ｆ', '3楼'],
  ['B1', '负1楼'],
  ['地下二层', '负2楼'],
  ['88弄12号', '88弄12号'],
  ['廿三号', '23号'],
  ['二号门洞', '2单元'],
  ['4号线', '4号线'],
  ['2025-12-05', '2025-12-05'],
  ['13800138000', '13800138000'],
])('%s is written %s', (text, normal) => {
  expect(normaliseAddress(text)).toBe(normal);
});

describe('a place book', () => {
  const bookOf = (...names: readonly string[]) => {
    const book = placeBook(names.map((name) => ({ id: name, name, region: 'r' })));
    return (text: string) => book.find(text).map(({ name }) => name);
  };
  const find = bookOf('人民路', '锦绣花园', '联华超市', '金桥国际SOHO');

  test.each([
    ['人民路口', ['人民路']],
    ['人民路小学门口', []],
    ['人民路第二幼儿园', []],
    ['人民路联华超市', ['联华超市']],
    ['金绣花园3栋', ['锦绣花园']],
    ['jinxiu huayuan 3栋', ['锦绣花园']],
    ['金桥国际soho a座', ['金桥国际SOHO']],
    ['湖边亭子旁', []],
  ])('finds in %s: %s', (text, names) => {
    expect(find(text)).toEqual(names);
  });

  test('finds a school that is named after a road, and not the road', () => {
    expect(bookOf('人民路', '人民路小学')('人民路小学')).toEqual(['人民路小学']);
  });
});

describe('the demo city', () => {
  test('has 4 districts, 16 streets, 64 communities and 384 grids, equal in every run', () => {
    const count = (level: string) => regions.filter((region) => region.level === level).length;
    expect(['district', 'street', 'community', 'grid'].map(count)).toEqual([4, 16, 64, 384]);
    expect(JSON.stringify(demoRegions())).toBe(JSON.stringify(regions));
    expect(regions[0]?.names['zh-CN']).toContain('虚构');
    expect(new Set(regions.map(({ id }) => id)).size).toBe(regions.length);
  });

  test('has grids that cover their community without gap or overlap', () => {
    const areaOf = (id: string) => {
      const region = regions.find((one) => one.id === id);
      const ring = region?.ground ? (polygonsOf(region.ground)[0]?.[0] ?? []) : [];
      return Math.abs(
        ring.slice(1).reduce((sum, [x, y], i) => sum + (ring[i]?.[0] ?? 0) * y - x * (ring[i]?.[1] ?? 0), 0),
      );
    };
    for (const { id } of regions.filter(({ level }) => level === 'community')) {
      const grids = regions.filter(({ parent }) => parent === id).reduce((sum, grid) => sum + areaOf(grid.id), 0);
      expect(Math.abs(grids / areaOf(id) - 1)).toBeLessThan(0.003);
    }
  });
});

describe('a point', () => {
  test('that lies in one community by either datum is one place', () => {
    expect(tree.read({ latitude: 31.4552, longitude: 119.4434 })).toEqual([
      { point: { latitude: 31.4552, longitude: 119.4434 }, region: '990101001001005' },
    ]);
  });

  test('whose community depends on the datum is two places, each in WGS-84', () => {
    const sent = { latitude: 31.478, longitude: 119.47 };
    const places = tree.read(sent);
    expect(places.map(({ region = '' }) => tree.nameOf(region)?.['zh-CN'])).toEqual([
      '望塔社区第三网格',
      '帆影社区第二网格',
    ]);
    expect(places[1]).toMatchObject({ sent, point: toWgs84(sent, 'gcj02') });
    expect(tree.read(sent, true)).toEqual(places.slice(0, 1));
  });

  test('outside all regions is kept as it is', () => {
    expect(tree.read({ latitude: 31.7, longitude: 119.9 })).toEqual([{ point: { latitude: 31.7, longitude: 119.9 } }]);
  });
});
