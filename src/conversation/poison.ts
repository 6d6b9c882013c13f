import type { Inbound } from '../channels/channel.ts';
import { toOutbox } from '../notify/notify.ts';
import type { Services } from '../notify/services.ts';
import { readVersion } from '../people/person-store.ts';
import { commit } from '../store/commit.ts';
import { commitAsSystem } from '../store/commit-as-system.ts';
import { StoreAway } from '../store/connect.ts';
import { menuOf } from './render-question.ts';

/** An update that fails this often while the store is up is set aside, so that later updates can pass. */
const POISON_TRIES = 3;

/** Failures per update id in this process. */
const failures = new Map<string, number>();

/** Counts a failure; true once the update counts as poison. */
export function isPoison({ id }: Inbound): boolean {
  const times = (failures.get(id) ?? 0) + 1;
  failures.set(id, times);
  return times >= POISON_TRIES;
}

/** Forgets the failures of an update that was handled. */
export function succeeded({ id }: Inbound): void {
  failures.delete(id);
}

/** Marks the update as seen and apologises. Reads no record of the person: that may be what fails. */
export async function setAside(inbound: Inbound, services: Services): Promise<void> {
  const { store, wording, relay, now } = services;
  const person = inbound.from;
  const read = await readVersion(store, store.keys.person(person));
  const say = wording.in(wording.languageFor(inbound.language));
  const apology = { text: say('common:sorry'), menu: menuOf({ say, roles: [] }) };
  const messages = toOutbox(person, [apology], services);
  if ('fault' in read) {
    // A commit for this person would fail too. `verify` names the record.
    const change = { op: `aside:${inbound.id}`, what: 'damaged_record_set_aside', checks: [], writes: [], messages };
    const aside = await commitAsSystem(store, change, now());
    if (aside.type === 'ok') relay.send(aside.claimed);
    return;
  }
  const { version } = read;
  const audit = [{ what: 'update_set_aside', who: store.pseudonym(person) }];
  const nothing = { fields: {}, checks: [], writes: [] };
  const done = await commit(store, { op: inbound.id, person, version, ...nothing, messages, audit }, now());
  if (done.type === 'conflict' || done.type === 'limit') throw new StoreAway(`Setting aside met a ${done.type}.`);
  relay.send(done.claimed);
}
