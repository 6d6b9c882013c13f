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

/** The acts of this browser, kept over reloads. Where the browser keeps nothing, they live as long as the page. */
export type ActStore = {
  all(): Promise<readonly Act[]>;
  put(act: Act): Promise<void>;
  remove(id: string): Promise<void>;
  clear(): Promise<void>;
};

/** Opens IndexedDB; private windows of some browsers refuse it. */
export async function openActs(): Promise<ActStore> {
  const db = await openDb().catch(() => undefined);
  const own = new Map<string, Act>();
  const inMemory: ActStore = {
    all: async () => [...own.values()],
    put: async (act) => void own.set(act.id, act),
    remove: async (id) => void own.delete(id),
    clear: async () => own.clear(),
  };
  if (!db) return inMemory;
  const run = <T>(mode: IDBTransactionMode, work: (acts: IDBObjectStore) => IDBRequest<T>): Promise<T> =>
    new Promise((done, fail) => {
      const request = work(db.transaction('acts', mode).objectStore('acts'));
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });
  return {
    async all() {
      const acts = ((await run('readonly', (store) => store.getAll())) as Act[]).sort((a, b) => a.at - b.at);
      for (const old of acts.splice(0, Math.max(0, acts.length - KEPT_MAX)))
        await run('readwrite', (s) => s.delete(old.id));
      return acts;
    },
    put: async (act) => void (await run('readwrite', (store) => store.put(act))),
    remove: async (id) => void (await run('readwrite', (store) => store.delete(id))),
    clear: async () => void (await run('readwrite', (store) => store.clear())),
  };
}

function openDb(): Promise<IDBDatabase> {
  return new Promise((done, fail) => {
    const request = indexedDB.open('anlin-chat', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('acts', { keyPath: 'id' });
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}
