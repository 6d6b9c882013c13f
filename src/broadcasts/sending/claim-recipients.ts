import type { Urn } from '../../channels/channel.ts';
import { schemeOf } from '../../channels/channel.ts';
import type { Reachable } from '../../people/person-store.ts';
import { loadContacts, readReachable } from '../../people/person-store.ts';
import { sendingKeys } from '../../store/scripts/script-inputs.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { DueRetry, OpenRun } from './open-run.ts';
import { nextRecipients, recipientAt } from './open-run.ts';

/** A claimed recipient as stored at the moment of the claim. `clock`: the chat's pace clock (ms). */
export type Recipient = { readonly place: number; readonly to: Urn; readonly known: Reachable; readonly clock: number };
/** The run's state, the wait until the next claim (ms), and the claimed recipients. */
type Claim = { readonly state: string; readonly wait: number; readonly recipients: readonly Recipient[] };

/** Fields of one recipient in the script's answer. */
const FIELDS = 4;
/** Recipients claimed with one script call. */
const MOST = 100;

/** Claims recipients within the pace. The same script call reads those whose places are known before it. */
export async function claimRecipients(run: OpenRun, room: number, store: Store): Promise<Claim> {
  const { redis, keys, process, pace } = store;
  const first = run.next;
  const urns = await nextRecipients(room, run, store);
  const asked = Math.min(room, urns.length + run.due.length) || room;
  const persons = urns.map((urn) => keys.person(urn));
  const prefix = urns[0] === undefined ? 0 : Buffer.byteLength(keys.person(urns[0])) - Buffer.byteLength(urns[0]);
  const all = [...sendingKeys(keys, run.id), ...persons];
  const retries = run.due.map(({ place, scheme }) => `${place} ${scheme}`).join();
  const [state, wait, places = [], fields = [], due = [], cursor = first] = await orStoreAway(
    redis.anlinClaimRecipients(all.length, ...all, process, run.id, room, pace, first, prefix, retries),
  );
  run.most = places.length >= asked ? Math.min(2 * run.most, MOST) : Math.max(1, 2 * places.length);
  const read = places.slice(places.length - fields.length / FIELDS).map((place, i): Recipient => {
    const [text = '', sum = '', gone = '', clock = ''] = fields.slice(i * FIELDS, (i + 1) * FIELDS);
    const to = urns[place - first] ?? ':';
    return { place, to, known: readReachable(store, keys.person(to), text, sum, gone), clock: Number(clock) };
  });
  run.next = cursor;
  run.due = await dueRetries(due.map(Number), run, store);
  // A place without a recipient would be asked for again and again.
  if (state === 'sending' && wait === '0' && places.length + due.length === 0 && cursor === first)
    await recipientAt(first, run, store);
  const others = places.slice(0, places.length - read.length);
  return { state, wait: Number(wait ?? 0), recipients: [...(await loadRecipients(others, run, store)), ...read] };
}

/** Names the channels of retries: the script sees only their places. */
async function dueRetries(places: readonly number[], run: OpenRun, store: Store): Promise<readonly DueRetry[]> {
  if (places.length === 0) return [];
  const urns = await Promise.all(places.map((place) => recipientAt(place, run, store)));
  const found = await loadContacts(store, urns);
  return places.map((place, i) => ({ place, scheme: schemeOf(found[i]?.contact?.speaks ?? urns[i] ?? ':') }));
}

/** Loads recipients that were claimed unread: retries, and the first ones of a run that was taken over. */
async function loadRecipients(places: readonly number[], run: OpenRun, store: Store): Promise<readonly Recipient[]> {
  if (places.length === 0) return [];
  const urns = await Promise.all(places.map((place) => recipientAt(place, run, store)));
  const [found, clocks] = await Promise.all([
    loadContacts(store, urns),
    orStoreAway(store.redis.hmget(store.keys.pace, ...urns)),
  ]);
  return places.map((place, i) => ({
    place,
    to: urns[i] ?? ':',
    known: found[i] ?? { contact: undefined, gone: false },
    clock: Number(clocks[i] ?? 0),
  }));
}
