/** An act of the person: first in the queue, then part of the chat. Photos and recordings lie in it until they are sent. */
export type Act = {
  readonly id: string;
  readonly at: number; // ms since the epoch
  /** The last entry of the bot when the person acted. */
  readonly after: number;
  readonly kind: 'start' | 'text' | 'choice' | 'location' | 'photo' | 'voice';
  readonly fields: Readonly<Record<string, string | number>>;
  readonly blob?: Blob;
  readonly state: 'waiting' | 'sent' | 'failed';
  readonly why?: string;
};

const KEPT_MAX = 200;

/** The acts of this browser, kept over reloads. What the browser does not keep lives as long as the page. */
export type ActStore = {
  all(): Promise<readonly Act[]>;
  put(act: Act): Promise<void>;
  remove(id: string): Promise<void>;
};

/** A browser that does not open its database within this time keeps nothing: Safari 14 may never answer, ms. */
const OPEN_MS = 2000;

/** Opens IndexedDB. Private windows refuse it, a full phone refuses writes, and iOS loses it in the background. */
export async function openActs(): Promise<ActStore> {
  const openInTime = () =>
    Promise.race([openDb(), new Promise<undefined>((done) => setTimeout(done, OPEN_MS))]).catch(() => undefined);
  let db = await openInTime();
  let kept: readonly Act[] = [];
  /** Changes that the database did not take, by act; undefined: removed. */
  const unkept = new Map<string, Act | undefined>();
  /** Runs one request. Rejects if the database refuses it; a lost connection is opened again once. */
  const run = async <T>(mode: IDBTransactionMode, work: (acts: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    try {
      return await request(db, mode, work);
    } catch {
      db?.close();
      db = db && (await openInTime());
      return request(db, mode, work);
    }
  };
  const change = async <T>(id: string, act: Act | undefined, work: (acts: IDBObjectStore) => IDBRequest<T>) => {
    unkept.set(id, act);
    await run('readwrite', work).then(
      () => unkept.delete(id),
      () => {},
    );
  };
  const store: ActStore = {
    async all() {
      kept = await run('readonly', (acts) => acts.getAll() as IDBRequest<Act[]>).catch(() => kept);
      const changed = [...unkept.values()].filter((act) => act !== undefined);
      const acts = [...kept.filter(({ id }) => !unkept.has(id)), ...changed].sort((a, b) => a.at - b.at);
      for (const { id } of acts.splice(0, Math.max(0, acts.length - KEPT_MAX))) await store.remove(id);
      return acts;
    },
    put: (act) => change(act.id, act, (acts) => acts.put(act)),
    remove: (id) => change(id, undefined, (acts) => acts.delete(id)),
  };
  return store;
}

/** Resolves once the transaction is complete: a full phone refuses it after the request. */
function request<T>(
  db: IDBDatabase | undefined,
  mode: IDBTransactionMode,
  work: (acts: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  return new Promise((done, fail) => {
    if (!db) return fail();
    const transaction = db.transaction('acts', mode);
    const asked = work(transaction.objectStore('acts'));
    transaction.oncomplete = () => done(asked.result);
    transaction.onabort = fail;
  });
}

function openDb(): Promise<IDBDatabase> {
  return new Promise((done, fail) => {
    const asked = indexedDB.open('anlin-chat', 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore('acts', { keyPath: 'id' });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
}
