import type { Keys } from '../keys.ts';
import type { Store } from '../store.ts';
import { parseChecked } from './checksum.ts';
import type { InvariantCheck, ListedMember } from './invariants.ts';
import { inParts, listedMembers, readAtomically, scanKeys } from './invariants.ts';

/** A member of a sorted set. */
export type ListEntry = { readonly list: string; readonly member: string };
/** A command that reads, and the name under which its answer is given. */
export type Reads = Readonly<Record<string, readonly string[]>>;

/** A kind of records: where they lie, the lists that name them, and what else must hold. */
export type RecordKind<T> = {
  /** Beginning of the ids, `visit`: an id is `visit_` and eight letters or digits. */
  readonly prefix: string;
  readonly keyOf: (id: string) => string;
  /** The sorted sets whose members name these records; `*` stands for any text. */
  readonly lists: readonly string[];
  /** The entries that this record must have. */
  readonly inLists: (record: T) => readonly ListEntry[];
  /** True if a list may hold the record, whether it must or not. */
  readonly mayBeIn: (record: T, list: string) => boolean;
  /** Further reads of the same moment, and the faults that they and the record show. */
  readonly reads?: (record: T) => Reads;
  readonly faults?: (record: T, answers: Readonly<Record<string, unknown>>, store: Store) => readonly string[];
};

// biome-ignore lint/suspicious/noExplicitAny: the list holds kinds of different records; each kind reads its own.
type AnyKind = RecordKind<any>;

/** Checks kinds of records against their lists, both ways. One scan of the keys serves all kinds. */
export function recordsHold(kindsOf: readonly ((keys: Keys) => AnyKind)[]): InvariantCheck {
  return async function recordsAndListsHold(store) {
    const kinds = kindsOf.map((one) => one(store.keys));
    // Lists are read first: a record that is made meanwhile then has its key as well.
    const all = await scanKeys(store, store.keys.meta.replace(/meta$/, '*'));
    const wrong: string[] = [];
    for (const kind of kinds) {
      wrong.push(...(await strayEntries(store, kind, all)));
      const ids = all.flatMap((key) => idOf(kind, key) ?? []);
      wrong.push(...(await inParts(ids, (id) => faultsOf(store, kind, id))).flat());
    }
    return wrong;
  };
}

function idOf({ prefix, keyOf }: AnyKind, key: string): string | undefined {
  const start = keyOf('');
  const id = key.slice(start.length);
  return key.startsWith(start) && new RegExp(`^${prefix}_\\w{8}$`).test(id) ? id : undefined;
}

/** Entries of lists whose record is missing, or belongs elsewhere. */
async function strayEntries(store: Store, kind: AnyKind, all: readonly string[]): Promise<readonly string[]> {
  const patterns = kind.lists.map((list) => new RegExp(`^${list.split('*').map(escaped).join('[^ ]*')}$`));
  const lists = all.filter((key) => patterns.some((pattern) => pattern.test(key)));
  const pattern = new RegExp(`${kind.prefix}_\\w{8}`);
  const idIn = (member: string) => pattern.exec(member)?.[0] ?? '';
  const wrong: string[] = [];
  for await (const entry of listedMembers(store, lists, (member) => ['hget', kind.keyOf(idIn(member)), 'record']))
    wrong.push(...strayFaults(kind, idIn(entry.member), entry));
  return wrong;
}

function strayFaults(kind: AnyKind, id: string, { list, member, read }: ListedMember): readonly string[] {
  if (id === '') return [`${list}: names no ${kind.prefix} in ${member}`];
  if (typeof read !== 'string') return [`${list}: lists ${id}, but it does not exist`];
  const record = parseChecked<object>(read, '');
  // A damaged record has a line of its own.
  return record && !kind.mayBeIn(record, list) ? [`${id}: must not be in ${list}`] : [];
}

async function faultsOf(store: Store, kind: AnyKind, id: string): Promise<readonly string[]> {
  const read = ['hget', kind.keyOf(id), 'record'];
  const text = (await readAtomically(store, [read]))[0];
  const record = typeof text === 'string' ? parseChecked<object>(text, '') : undefined;
  if (!record) return [];
  const entries = kind.inLists(record);
  const reads = Object.entries(kind.reads?.(record) ?? {});
  const [same, ...answers] = await readAtomically(store, [
    read,
    ...entries.map(({ list, member }) => ['zscore', list, member]),
    ...reads.map(([, command]) => command),
  ]);
  // A record that changed meanwhile has moved to other lists.
  if (same !== text) return [];
  const missing = entries.filter((_, i) => answers[i] === null);
  const named = Object.fromEntries(reads.map(([name], i) => [name, answers[entries.length + i]]));
  return [
    ...missing.map(({ list, member }) => `${id}: ${member} is not in ${list}`),
    ...(kind.faults?.(record, named, store) ?? []).map((fault) => `${id}: ${fault}`),
  ];
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
