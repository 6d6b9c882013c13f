import { CLAIM, COMMIT, FOUND, LEASE, RECOVER, RELEASE, SETTLE } from './scripts.ts';

type Script<Answer> = (keyCount: number, ...keysAndArgs: (string | number)[]) => Promise<Answer>;

/** The scripts as commands of the connection: first the number of keys, then the keys, then the arguments. */
export type Commands = {
  readonly anlinCommit: Script<(string | number)[]>;
  readonly anlinClaim: Script<string[]>;
  readonly anlinSettle: Script<[string, number?]>;
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
