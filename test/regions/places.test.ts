import { describe, expect, test } from 'vitest';
import { demoPlaces, demoRegions } from '../../src/demo/city.ts';
import { buildingOf, normaliseAddress } from '../../src/regions/address.ts';
import { toWgs84 } from '../../src/regions/datum.ts';
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
  });

  test('outside all regions is kept as it is', () => {
    expect(tree.read({ latitude: 31.7, longitude: 119.9 })).toEqual([{ point: { latitude: 31.7, longitude: 119.9 } }]);
  });
});
