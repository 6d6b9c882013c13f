import type { FileInventory } from '../../files/file-inventory.ts';
import { REGION_LEVELS } from '../../regions/region.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import { areaRules, geocodeRules, isOtherScheme, judgeParts } from './cap-rules.ts';
import type { CapElement } from './cap-xml.ts';
import { textIn } from './cap-xml.ts';

/** Returns the regions that the areas of an info cover together, without those inside another one, sorted. */
export function regionsOfInfo(info: CapElement, regions: RegionTree, inventory: FileInventory): readonly string[] {
  const areas = info.parts.filter(({ name }) => name === 'area');
  if (areas.length === 0)
    inventory.refuse(`${info.at}/area`, 'It is missing; add an area. The code of the city means all of it.');
  const found = new Set(areas.flatMap((area) => regionsOfArea(area, regions, inventory)));
  const isInside = (id: string) => regions.chain(id).some((one) => one !== id && found.has(one));
  return [...found].filter((id) => !isInside(id)).sort();
}

function regionsOfArea(area: CapElement, regions: RegionTree, inventory: FileInventory): readonly string[] {
  const coded = area.parts
    .filter(({ name }) => name === 'geocode')
    .map((geocode) => regionsOfGeocode(geocode, regions, inventory));
  const isCoded = coded.some((ids) => ids !== undefined);
  const named = isCoded ? undefined : regionNamed(textIn(area, 'areaDesc'), regions);
  const regionsFrom = isCoded ? 'code' : named === undefined ? 'nothing' : 'name';
  judgeParts(area, areaRules(regionsFrom), inventory);
  if (regionsFrom === 'nothing') inventory.refuse(area.at, 'It names no region of the city; add a code as a geocode.');
  else inventory.carry(area.at, 'Regions of the draft.');
  return [...coded.flatMap((ids) => ids ?? []), ...(named === undefined ? [] : [named])];
}

/** Returns the known regions of a code; undefined if its scheme is another one. */
function regionsOfGeocode(
  geocode: CapElement,
  regions: RegionTree,
  inventory: FileInventory,
): readonly string[] | undefined {
  const codesIn = (text: string) => text.split(/[\s,，;；、]+/).map((code) => regionOfCode(code, regions));
  const scheme = textIn(geocode, 'valueName');
  const rules = geocodeRules(scheme, (text) => codesIn(text).every((id) => id !== undefined));
  judgeParts(geocode, rules, inventory);
  if (isOtherScheme(scheme)) {
    inventory.ignore(geocode.at, 'The scheme is none of the statistical bureau.');
    return undefined;
  }
  inventory.carry(geocode.at, 'Regions of the draft.');
  return codesIn(textIn(geocode, 'value')).filter((id) => id !== undefined);
}

/** Finds the region of a code; official codes of cities, districts and streets leave out the zeros at the end. */
function regionOfCode(code: string, regions: RegionTree): string | undefined {
  if (!/^(\d{4}|\d{6}|\d{9}|\d{12}|\d{15})$/.test(code)) return undefined;
  const whole = [code.padEnd(12, '0'), ...(code.length === 15 && code.endsWith('000') ? [code.slice(0, 12)] : [])];
  return whole.find((id) => regions.levelOf(id) !== undefined);
}

/** Finds the only region with exactly this name, in any language. */
function regionNamed(name: string, regions: RegionTree): string | undefined {
  const all = REGION_LEVELS.flatMap((level) => regions.all(level));
  const [only, ...more] = all.filter((id) => Object.values(regions.nameOf(id) ?? {}).includes(name));
  return more.length === 0 ? only : undefined;
}
