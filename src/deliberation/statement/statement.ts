import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { shortId } from '../../volunteers/volunteer/volunteer.ts';

export type StatementId = `s${string}`;

/** One thought about a topic. Its author is not stored. */
export type Statement = {
  readonly id: StatementId;
  readonly words: string;
  readonly state: 'waiting' | 'shown' | 'refused';
  readonly at: number; // ms since the epoch
};

/** Longest statement, characters, and most statements that one sitting shows. */
export const STATEMENT_MAX = 60;
export const SITTING_MAX = 10;
/** Most statements that may wait for a moderator, and that a topic has. */
export const WAITING_MAX = 30;
export const STATEMENTS_MAX = 60;
/** Most statements of one person on a topic. */
export const STATEMENTS_EACH = 5;

/** What a person thinks of a statement. A pass is a vote too. */
export const OPINIONS = ['agree', 'disagree', 'pass'] as const;
export type Opinion = (typeof OPINIONS)[number];

/** Makes a random statement id, short enough for a button. */
export function newStatementId(): StatementId {
  return `s${shortId().slice(0, 5)}`;
}

/** Loads the statements of a topic, the oldest first. */
export async function loadStatements({ redis, keys }: Store, topic: string): Promise<readonly Statement[]> {
  const found = await orStoreAway(redis.hgetall(keys.topicStatements(topic)));
  const all = Object.values(found).map((text) => JSON.parse(text) as Statement); // written by keepStatement
  return all.sort((a, b) => a.at - b.at || a.id.localeCompare(b.id));
}

/** Keeps a statement. */
export function keepStatement({ keys }: Store, topic: string, statement: Statement): Write {
  return ['HSET', keys.topicStatements(topic), statement.id, JSON.stringify(statement)];
}

/** Loads how often each statement was shown. */
export async function loadShown({ redis, keys }: Store, topic: string): Promise<Readonly<Record<string, string>>> {
  return orStoreAway(redis.hgetall(keys.topicShown(topic)));
}

/** The next statement that a person has not voted on: of all shown ones, the one that was seen least. */
export function nextStatement(
  statements: readonly Statement[],
  voted: Readonly<Record<string, string>>,
  shown: Readonly<Record<string, string>>,
): Statement | undefined {
  const open = statements.filter(({ id, state }) => state === 'shown' && voted[id] === undefined);
  return open.toSorted((a, b) => Number(shown[a.id] ?? 0) - Number(shown[b.id] ?? 0) || a.at - b.at)[0];
}
