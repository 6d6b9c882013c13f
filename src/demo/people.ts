import type { World } from './simulator/world.ts';

/** Who stands on the phones page at first: a resident, a neighbour, and one who reads English. */
const PEOPLE = [
  { first_name: '周阿姨', language_code: 'zh-hans' },
  { first_name: '小陈', language_code: 'zh-hans' },
  { first_name: 'Emma', language_code: 'en' },
] as const;

export function addDemoPeople(world: World): void {
  if (world.people.size > 0) return;
  for (const { first_name, language_code } of PEOPLE) world.addPerson(first_name, language_code);
}
