import { createHash } from 'node:crypto';
import { progressSaid } from '../broadcasts/board-card.ts';
import type { RunId } from '../broadcasts/broadcast.ts';
import { broadcastOf } from '../broadcasts/broadcast.ts';
import { loadBroadcast } from '../broadcasts/broadcast-store.ts';
import { progressOf } from '../broadcasts/ledger.ts';
import { heardOf } from '../broadcasts/load-board.ts';
import type { Urn } from '../channels/channel.ts';
import { loadPerson } from '../people/person-store.ts';
import { commitAsHouse } from '../store/commit-as-house.ts';
import { asking } from '../store/store.ts';
import { inTheirWords } from './news.ts';
import type { House } from './turn.ts';
import { messagesTo } from './turn.ts';

/** So often a card is written over; more would crowd the chat's own pace. */
const EVERY_MS = 3000;

/** Writes over the progress that organisers watch, as long as the sending goes on. */
export async function refreshCards(house: House): Promise<void> {
  const { store, now } = house;
  const round = Math.floor(now() / EVERY_MS);
  for (const [card, held] of Object.entries(await asking(store.redis.hgetall(store.keys.broadcastCards)))) {
    await refresh(card, held, round, house);
  }
}

async function refresh(card: string, held: string, round: number, house: House): Promise<void> {
  const { store, city, now, relay, channels } = house;
  const [run, to] = card.split(' ') as [RunId, Urn]; // written by broadcast-deeds
  const [version = '', ref = '', digest = ''] = held.split(' ');
  const key = store.keys.broadcastCards;
  const commit = (op: string, held_: string | undefined, messages: ReturnType<typeof messagesTo> = []) =>
    commitAsHouse(
      store,
      {
        // By pseudonym: an operation is remembered for longer than a person who is forgotten.
        op: `card:${run}:${store.pseudonym(to)}:${version}:${op}`,
        what: 'progress_shown',
        checks: [{ key, field: card, is: held }],
        writes: [held_ === undefined ? ['HDEL', key, card] : ['HSET', key, card, held_]],
        messages,
      },
      now(),
    );
  const [person, kept, progress] = await Promise.all([
    loadPerson(store, to),
    loadBroadcast(store, broadcastOf(run)),
    progressOf(store, run),
  ]);
  // The message is known by its being the last one, right after it went out; from then on by its name.
  const shownIn = ref || (String(person.version) === version ? person.lastMessage : undefined);
  if (shownIn === undefined && String(person.version) === version) return;
  if (shownIn === undefined || !person.contact || !kept || !progress) {
    await commit('over', undefined);
    return;
  }
  const heard = await heardOf(store, kept.record.id);
  const said = progressSaid(kept.record, { progress, heard, regions: city.regions });
  const shown = createHash('sha256').update(JSON.stringify(said.values)).digest('base64url').slice(0, 8);
  const ended = progress.state === 'ended';
  if (shown === digest && !ended) return;
  const [part] = await inTheirWords([[to, { said }]], house);
  const messages = part ? messagesTo(to, [{ ...part.message, edits: shownIn }], channels) : [];
  const next = ended ? undefined : `${version} ${shownIn} ${shown}`;
  const done = await commit(ended ? 'ended' : String(round), next, messages);
  if (done.type === 'ok') relay.send(done.claimed);
}
