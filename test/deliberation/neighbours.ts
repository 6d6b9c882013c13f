import { DAY_MS } from '../../src/calendar.ts';
import type { Contact } from '../../src/people/contact.ts';
import { newContact } from '../../src/people/contact.ts';
import { contactFields } from '../../src/people/person-store.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';

export const COMMUNITY = '990101001001';
export const OTHER_COMMUNITY = '990101001002';

/** Phones of residents whose home has been in a community for two months. */
export async function neighbours(
  app: TestApp,
  names: readonly string[],
  how: Partial<Contact> = {},
): Promise<readonly Phone[]> {
  const { world } = app.simulator;
  const { store } = app.running;
  const phones = await Promise.all(names.map((name) => app.phone(name)));
  const since = world.now() - 60 * DAY_MS;
  // No quiet hours, so that the time of the test run does not matter.
  const contact: Contact = {
    ...newContact('zh-CN', since),
    home: COMMUNITY,
    homeSince: since,
    quiet: { from: 0, until: 0 },
    ...how,
  };
  await bulkWrite(
    store,
    phones.flatMap(({ id }) => {
      const person = world.people.get(id);
      if (person) world.changePerson({ ...person, started: true });
      const urn = `telegram:${id}` as const;
      return [
        ['HSET', store.keys.person(urn), 'version', '1', ...Object.entries(contactFields(contact)).flat()] as const,
        ['ZADD', store.keys.persons, 0, urn] as const,
      ];
    }),
  );
  return phones;
}
