import { premisesScope } from '../city/series.ts';
import type { Contact } from '../people/contact.ts';
import { newContact } from '../people/contact.ts';
import { linkWrites } from '../people/link/addresses.ts';
import { contactFields, loadContacts } from '../people/person-store.ts';
import type { Grant, Role } from '../people/role.ts';
import { addToStaff, EVERYWHERE, rolesOf } from '../people/role.ts';
import { bulkWrite } from '../store/bulk-write.ts';
import type { Write } from '../store/commit.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { World } from './simulator/world.ts';

type DemoPerson = {
  readonly first_name: string;
  readonly language_code: string;
  readonly roles?: readonly Role[];
  /** The region of the roles; without it, the whole city. */
  readonly scope?: string;
  /** The premises whose contact the person is. */
  readonly contactOf?: string;
};

/** The street of two organisers who see cases of other streets again. An organiser of the whole city may not. */
export const REREADING_STREET = '990101002000';

/** People on a new phones page: residents, one of whom reads English, and organisers of each role in a case. */
const PEOPLE: readonly DemoPerson[] = [
  { first_name: '周阿姨', language_code: 'zh-hans' },
  { first_name: '小陈', language_code: 'zh-hans' },
  { first_name: 'Emma', language_code: 'en' },
  { first_name: '受理员老吴', language_code: 'zh-hans', roles: ['dispatcher'] },
  { first_name: '经办王工', language_code: 'zh-hans', roles: ['unit_staff'], contactOf: 'jinxiu_garden' },
  { first_name: '网格员小林', language_code: 'zh-hans', roles: ['grid_worker'] },
  // A check of premises needs two.
  { first_name: '网格员小高', language_code: 'zh-hans', roles: ['grid_worker'] },
  { first_name: '负责人陈主任', language_code: 'zh-hans', roles: ['lead', 'office'] },
  { first_name: '平安办老郑', language_code: 'zh-hans', roles: ['office'] },
  { first_name: '审计老孙', language_code: 'zh-hans', roles: ['auditor'] },
  { first_name: '柳湾受理员小苏', language_code: 'zh-hans', roles: ['dispatcher'], scope: REREADING_STREET },
  { first_name: '柳湾网格员老何', language_code: 'zh-hans', roles: ['grid_worker'], scope: REREADING_STREET },
];

/** The person with the demo's WeChat phone. */
export const WECHAT_PERSON = '周阿姨';

/** The member with the demo's WeCom phone: an organiser of above, joined to the Telegram phone. */
export const WECOM_MEMBER = { name: '受理员老吴', userid: 'laowu' } as const;
const WECOM_ADDRESS = `wecom:${WECOM_MEMBER.userid}` as const;

/** Adds the demo's people to an empty simulator. */
export function addDemoPeople(world: World): void {
  if (world.people.size > 0) return;
  for (const { first_name, language_code } of PEOPLE) world.addPerson(first_name, language_code);
}

/** Lists the people of the phones page who hold a role now. */
export async function demoOrganisers(store: Store, { people }: World) {
  const known = [...people.values()].map(({ id, first_name: name }) => ({ urn: `telegram:${id}` as const, name }));
  const found = await loadContacts(
    store,
    known.map(({ urn }) => urn),
  );
  return known
    .map((one, i) => ({ ...one, roles: rolesOf(found[i]?.contact?.grants ?? []) }))
    .filter(({ roles }) => roles.length > 0);
}

/** Grants the demo's organisers their roles. Existing contacts keep theirs. */
export async function giveDemoRoles(store: Store, world: World, now: number): Promise<void> {
  const writes: Write[] = [];
  for (const person of [...world.people.values()]) {
    const { id, first_name } = person;
    const demoPerson = PEOPLE.find((one) => one.first_name === first_name);
    const roles = demoPerson?.roles ?? [];
    const urn = `telegram:${id}` as const;
    if (roles.length === 0) continue;
    // Without this, the bot could not send an organiser the first message.
    if (!person.started) world.changePerson({ ...person, started: true });
    if (await orStoreAway(store.redis.exists(store.keys.person(urn)))) continue;
    const own = demoPerson?.contactOf;
    const grants = [
      ...roles.map((role): Grant => ({ role, scope: demoPerson?.scope ?? EVERYWHERE, since: now })),
      ...(own ? [{ role: 'unit_staff', scope: premisesScope(own), since: now } as const] : []),
    ];
    const alone: Contact = { ...newContact('zh-CN', now), grants };
    const member = first_name === WECOM_MEMBER.name ? WECOM_ADDRESS : undefined;
    const contact = member ? { ...alone, addresses: [{ urn: member, since: now }] } : alone;
    if (member) writes.push(...linkWrites(store, { urn: member, version: 0, contact: undefined }, urn));
    writes.push(['HSET', store.keys.person(urn), 'version', '1', ...Object.entries(contactFields(contact)).flat()]);
    writes.push(...grants.flatMap((grant) => addToStaff(store, urn, grant)));
  }
  await bulkWrite(store, writes);
}
