import { describe, expect, test } from 'vitest';
import type { HazardCase } from '../../src/cases/hazard-case.ts';
import { limitsOf, responsibleRegions, routeFor } from '../../src/cases/routing.ts';
import { cityOf } from '../../src/city/city.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import { demoCityData } from '../../src/demo/city.ts';

const GRID = '990101001001005';
const STREET = '990101001000';
const station = { id: 'fire_station_1', names: { 'zh-CN': '锦绣消防站' }, of: 'fire_rescue', region: STREET };
const far = { id: 'fire_station_2', names: { 'zh-CN': '远处消防站' }, of: 'fire_rescue', region: '990102001000' };
const data = { ...NEW_CITY, ...demoCityData() };
const city = cityOf({ ...data, units: [...data.units, far, station] }, []);

function caseOf(category: string, region: string | undefined = GRID): HazardCase {
  return { category, place: { region }, ...responsibleRegions(region, city.regions) } as HazardCase; // the fields that routing reads
}

describe('a case goes', () => {
  test('to the owner of a component first, with the street office as helper', () => {
    expect(routeFor(caseOf('manhole_cover'), city)).toMatchObject({
      helpers: [`office_${STREET}`],
      route: { rule: 'owner_first', region: STREET },
    });
  });

  test('to the street office for an event, with the owner of the smallest area as helper', () => {
    expect(routeFor(caseOf('fire_lane_blocked'), city)).toEqual({
      unit: `office_${STREET}`,
      helpers: ['fire_station_1'],
      route: { rule: 'ground_first', region: STREET, owner: 'fire_station_1' },
    });
  });

  test('to the street office, if no owner is known', () => {
    const none = cityOf({ ...data, units: [] }, []);
    expect(routeFor(caseOf('manhole_cover'), none)).toMatchObject({
      unit: `office_${STREET}`,
      route: { rule: 'no_owner_known' },
    });
  });

  test('to an existing unit, for every category and region', () => {
    const leaves = data.categories.filter(({ group }) => group !== undefined);
    const grounds = [undefined, '990100000000', '990101000000', STREET, '990101001001', GRID];
    for (const { code } of leaves) {
      for (const region of grounds) {
        const { unit, route } = routeFor(caseOf(code, region), city);
        expect([code, region, unit === '']).toEqual([code, region, false]);
        if (region !== undefined) expect(city.units.get(unit), `${code} ${region} ${route.rule}`).toBeDefined();
      }
    }
  });

  test('to work with a cure limit, for every category', () => {
    const leaves = data.categories.filter(({ group }) => group !== undefined);
    expect(leaves.filter(({ code }) => !/^\d+(min|h|wh|wd)$/.test(limitsOf(caseOf(code), city).cure))).toEqual([]);
  });
});
