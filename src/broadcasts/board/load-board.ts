import type { City } from '../../city/city.ts';
import type { Words } from '../../engine/steps/text.ts';
import type { Grant } from '../../people/role.ts';
import { reaches } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Broadcast, RunId } from '../broadcast.ts';
import { MAY_ANNOUNCE, runOf } from '../broadcast.ts';
import type { KeptBroadcast } from '../broadcast-store.ts';
import { loadBroadcast, loadBroadcasts, madeLately } from '../broadcast-store.ts';
import type { Glass } from '../lifecycle.ts';
import type { Progress } from '../sending/ledger.ts';
import { progressOf } from '../sending/ledger.ts';
import { countRecipients } from '../sending/recipients.ts';

/** What an organiser's look at announcements needs from the store. */
export type Board = {
  readonly me: string;
  /** Those of the organiser's ground, the newest first. */
  readonly all: readonly KeptBroadcast[];
  /** Of the one that was chosen: how many it would reach now, how its last sending stands, who has heard of it. */
  readonly count: number;
  readonly run: RunId | undefined;
  readonly progress: Progress | undefined;
  readonly heard: ReadonlyMap<string, number>;
  /** What people said to it, the newest first. */
  readonly replies: readonly Words[];
  /** Which state of the organiser this is: the next one begins with what is shown now. */
  readonly version: number;
  /** How many this organiser sent lately, and when the glass was last broken. */
  readonly made: number;
  readonly glass: Glass;
};
export type BoardFacts = City & Board & { readonly grants: readonly Grant[] };
/** Where an organiser stands: which announcement, and what is to be done with it. */
export type BoardAnswers = {
  readonly broadcast?: string | null;
  readonly next?: string | null;
  readonly count?: number | null;
  readonly words?: Words | null;
  readonly sure?: boolean | null;
};
export type BoardContext = { readonly facts: BoardFacts; readonly answers: BoardAnswers; readonly now: number };

/** So many stand in the list. */
const LISTED_MAX = 8;

export async function loadBoard({ store, city, person, position, now }: LoadContext): Promise<Board> {
  const grants = person.contact?.grants ?? [];
  const me = store.pseudonym(person.urn);
  const id = position.answers.broadcast;
  const [asked, found] = await Promise.all([
    typeof id === 'string' ? loadBroadcast(store, id) : undefined,
    loadBroadcasts(store),
  ]);
  const mine = (kept: KeptBroadcast) => isWithinReach(kept.record, grants, city);
  const listed = found.filter(mine).slice(0, LISTED_MAX);
  const chosen = asked && mine(asked) ? asked : undefined;
  const all = chosen && !listed.some(({ record }) => record.id === chosen.record.id) ? [...listed, chosen] : listed;
  const run = chosen && lastRun(chosen.record);
  const [count, progress, heard, replies, broken] = await Promise.all([
    chosen?.record.state === 'draft' ? countRecipients(store, chosen.record, city.regions, now) : 0,
    run && progressOf(store, run),
    chosen ? heardOf(store, chosen.record.id) : new Map<string, number>(),
    chosen ? repliesTo(store, chosen.record.id) : [],
    orStoreAway(store.redis.zscore(store.keys.broadcastsGlass, me)),
  ]);
  const alone = found.filter(({ record }) => record.by === me && record.kind === 'urgent' && record.approval?.alone);
  const glass = {
    brokenAt: broken === null ? undefined : Number(broken),
    unreviewed: alone.some(({ record }) => record.approval?.reviewed === undefined),
  };
  const { version } = person;
  return { me, version, all, count, run, progress, heard, replies, made: madeLately(found, me, now), glass };
}

/** The announcement that an organiser has chosen. */
export function chosenBroadcast({
  facts,
  answers,
}: Pick<BoardContext, 'facts' | 'answers'>): KeptBroadcast | undefined {
  return facts.all.find(({ record }) => record.id === answers.broadcast);
}

/** Who may announce for a ground, or looks after it, sees what is announced there. */
export function isWithinReach({ region }: Broadcast, grants: readonly Grant[], { regions }: City): boolean {
  return grants.some((grant) => MAY_ANNOUNCE.includes(grant.role) && reaches(grant, region, regions));
}

function lastRun({ id, runs }: Broadcast): RunId | undefined {
  const fired = runs.findLast(({ fate }) => fate === 'fired');
  return fired && runOf(id, fired.slot);
}

/** How many said that they know, by the region they live in; - for those who did not say where. */
export async function heardOf({ redis, keys }: Store, id: string): Promise<ReadonlyMap<string, number>> {
  const [marks, before] = await orStoreAway(
    Promise.all([redis.zrange(keys.broadcastHeard(id), 0, '-1'), redis.hgetall(keys.broadcastKnown(id))]),
  );
  const counted = new Map(Object.entries(before).map(([region, n]) => [region, Number(n)]));
  for (const region of marks.map(behindMark)) counted.set(region, (counted.get(region) ?? 0) + 1);
  return counted;
}

/** So many are read at once; the newest say most. */
const REPLIES_MAX = 100;

async function repliesTo({ redis, keys }: Store, id: string): Promise<readonly Words[]> {
  const found = await orStoreAway(redis.zrange(keys.broadcastReplies(id), 0, String(REPLIES_MAX - 1), 'REV'));
  return found.map((reply) => JSON.parse(behindMark(reply)) as Words); // written by answer-broadcast-flow
}

function behindMark(member: string): string {
  return member.slice(member.indexOf(' ') + 1);
}
