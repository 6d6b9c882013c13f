import { randomInt } from 'node:crypto';
import type { Media } from '../../engine/input.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import { StoreAway } from '../../store/connect.ts';
import { loadCheckersOf } from '../draw/checkers.ts';
import type { Marked } from './read-marks.ts';
import type { Visit } from './visit.ts';
import { NO_SHEET } from './visit.ts';
import { handIn, wantPhoto, withoutPersons } from './visit-actions.ts';
import { loadStandardOf } from './visit-card.ts';
import { addMarks, addPhotoTo, isAwaited, isOver, itemsFor, missingPlaces } from './visit-rules.ts';
import { loadVisit } from './visit-store.ts';

/** A whole sheet as a page sends it. Places are those in the checker's list, from 1. */
export type Packet = {
  /** The operation id: a repeat is the same packet. */
  readonly id: string;
  readonly password: string;
  readonly marks: ReadonlyMap<number, Marked>;
  readonly photos: readonly { readonly place: number; readonly photo: Media }[];
};

/** The result of a packet. A refused one changes nothing. */
export type Taken =
  | { readonly type: 'taken'; readonly cases: number; readonly hidden: boolean }
  | { readonly type: 'refused'; readonly why: (typeof PACKET_REFUSALS)[number] };

/**
 * gone: the visit is deleted. over: its last day has passed. sent: the checker has sent this sheet another way.
 * not_yours: the checker withdrew, or checks no more. wait: another checker withdrew, and the next is not yet told. password: another 口令. missing: a place has no mark.
 */
export const PACKET_REFUSALS = ['gone', 'over', 'sent', 'not_yours', 'wait', 'password', 'missing'] as const;

/** Another checker may send at the same moment; the packet is then applied to the newer visit. */
const TRIES = 3;

/** Applies a packet and hands the sheet in, once, by the rules of the chat. Throws StoreAway if the store is full or busy. */
export async function takePacket(packet: Packet, visit: string, code: string, services: Services): Promise<Taken> {
  for (let i = 0; i < TRIES; i += 1) {
    const taken = await tryPacket(packet, visit, code, services);
    if (taken) return taken;
  }
  throw new StoreAway('Other changes came first. Nothing was stored; the page tries again.');
}

/** Undefined if the visit changed meanwhile. */
async function tryPacket(packet: Packet, id: string, code: string, services: Services): Promise<Taken | undefined> {
  const { store, city } = services;
  const now = services.now();
  const kept = await loadVisit(store, id);
  if (!kept) return refused('gone');
  const { record } = kept;
  const sheet = record.sheets[code];
  const { marks, hidden } = withoutPersons(packet);
  if (sheet?.packet === packet.id) return taken(record, code, hidden);
  if (sheet?.sentAt !== undefined) return refused('sent');
  if (isOver(record)) return refused('over');
  if (record.state === 'drawn' && record.checkers.includes(code)) return refused('wait');
  if (!isAwaited(record, code)) return refused('not_yours');
  const [checker] = await loadCheckersOf(store, record, city, [code]);
  if (!checker) return refused('not_yours');
  if (packet.password.replace(/\s/g, '') !== record.password) return refused('password');
  const items = itemsFor(record, code);
  // A place that the list does not have is left out, as in a typed line.
  const own = new Map([...marks].filter(([place]) => place <= items.length));
  let visit = addMarks(record, code, { marks: own });
  const photos = packet.photos.flatMap(({ place, photo }) => {
    const no = items[place - 1];
    return no === undefined ? [] : [{ no, photo }];
  });
  for (const { no, photo } of photos) visit = addPhotoTo(visit, code, no, { photo });
  if (missingPlaces(visit, code).length > 0) return refused('missing');
  const filled = { ...NO_SHEET, ...visit.sheets[code], packet: packet.id };
  visit = { ...visit, sheets: { ...visit.sheets, [code]: filled } };
  const standard = await loadStandardOf(store, record);
  const context = { store, person: checker.urn, city, standard, now, random: randomInt };
  const { change, says } = handIn(kept, visit, code, context);
  const writes = [...change.writes, ...photos.flatMap((one) => wantPhoto(store, record.id, one, now))];
  const deed = { op: `visit-packet:${packet.id}`, what: 'visit_sent', who: checker.pseudonym };
  if (!(await commitAndNotify({ ...deed, checks: change.checks, writes }, [{ to: checker.urn, said: says }], services)))
    return undefined;
  return taken(visit, code, hidden);
}

/** Every failed item has a case, of this sheet or of another one. */
function taken(visit: Visit, code: string, hidden: boolean): Taken {
  const marks = Object.values(visit.sheets[code]?.marks ?? {});
  return { type: 'taken', cases: marks.filter(({ mark }) => mark === 'none').length, hidden };
}

function refused(why: (typeof PACKET_REFUSALS)[number]): Taken {
  return { type: 'refused', why };
}
