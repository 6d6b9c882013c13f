import { LAY, OUTCOMES, START, TAKE_OVER, TURN } from './broadcast-scripts.ts';
import { CLAIM, GO_SAFE, RECOVER, SETTLE } from './outbox-scripts.ts';
import { COMMIT, FIELDS, FOUND, LEASE, RELEASE } from './scripts.ts';

type Script<Answer> = (keyCount: number, ...keysAndArgs: (string | number | Buffer)[]) => Promise<Answer>;

/** fenced, or ok with 1 if the chat has more that waits, and the message that is claimed next: urn, number, body, tries. */
export type Settled = readonly ['fenced'] | readonly ['ok', more: 0 | 1, ...next: string[]];

/** fenced; or the broadcast's state, ms until more may be sent, and the places of the recipients whose turn it is. */
export type Turn = readonly ['fenced'] | readonly [state: string, wait: string, ...places: string[]];
/** fenced, or the broadcast's state. */
export type RecordedAnswer = 'fenced' | string;

/** The scripts as commands of the connection: first the number of keys, then the keys, then the arguments. */
export type ScriptCommands = {
  readonly anlinCommit: Script<(string | number)[]>;
  readonly anlinClaim: Script<string[]>;
  readonly anlinSettle: Script<Settled[]>;
  readonly anlinRecover: Script<number>;
  readonly anlinTurn: Script<Turn>;
  readonly anlinFields: Script<string[]>;
  readonly anlinOutcomes: Script<RecordedAnswer>;
  readonly anlinTakeOver: Script<number>;
  readonly anlinLay: Script<0 | 1>;
  readonly anlinStart: Script<0 | 1>;
  readonly anlinLease: Script<0 | 1>;
  readonly anlinRelease: Script<1>;
  readonly anlinGoSafe: Script<0 | 1>;
  readonly anlinFound: Script<string[]>;
};

export const SCRIPTS: Readonly<Record<keyof ScriptCommands, string>> = {
  anlinCommit: COMMIT,
  anlinClaim: CLAIM,
  anlinSettle: SETTLE,
  anlinRecover: RECOVER,
  anlinTurn: TURN,
  anlinFields: FIELDS,
  anlinOutcomes: OUTCOMES,
  anlinTakeOver: TAKE_OVER,
  anlinLay: LAY,
  anlinStart: START,
  anlinLease: LEASE,
  anlinRelease: RELEASE,
  anlinGoSafe: GO_SAFE,
  anlinFound: FOUND,
};
