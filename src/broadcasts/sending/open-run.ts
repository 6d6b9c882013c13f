import type { Urn } from '../../channels/channel.ts';
import type { Log } from '../../log.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { CHUNK_SIZE, loadChunk, takeOverRun } from './audience.ts';
import type { RenderForContact } from './broadcast-message.ts';
import { outcomeWriter } from './record-outcomes.ts';

/** A run that this process sends: its renderer, its outcome writer and a cache of recipients. */
export type OpenRun = {
  readonly id: string;
  /** All addresses of a person get it. */
  readonly urgent: boolean;
  readonly render: RenderForContact;
  readonly outcomes: ReturnType<typeof outcomeWriter>;
  readonly chunks: Map<number, Promise<readonly Urn[]>>;
  /** The place after the last claimed one, as far as this process knows. */
  next: number;
  /** Retries that were due at the last turn. */
  due: readonly DueRetry[];
  /** Recipients to ask for in the next turn: twice as many as the pace allowed in the last one. */
  most: number;
};

/** A retry that is due, and the channel whose pace it follows. */
export type DueRetry = { readonly place: number; readonly scheme: string };

type RunSettings = {
  readonly store: Store;
  readonly log: Log;
  /** Loads the renderer of a run; undefined if its broadcast does not exist. */
  readonly open: (id: string) => Promise<RenderForContact | undefined>;
  readonly stopping: () => boolean;
  /** Called when this process lost the lease for a moment and an outcome was dropped. */
  readonly fenced: () => void;
};

/** Takes a run over and opens it for sending; undefined if this process has lost the lease. */
export async function openRun(
  id: string,
  { store, log, open, stopping, fenced }: RunSettings,
): Promise<OpenRun | undefined> {
  const inFlight = await takeOverRun(store, id);
  if (inFlight === undefined) return undefined;
  if (inFlight > 0) log.warn({ broadcast: id, recipients: inFlight }, 'a run was taken over with calls in flight');
  const [render, kind] = await Promise.all([
    open(id),
    orStoreAway(store.redis.hget(store.keys.broadcastRun(id), 'kind')),
  ]);
  if (!render) throw new Error(`The run ${id} has no broadcast record to send.`);
  const outcomes = outcomeWriter({ store, id, log, stopping, fenced });
  const run: OpenRun = {
    id,
    urgent: kind === 'urgent',
    render,
    outcomes,
    chunks: new Map(),
    next: 0,
    due: [],
    most: FIRST_TURN,
  };
  // Loads the first chunk now: a delay at the first batch would send the next ones closer together.
  await chunkAt(0, run, store).catch(() => {});
  return run;
}

/** Recipients asked for in the first turn. */
const FIRST_TURN = 25;
/** Cached chunks per run: the current one, the next one, and one of an earlier recipient that is retried. */
const CHUNKS_MAX = 3;

/** Returns the recipient at a place; loads its chunk when it is not cached. */
export async function recipientAt(place: number, run: OpenRun, store: Store): Promise<Urn> {
  const urn = (await chunkAt(place, run, store))[place % CHUNK_SIZE];
  if (urn === undefined) throw new Error(`The run ${run.id} has no recipient at place ${place}.`);
  return urn;
}

/** Returns recipients from the next place on: at most this many, fewer at the end of a chunk. */
export async function nextRecipients(most: number, run: OpenRun, store: Store): Promise<readonly Urn[]> {
  const at = run.next % CHUNK_SIZE;
  const urns = (await chunkAt(run.next, run, store)).slice(at, at + most);
  // The next chunk is loaded while this one is sent.
  if (at >= CHUNK_SIZE / 2) chunkAt(run.next + CHUNK_SIZE, run, store).catch(() => {});
  return urns;
}

function chunkAt(place: number, { id, chunks }: OpenRun, store: Store): Promise<readonly Urn[]> {
  const number = Math.floor(place / CHUNK_SIZE);
  const chunk = chunks.get(number) ?? loadChunk(store, id, number);
  if (!chunks.has(number)) {
    const [oldest] = chunks.keys();
    if (chunks.size >= CHUNKS_MAX && oldest !== undefined) chunks.delete(oldest);
    chunks.set(number, chunk);
    const forget = () => chunks.delete(number);
    // A chunk that could not be loaded, or does not exist yet, is asked for again.
    chunk.then((urns) => urns.length > 0 || forget(), forget);
  }
  return chunk;
}
