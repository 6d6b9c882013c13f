import { createHash } from 'node:crypto';
import { eachOrLog } from '../../background/each-or-log.ts';
import type { Job } from '../../background/job.ts';
import type { Urn } from '../../channels/channel.ts';
import type { RenderedNotice } from '../../notify/notify.ts';
import { commitRendered, renderForEach } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import { loadPerson } from '../../people/person-store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { RunId } from '../broadcast.ts';
import { broadcastIdOf } from '../broadcast.ts';
import { loadBroadcast } from '../broadcast-store.ts';
import { loadProgress } from '../sending/ledger.ts';
import { progressMessage } from './board-messages.ts';
import { loadHeardCounts } from './load-board.ts';

const EVERY_MS = 1000;
/** Shortest time between two edits of one card, ms; more edits would use up the chat's own pace. */
const EDIT_EVERY_MS = 3000;

/** Edits the progress cards that organisers watch until their runs end. */
export function progressCardsJob(services: Services): Job {
  const { store, log } = services;
  return {
    name: 'progress-cards',
    every: EVERY_MS,
    runsIn: 'every_process',
    run: async (now) => {
      const round = Math.floor(now / EDIT_EVERY_MS);
      const cards = Object.entries(await orStoreAway(store.redis.hgetall(store.keys.broadcastCards)));
      const work = ([card, stored]: (typeof cards)[number]) => refresh(card, stored, round, services);
      return { cards: await eachOrLog(cards, { log, what: 'editing a progress card', work }) };
    },
  };
}

/** One card: field `<RunId> <Urn>`, value `<person's version> <message> <digest of what it shows>`. */
async function refresh(card: string, stored: string, round: number, services: Services): Promise<void> {
  const { store, city } = services;
  const [run, to] = card.split(' ') as [RunId, Urn]; // written by broadcast-actions
  const [version = '', ref = '', digest = ''] = stored.split(' ');
  const key = store.keys.broadcastCards;
  const update = (op: string, next: string | undefined, notices: readonly RenderedNotice[] = []) =>
    commitRendered(
      {
        // The pseudonym instead of the person: seen operations outlive a forgotten person.
        op: `card:${run}:${store.pseudonym(to)}:${version}:${op}`,
        what: 'progress_shown',
        checks: [{ key, field: card, is: stored }],
        writes: [next === undefined ? ['HDEL', key, card] : ['HSET', key, card, next]],
      },
      notices,
      services,
    );
  const [person, kept, progress] = await Promise.all([
    loadPerson(store, to),
    loadBroadcast(store, broadcastIdOf(run)),
    loadProgress(store, run),
  ]);
  // Until the card's id is recorded, use the person's last message.
  const current = String(person.version) === version;
  const message = ref || (current ? person.lastMessage : undefined);
  if (message === undefined && current) return;
  if (message === undefined || !person.contact || !kept || !progress) {
    await update('over', undefined);
    return;
  }
  const heard = await loadHeardCounts(store, kept.record.id);
  const said = progressMessage(kept.record, { progress, heard, regions: city.regions });
  const shown = createHash('sha256').update(JSON.stringify(said.values)).digest('base64url').slice(0, 8);
  const ended = progress.state === 'ended';
  if (shown === digest && !ended) return;
  const rendered = await renderForEach([{ to, said }], services);
  const edits = rendered.map((notice) => ({ ...notice, message: { ...notice.message, edits: message } }));
  await update(ended ? 'ended' : String(round), ended ? undefined : `${version} ${message} ${shown}`, edits);
}
