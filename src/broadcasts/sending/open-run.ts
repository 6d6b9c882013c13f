import type { Urn } from '../../channels/channel.ts';
import type { Log } from '../../log.ts';
import type { Store } from '../../store/store.ts';
import { CHUNK_SIZE, loadChunk, takeOverRun } from './audience.ts';
import type { RenderForContact } from './broadcast-message.ts';
import { outcomeWriter } from './record-outcomes.ts';

/** A run that this process sends: its renderer, its outcome writer and a cache of recipients. */
export type OpenRun = {
  readonly id: string;
  readonly render: RenderForContact;
  readonly record: ReturnType<typeof outcomeWriter>;
  readonly chunks: Map<number, Promise<readonly Urn[]>>;
};

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
  const render = await open(id);
  if (!render) throw new Error(`The run ${id} has no broadcast record to send.`);
  const run = { id, render, record: outcomeWriter({ store, id, log, stopping, fenced }), chunks: new Map() };
  // Loads the first chunk now: a delay at the first batch would send the next ones closer together.
  await recipientAt(0, run, store).catch(() => {});
  return run;
}

/** Cached chunks per run: the current one, and one of an earlier recipient that is retried. */
const CHUNKS_MAX = 2;

/** Returns the recipient at a place; loads its chunk when it is not cached. */
export async function recipientAt(place: number, { id, chunks }: OpenRun, store: Store): Promise<Urn> {
  const number = Math.floor(place / CHUNK_SIZE);
  const chunk = chunks.get(number) ?? loadChunk(store, id, number);
  if (!chunks.has(number)) {
    const [oldest] = chunks.keys();
    if (chunks.size >= CHUNKS_MAX && oldest !== undefined) chunks.delete(oldest);
    chunks.set(number, chunk);
  }
  const urn = (await chunk)[place % CHUNK_SIZE];
  if (urn === undefined) throw new Error(`The run ${id} has no recipient at place ${place}.`);
  return urn;
}
