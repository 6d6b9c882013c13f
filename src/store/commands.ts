import { CLAIM, COMMIT, FOUND, LEASE, RECOVER, RELEASE, SETTLE } from './scripts.ts';

type Script<Answer> = (keyCount: number, ...keysAndArgs: (string | number)[]) => Promise<Answer>;

/** fenced, or ok with 1 if the chat has more that waits, and the message that is claimed next: urn, number, body, tries. */
export type Settled = readonly ['fenced'] | readonly ['ok', more: 0 | 1, ...next: string[]];

/** The scripts as commands of the connection: first the number of keys, then the keys, then the arguments. */
export type Commands = {
  readonly anlinCommit: Script<(string | number)[]>;
  readonly anlinClaim: Script<string[]>;
  readonly anlinSettle: Script<Settled[]>;
  readonly anlinRecover: Script<number>;
  readonly anlinLease: Script<0 | 1>;
  readonly anlinRelease: Script<1>;
  readonly anlinFound: Script<string[]>;
};

export const SCRIPTS: Readonly<Record<keyof Commands, string>> = {
  anlinCommit: COMMIT,
  anlinClaim: CLAIM,
  anlinSettle: SETTLE,
  anlinRecover: RECOVER,
  anlinLease: LEASE,
  anlinRelease: RELEASE,
  anlinFound: FOUND,
};
