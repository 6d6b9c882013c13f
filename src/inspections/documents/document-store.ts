import type { Change } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { PremisesDocument } from './document.ts';
import { documentDue } from './document.ts';

/** Loads the documents of premises, the first to end first. */
export async function loadDocuments({ redis, keys }: Store, premises: string): Promise<readonly PremisesDocument[]> {
  const all = await orStoreAway(redis.hvals(keys.documents(premises)));
  return all.map((text) => JSON.parse(text) as PremisesDocument).toSorted((a, b) => a.until - b.until); // written by keepDocument
}

/** Loads the documents that the clock has to look at. */
export async function loadDueDocuments(store: Store, now: number): Promise<readonly PremisesDocument[]> {
  const { redis, keys } = store;
  const due = await orStoreAway(redis.zrange(keys.documentsClock, '-inf', String(now), 'BYSCORE'));
  const entries = due.map((member) => member.split(' '));
  const premises = [...new Set(entries.map(([id = '']) => id))];
  const documents = (await Promise.all(premises.map((id) => loadDocuments(store, id)))).flat();
  return documents.filter(({ id }) => entries.some(([, one]) => one === id));
}

/** Keeps a document; the commit conflicts if it changed since `before`. */
export function keepDocument({ keys }: Store, document: PremisesDocument, before?: PremisesDocument): Change {
  const { id, premises } = document;
  const key = keys.documents(premises);
  return {
    checks: [{ key, field: id, is: before ? JSON.stringify(before) : '' }],
    writes: [
      ['HSET', key, id, JSON.stringify(document)],
      ['ZADD', keys.documentsClock, documentDue(document), `${premises} ${id}`],
    ],
  };
}

/** Removes a document. */
export function removeDocument({ keys }: Store, document: PremisesDocument): Change {
  const { id, premises } = document;
  const key = keys.documents(premises);
  return {
    checks: [{ key, field: id, is: JSON.stringify(document) }],
    writes: [
      ['HDEL', key, id],
      ['ZREM', keys.documentsClock, `${premises} ${id}`],
    ],
  };
}
