import type { City } from '../../city/city.ts';
import type { Words } from '../../engine/steps/text.ts';
import type { Grant } from '../../people/role.ts';
import { grantCovers } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Broadcast, RunId } from '../broadcast.ts';
import { MAY_READ, runIdOf } from '../broadcast.ts';
import { countApprovedLastDay, loadBroadcast, loadBroadcasts } from '../broadcast-store.ts';
import type { BreakGlassState } from '../lifecycle.ts';
import type { Progress } from '../sending/ledger.ts';
import { loadProgress } from '../sending/ledger.ts';
import { countRecipients } from '../sending/recipients.ts';

/** Data of the announcement board of one organiser. */
export type Board = {
  /** The organiser's pseudonym. */
  readonly me: string;
  /** Announcements in the organiser's regions, newest first. */
  readonly all: readonly Kept<Broadcast>[];
  /** Recipients that the chosen draft would reach now; 0 for other states. */
  readonly count: number;
  /** Last run of the chosen announcement, with its progress. */
  readonly run: RunId | undefined;
  readonly progress: Progress | undefined;
  /** Acknowledgements of the chosen announcement by home region. */
  readonly heard: ReadonlyMap<string, number>;
  /** Replies to the chosen announcement, newest first. */
  readonly replies: readonly Words[];
  /** Version of the organiser's person record; a progress card records it plus one. */
  readonly version: number;
  /** Announcements of this organiser approved in the last 24 hours. */
  readonly approvedLastDay: number;
  readonly glass: BreakGlassState;
};
export type BoardFacts = City & Board & { readonly grants: readonly Grant[] };
/** Answers in the board flow: the chosen announcement, the action and its inputs. */
export type BoardAnswers = {
  readonly broadcast?: string | null;
  readonly next?: string | null;
  readonly count?: number | null;
  /** The title and the text of a correction. */
  readonly headline?: Words | null;
  readonly words?: Words | null;
  readonly submits?: boolean | null;
  readonly sure?: boolean | null;
};
/** Input of the board's questions. */
export type BoardContext = { readonly facts: BoardFacts; readonly answers: BoardAnswers; readonly now: number };

/** Input of an action on the chosen announcement. */
export type ActionContext = {
  readonly kept: Kept<Broadcast>;
  readonly answers: BoardAnswers;
  readonly facts: BoardFacts;
  readonly store: Store;
  readonly now: number;
};

/** Announcements in the list. */
const LISTED_MAX = 8;

/** Loads the board; details only for the chosen announcement. */
export async function loadBoard({ store, city, person, position, now }: LoadContext): Promise<Board> {
  const grants = person.contact?.grants ?? [];
  const me = store.pseudonym(person.urn);
  const id = position.answers.broadcast;
  const [byId, found] = await Promise.all([
    typeof id === 'string' ? loadBroadcast(store, id) : undefined,
    loadBroadcasts(store),
  ]);
  const visible = (kept: Kept<Broadcast>) => isWithinReach(kept.record, grants, city);
  const listed = found.filter(visible).slice(0, LISTED_MAX);
  const chosen = byId && visible(byId) ? byId : undefined;
  const all = chosen && !listed.some(({ record }) => record.id === chosen.record.id) ? [...listed, chosen] : listed;
  const run = chosen && lastRun(chosen.record);
  const [count, progress, heard, replies, brokenAt] = await Promise.all([
    chosen?.record.state === 'draft' ? countRecipients(store, chosen.record, city.regions, now) : 0,
    run && loadProgress(store, run),
    chosen ? loadHeardCounts(store, chosen.record.id) : new Map<string, number>(),
    chosen ? loadReplies(store, chosen.record.id) : [],
    orStoreAway(store.redis.zscore(store.keys.broadcastsGlass, me)),
  ]);
  const sentAlone = found.filter(
    ({ record }) => record.by === me && record.kind === 'urgent' && record.approval?.alone,
  );
  const glass = {
    brokenAt: brokenAt === null ? undefined : Number(brokenAt),
    unreviewed: sentAlone.some(({ record }) => record.approval?.reviewed === undefined),
  };
  const approvedLastDay = countApprovedLastDay(found, me, now);
  return { me, version: person.version, all, count, run, progress, heard, replies, approvedLastDay, glass };
}

/** The chosen announcement; undefined if it is not on this organiser's board. */
export function chosenBroadcast({
  facts,
  answers,
}: Pick<BoardContext, 'facts' | 'answers'>): Kept<Broadcast> | undefined {
  return facts.all.find(({ record }) => record.id === answers.broadcast);
}

/** True if one of the grants may read announcements of the broadcast's region. */
export function isWithinReach({ region }: Broadcast, grants: readonly Grant[], { regions }: City): boolean {
  return grants.some((grant) => MAY_READ.includes(grant.role) && grantCovers(grant, region, regions));
}

function lastRun({ id, runs }: Broadcast): RunId | undefined {
  const fired = runs.findLast(({ fate }) => fate === 'fired');
  return fired && runIdOf(id, fired.slot);
}

/** Acknowledgements by home region; `-` stands for an unknown one. */
export async function loadHeardCounts({ redis, keys }: Store, id: string): Promise<ReadonlyMap<string, number>> {
  const [members, sums] = await orStoreAway(
    Promise.all([redis.zrange(keys.broadcastHeard(id), 0, '-1'), redis.hgetall(keys.broadcastKnown(id))]),
  );
  const counted = new Map(Object.entries(sums).map(([region, n]) => [region, Number(n)]));
  for (const region of members.map(afterPseudonym)) counted.set(region, (counted.get(region) ?? 0) + 1);
  return counted;
}

/** Replies loaded, newest first. */
const REPLIES_MAX = 100;

async function loadReplies({ redis, keys }: Store, id: string): Promise<readonly Words[]> {
  const found = await orStoreAway(redis.zrange(keys.broadcastReplies(id), 0, String(REPLIES_MAX - 1), 'REV'));
  return found.map((reply) => JSON.parse(afterPseudonym(reply)) as Words); // written by answer-broadcast-flow
}

function afterPseudonym(member: string): string {
  return member.slice(member.indexOf(' ') + 1);
}
