import { CLAIM_RECIPIENTS, COUNT_FLUSHED, RECORD_OUTCOMES, TAKE_OVER } from './broadcast-scripts.ts';
import { FREEZE_AUDIENCE, LAY_CHUNK, START_RUN } from './broadcast-start-scripts.ts';
import { APPEND_TO_CHAT, KEEP_BELL, SET_RING } from './chat-log-scripts.ts';
import { CLAIM, ENTER_SAFE_MODE, RECOVER, SETTLE } from './outbox-scripts.ts';
import {
  ACQUIRE_LEASE,
  COMMIT,
  FIND_NEAR,
  INIT_META,
  PROBE,
  READ_FIELDS,
  READ_RANGES,
  RELEASE_LEASE,
  TOUCH_SESSION,
} from './scripts.ts';
import { OPEN_WINDOW, SPEND_WINDOW } from './wechat-scripts.ts';

type Script<Answer> = (keyCount: number, ...keysAndArgs: (string | number | Buffer)[]) => Promise<Answer>;

/** `fenced`; or `ok`, 1 if the chat has more to send, and urn, number, body, tries of the next claimed message. */
export type Settled = readonly ['fenced'] | readonly ['ok', more: 0 | 1, ...next: string[]];

/** `fenced`; or the run's state, the wait until the next claim (ms), and the claimed recipients; see CLAIM_RECIPIENTS. */
export type ClaimedRecipients =
  | readonly ['fenced']
  | readonly [
      state: string,
      wait: string,
      places?: readonly number[],
      people?: readonly string[],
      due?: readonly string[],
      cursor?: number,
    ];
/** `fenced`, or the run's state. */
export type RecordedOutcomes = 'fenced' | string;

/** The scripts as commands of the connection. Arguments: the number of keys, the keys, the script's ARGV. */
export type ScriptCommands = {
  readonly anlinCommit: Script<(string | number)[][]>;
  readonly anlinClaim: Script<string[]>;
  readonly anlinSettle: Script<Settled[]>;
  readonly anlinRecover: Script<number>;
  readonly anlinClaimRecipients: Script<ClaimedRecipients>;
  readonly anlinReadFields: Script<string[]>;
  readonly anlinReadRanges: Script<string[]>;
  readonly anlinFindNear: Script<string[]>;
  readonly anlinOpenWindow: Script<1>;
  readonly anlinSpendWindow: Script<'ok' | 'window' | 'count'>;
  readonly anlinAppendToChat: Script<readonly [n: number, edited: 0 | 1]>;
  readonly anlinKeepBell: Script<0 | 1>;
  readonly anlinSetRing: Script<0 | 1>;
  readonly anlinRecordOutcomes: Script<RecordedOutcomes>;
  readonly anlinTakeOver: Script<number>;
  readonly anlinCountFlushed: Script<-1 | 0 | 1>;
  readonly anlinFreezeAudience: Script<0 | 1>;
  readonly anlinStartRun: Script<0 | 1>;
  readonly anlinLayChunk: Script<0 | 1>;
  readonly anlinAcquireLease: Script<0 | 1>;
  readonly anlinReleaseLease: Script<1>;
  readonly anlinTouchSession: Script<1>;
  readonly anlinEnterSafeMode: Script<0 | 1>;
  readonly anlinInitMeta: Script<string[]>;
  readonly anlinProbe: Script<'same' | 'other' | 'older'>;
};

/** The source of each script, by command name. */
export const SCRIPTS: Readonly<Record<keyof ScriptCommands, string>> = {
  anlinCommit: COMMIT,
  anlinClaim: CLAIM,
  anlinSettle: SETTLE,
  anlinRecover: RECOVER,
  anlinClaimRecipients: CLAIM_RECIPIENTS,
  anlinReadFields: READ_FIELDS,
  anlinReadRanges: READ_RANGES,
  anlinFindNear: FIND_NEAR,
  anlinOpenWindow: OPEN_WINDOW,
  anlinSpendWindow: SPEND_WINDOW,
  anlinAppendToChat: APPEND_TO_CHAT,
  anlinKeepBell: KEEP_BELL,
  anlinSetRing: SET_RING,
  anlinRecordOutcomes: RECORD_OUTCOMES,
  anlinTakeOver: TAKE_OVER,
  anlinCountFlushed: COUNT_FLUSHED,
  anlinFreezeAudience: FREEZE_AUDIENCE,
  anlinStartRun: START_RUN,
  anlinLayChunk: LAY_CHUNK,
  anlinAcquireLease: ACQUIRE_LEASE,
  anlinReleaseLease: RELEASE_LEASE,
  anlinTouchSession: TOUCH_SESSION,
  anlinEnterSafeMode: ENTER_SAFE_MODE,
  anlinInitMeta: INIT_META,
  anlinProbe: PROBE,
};
