/** Records of this browser, kept over reloads. What the browser does not keep lives as long as the page. */
export type KeptStore<One> = {
  all(): Promise<readonly One[]>;
  put(one: One): Promise<void>;
  remove(id: string): Promise<void>;
  /** False while the browser refuses a change: it goes with the page. */
  keeps(): boolean;
};

/** A browser that does not open its database within this time keeps nothing: Safari 14 may never answer, ms. */
const OPEN_MS = 2000;

/** Opens IndexedDB. Private windows refuse it, a full phone refuses writes, and iOS loses it in the background. */
export async function openKept<One extends { readonly id: string }>(
  database: string,
  name: string,
): Promise<KeptStore<One>> {
  const openInTime = () =>
    Promise.race([openDb(database, name), new Promise<undefined>((done) => setTimeout(done, OPEN_MS))]).catch(
      () => undefined,
    );
  let db = await openInTime();
  let kept: readonly One[] = [];
  /** Changes that the database did not take, by record; undefined: removed. */
  const unkept = new Map<string, One | undefined>();
  /** Runs one request. Rejects if the database refuses it; a lost connection is opened again once. */
  const run = async <T>(mode: IDBTransactionMode, work: (all: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    try {
      return await request(db, name, mode, work);
    } catch {
      db?.close();
      db = db && (await openInTime());
      return request(db, name, mode, work);
    }
  };
  const change = async <T>(id: string, one: One | undefined, work: (all: IDBObjectStore) => IDBRequest<T>) => {
    unkept.set(id, one);
    await run('readwrite', work).then(
      // A later change of the record may have failed meanwhile.
      () => unkept.get(id) === one && unkept.delete(id),
      () => {},
    );
  };
  return {
    async all() {
      kept = await run('readonly', (all) => all.getAll() as IDBRequest<One[]>).catch(() => kept);
      const changed = [...unkept.values()].filter((one) => one !== undefined);
      return [...kept.filter(({ id }) => !unkept.has(id)), ...changed];
    },
    put: (one) => change(one.id, one, (all) => all.put(one)),
    remove: (id) => change(id, undefined, (all) => all.delete(id)),
    keeps: () => db !== undefined && unkept.size === 0,
  };
}

/** Resolves once the transaction is complete: a full phone refuses it after the request. */
function request<T>(
  db: IDBDatabase | undefined,
  name: string,
  mode: IDBTransactionMode,
  work: (all: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  return new Promise((done, fail) => {
    if (!db) return fail();
    const transaction = db.transaction(name, mode);
    const asked = work(transaction.objectStore(name));
    transaction.oncomplete = () => done(asked.result);
    transaction.onabort = fail;
  });
}

function openDb(database: string, name: string): Promise<IDBDatabase> {
  return new Promise((done, fail) => {
    const asked = indexedDB.open(database, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(name, { keyPath: 'id' });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
}
