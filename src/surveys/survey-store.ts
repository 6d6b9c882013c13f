import type { Urn } from '../channels/channel.ts';
import type { Check, Write } from '../store/commit.ts';
import { readFields } from '../store/read-fields.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { Change, Kept } from '../store/versioned-record.ts';
import { keepRecord } from '../store/versioned-record.ts';
import { nullifierOf } from './ballot/ballot.ts';
import type { Response } from './ballot/response.ts';
import type { Sums } from './estimate/estimate.ts';
import type { Member } from './panel/member.ts';
import type { Questionnaire } from './questionnaire/questionnaire.ts';
import { QUESTIONNAIRES } from './questionnaire/questionnaire.ts';
import type { WaveResults } from './results/results.ts';
import type { LedgerEntry, Wave, WaveId } from './wave/wave.ts';

export async function loadMember({ redis, keys }: Store, urn: Urn): Promise<Kept<Member> | undefined> {
  return keptOf<Member>(await orStoreAway(redis.hmget(keys.surveyMember(urn), 'version', 'record')));
}

export function keepMember({ keys }: Store, urn: Urn, record: Member, before?: Kept<Member>): Change {
  const { checks, writes } = keepRecord(keys.surveyMember(urn), record, before);
  return { checks, writes: [...writes, ['ZADD', keys.surveyMembers, record.since, urn]] };
}

/** Everything that names somebody as one who may be asked goes, and what they answered in waves that are still open. What is closed cannot be found. */
export async function leaveSurveys(store: Store, urn: Urn): Promise<readonly Write[]> {
  const { keys } = store;
  // All that are not over stand in the clock, however many there are.
  const going = await orStoreAway(store.redis.zrange(keys.wavesClock, 0, '-1'));
  const found = (await Promise.all(going.map((id) => loadWave(store, id)))).flatMap((one) => one ?? []);
  const open = found.filter(({ record }) => ['drawing', 'open', 'sealing'].includes(record.state));
  const own = open.map(async ({ record: { id } }): Promise<readonly Write[]> => {
    const secrets = await loadSecrets(store, id);
    return [
      ['HDEL', keys.waveLedger(id), urn],
      // Who draws or counts now begins anew, without them.
      ['HINCRBY', keys.wave(id), 'left', 1],
      ...(secrets ? [['HDEL', keys.waveBallots(id), nullifierOf(secrets.key, urn)] as const] : []),
    ];
  });
  return [['DEL', keys.surveyMember(urn)], ['ZREM', keys.surveyMembers, urn], ...(await Promise.all(own)).flat()];
}

const AT_ONCE = 1000;

/** Somebody who agreed to be asked. */
export type PanelMember = { readonly who: Urn; readonly kept: Kept<Member> };

/** All who agreed to be asked. */
export async function loadMembers(store: Store): Promise<readonly PanelMember[]> {
  const urns = (await orStoreAway(store.redis.zrange(store.keys.surveyMembers, 0, '-1'))) as Urn[]; // written above
  const found: PanelMember[] = [];
  for (let i = 0; i < urns.length; i += AT_ONCE) {
    const some = urns.slice(i, i + AT_ONCE);
    const fields = await readFields(store, some.map(store.keys.surveyMember), ['version', 'record']);
    for (const [k, [version = '', record = '']] of fields.entries()) {
      const kept = keptOf<Member>([version, record]);
      const who = some[k];
      if (kept && who) found.push({ who, kept });
    }
  }
  return found;
}

/** The questionnaires that organisers may choose: those of the product, then what was brought in. */
export async function loadQuestionnaires({ redis, keys }: Store): Promise<readonly Questionnaire[]> {
  const own = Object.values(await orStoreAway(redis.hgetall(keys.questionnaires)));
  return [...QUESTIONNAIRES, ...own.map((text) => JSON.parse(text) as Questionnaire)]; // written when it was brought in
}

/** A wave holds its whole questionnaire, and is read with every answer: what has not changed is not read again. */
const knownWaves = new Map<string, Kept<Wave>>();
const KNOWN_MAX = 1000;

export async function loadWave({ redis, keys }: Store, id: unknown): Promise<Kept<Wave> | undefined> {
  if (typeof id !== 'string' || !/^wave_\w{8}$/.test(id)) return undefined;
  const key = keys.wave(id);
  const known = knownWaves.get(key);
  const [version, state] = await orStoreAway(redis.hmget(key, 'version', 'state'));
  // The state too: in data that were put back a version may come again.
  if (known && version === String(known.version) && state === known.record.state) return known;
  const kept = keptOf<Wave>(await orStoreAway(redis.hmget(key, 'version', 'record')));
  if (knownWaves.size >= KNOWN_MAX) knownWaves.clear();
  if (kept) knownWaves.set(key, kept);
  return kept;
}

/** So many are looked through for a list. */
const LISTED_MAX = 50;
/** A city of many streets opens many; so many are looked through for an earlier one. */
const COMPARED_MAX = 1000;

/** The newest, newest first. */
export async function loadWaves(store: Store, most = LISTED_MAX): Promise<readonly Kept<Wave>[]> {
  const ids = await orStoreAway(store.redis.zrange(store.keys.waves, 0, String(most - 1), 'REV'));
  return (await Promise.all(ids.map((id) => loadWave(store, id)))).flatMap((one) => one ?? []);
}

export function keepWave({ keys }: Store, record: Wave, due: number | undefined, before?: Kept<Wave>): Change {
  const { id, state, openedAt } = record;
  const { checks, writes } = keepRecord(keys.wave(id), record, before);
  return {
    checks,
    writes: [
      ...writes,
      ['HSET', keys.wave(id), 'state', state],
      ['ZADD', keys.waves, openedAt, id],
      due === undefined ? ['ZREM', keys.wavesClock, id] : ['ZADD', keys.wavesClock, due, id],
    ],
  };
}

/** Nobody has left since this was asked: who is being drawn or counted is still there. */
export async function asManyLeft({ redis, keys }: Store, id: string): Promise<Check> {
  const key = keys.wave(id);
  return { key, field: 'left', is: (await orStoreAway(redis.hget(key, 'left'))) ?? '' };
}

/** Still open: nobody's answer may arrive after the counting began. */
export function whileOpen({ keys }: Store, id: string): Check {
  return { key: keys.wave(id), field: 'state', is: 'open' };
}

export type Secrets = { readonly key: string; readonly seed: string };

/** What a wave is sealed and drawn with; undefined once it is closed. */
export async function loadSecrets(store: Store, id: string): Promise<Secrets | undefined> {
  const [key, seed] = await orStoreAway(store.redis.hmget(store.keys.waveSecrets(id), 'key', 'seed'));
  if (!key || !seed) return undefined;
  const open = { key: store.unseal(key, `${id} key`), seed: store.unseal(seed, `${id} seed`) };
  if (open.key === undefined || open.seed === undefined) throw new Error(`${id} was sealed with another DATA_KEY.`);
  return { key: open.key, seed: open.seed };
}

export function keepSecrets(store: Store, id: string, { key, seed }: Secrets): Write {
  const sealed = ['key', store.seal(key, `${id} key`), 'seed', store.seal(seed, `${id} seed`)];
  return ['HSET', store.keys.waveSecrets(id), ...sealed];
}

export async function loadEntry({ redis, keys }: Store, id: string, urn: Urn): Promise<LedgerEntry | undefined> {
  const entry = await orStoreAway(redis.hget(keys.waveLedger(id), urn));
  return entry ? (JSON.parse(entry) as LedgerEntry) : undefined; // written by entryWrites
}

export async function loadLedger({ redis, keys }: Store, id: string): Promise<ReadonlyMap<Urn, LedgerEntry>> {
  const all = await orStoreAway(redis.hgetall(keys.waveLedger(id)));
  return new Map(Object.entries(all).map(([urn, entry]) => [urn as Urn, JSON.parse(entry) as LedgerEntry])); // written by entryWrites
}

/** A step of somebody in the ledger; it must still stand where it was. */
export function keepEntry({ keys }: Store, id: string, urn: Urn, entry: LedgerEntry, before: LedgerEntry): Change {
  const key = keys.waveLedger(id);
  return {
    checks: [{ key, field: urn, is: JSON.stringify(before) }],
    writes: [['HSET', key, urn, JSON.stringify(entry)]],
  };
}

export async function loadResponses({ redis, keys }: Store, id: string): Promise<readonly Response[]> {
  const text = await orStoreAway(redis.get(keys.waveResponses(id)));
  return text ? (JSON.parse(text) as Response[]) : []; // written at the close
}

/** What an earlier wave is compared by: sums of each indicator in each region, which are shown to nobody as they are. */
export type KeptSums = {
  readonly raked: boolean;
  readonly sums: Readonly<Record<string, Readonly<Record<string, Sums>>>>;
};

export async function loadSums({ redis, keys }: Store, id: string): Promise<KeptSums | undefined> {
  const text = await orStoreAway(redis.get(keys.waveSums(id)));
  return text ? (JSON.parse(text) as KeptSums) : undefined; // written at the close
}

export async function loadResults({ redis, keys }: Store, id: string): Promise<WaveResults | undefined> {
  const text = await orStoreAway(redis.get(keys.waveResults(id)));
  return text ? (JSON.parse(text) as WaveResults) : undefined; // written at the close
}

/** Waves that asked the same of the same region before and are closed, the newest first. */
export async function wavesBefore(
  store: Store,
  { id, region, openedAt, questionnaire }: Wave,
): Promise<readonly Wave[]> {
  const all = (await loadWaves(store, COMPARED_MAX)).map(({ record }) => record);
  return all.filter(
    (one) =>
      one.id !== id &&
      one.region === region &&
      one.openedAt < openedAt &&
      one.questionnaire.key === questionnaire.key &&
      (one.state === 'closed' || one.state === 'published'),
  );
}

export async function resultsBefore(store: Store, wave: Wave): Promise<WaveResults | undefined> {
  const [before] = await wavesBefore(store, wave);
  return before && loadResults(store, before.id);
}

export function waveNews({ keys }: Store, id: WaveId, what: string, now: number): Write {
  return ['ZADD', keys.wavesNews, now, `${id} ${what}`];
}

function keptOf<T>([version, record]: readonly (string | null | undefined)[]): Kept<T> | undefined {
  return record ? { version: Number(version), record: JSON.parse(record) as T } : undefined; // written by a keep…
}
