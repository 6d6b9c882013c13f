import type { Urn } from '../../channels/channel.ts';
import type { Reachable } from '../../people/person-store.ts';
import { loadContacts, readReachable } from '../../people/person-store.ts';
import { sendingKeys } from '../../store/script-inputs.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { OpenRun } from './open-run.ts';
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
  const asked = urns.length || room;
  const persons = urns.map((urn) => keys.person(urn));
  const prefix = urns[0] === undefined ? 0 : Buffer.byteLength(keys.person(urns[0])) - Buffer.byteLength(urns[0]);
  const all = [...sendingKeys(keys, run.id), ...persons];
  const [state, wait, places = [], fields = []] = await orStoreAway(
    redis.anlinClaimRecipients(all.length, ...all, process, run.id, asked, pace, first, prefix),
  );
  run.most = places.length === asked ? Math.min(2 * run.most, MOST) : Math.max(1, 2 * places.length);
  const read = urns.slice(0, fields.length / FIELDS).map((to, i): Recipient => {
    const [text = '', sum = '', gone = '', clock = ''] = fields.slice(i * FIELDS, (i + 1) * FIELDS);
    return {
      place: first + i,
      to,
      known: readReachable(store, persons[i] ?? '', text, sum, gone),
      clock: Number(clock),
    };
  });
  const others = places.filter((place) => place < first || place >= first + read.length);
  run.next = Math.max(first, ...places.map((place) => place + 1));
  return { state, wait: Number(wait ?? 0), recipients: [...(await loadRecipients(others, run, store)), ...read] };
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
