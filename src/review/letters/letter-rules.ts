import { DAY_MS, delayedEnd, limitEnd, momentOf } from '../../calendar.ts';
import type { CaseNumber } from '../../cases/case-number.ts';
import type { DrawId } from '../../inspections/draw/draw.ts';
import type { LadderStep } from './ladder.ts';
import { nextSteps, PAIRING_MAX_DAYS } from './ladder.ts';
import type { Letter, LetterEnding } from './letter.ts';
import { CONTEST_WITHIN, REPLY_WITHIN } from './letter.ts';
import type { Measured } from './matter.ts';

/** Why a transition is refused. */
export type LetterRefusal =
  | 'gone'
  | 'own'
  | 'contest_over'
  | 'no_rows'
  | 'not_yet'
  | 'too_long'
  | 'due_first'
  | 'no_premises';
/** The result of a transition. */
export type LetterChange =
  | { readonly type: 'done'; readonly letter: Letter }
  | { readonly type: 'refused'; readonly why: LetterRefusal };

const refused = (why: LetterRefusal): LetterChange => ({ type: 'refused', why });
const done = (letter: Letter): LetterChange => ({ type: 'done', letter });

/** A second organiser agrees; the author may not. */
export function agreeLetter(before: Letter, who: string, now: number): LetterChange {
  if (before.state !== 'drafted') return refused('gone');
  if (before.by === who) return refused('own');
  return done({ ...before, state: 'agreed', agreedBy: who, agreedAt: now });
}

/** The office takes a letter back before it is sent. */
export function withdrawLetter(before: Letter, now: number): LetterChange {
  if (before.state !== 'drafted' && before.state !== 'agreed') return refused('gone');
  return done(closed(before, 'withdrawn', now));
}

/** The agreed letter reaches the addressee; its clocks start now. */
export function sendLetter(before: Letter, now: number): Letter {
  return {
    ...before,
    state: 'sent',
    sentAt: now,
    replyDue: limitEnd(now, REPLY_WITHIN),
    doneDue: limitEnd(now, `${before.doneWithin}wd`),
  };
}

/** The addressee has opened the rows. */
export function readLetter(before: Letter, now: number): LetterChange {
  return before.state === 'sent' ? done({ ...before, state: 'read', readAt: now }) : refused('gone');
}

/** The end of the time in which facts may be contested, ms since the epoch. */
export function contestUntil({ sentAt = 0 }: Letter): number {
  return limitEnd(sentAt, CONTEST_WITHIN);
}

/** True if the addressee may contest facts now: once, and within the time. */
export function mayContest(letter: Letter, now: number): boolean {
  return ['sent', 'read', 'answered'].includes(letter.state) && !letter.contest && now <= contestUntil(letter);
}

/** The addressee contests rows; the clocks stop. */
export function contestLetter(before: Letter, rows: readonly CaseNumber[], words: string, now: number): LetterChange {
  if (!['sent', 'read', 'answered'].includes(before.state) || before.contest) return refused('gone');
  if (!mayContest(before, now)) return refused('contest_over');
  const own = rows.filter((row) => before.rows.includes(row));
  if (own.length === 0) return refused('no_rows');
  return done({ ...before, state: 'contested', contest: { rows: own, words, at: now } });
}

type Settlement = { readonly who: string; readonly struck: readonly CaseNumber[]; readonly words: string };

/**
 * An auditor who did not write or agree to the letter strikes rows or none. The clocks go on with the working days left; a
 * letter without rows is withdrawn.
 */
export function settleLetter(before: Letter, { who, struck, words }: Settlement, now: number): LetterChange {
  const { contest, replyDue = now, doneDue = now } = before;
  if (before.state !== 'contested' || !contest) return refused('gone');
  if (before.by === who || before.agreedBy === who) return refused('own');
  const own = struck.filter((row) => contest.rows.includes(row));
  const rows = before.rows.filter((row) => !own.includes(row));
  const settled = { struck: own, words, at: now };
  if (rows.length === 0) return done({ ...closed(before, 'withdrawn', now), rows, settled });
  const pause = { from: contest.at, until: now };
  return done({
    ...before,
    state: before.reply ? 'answered' : 'settled',
    rows,
    settled,
    replyDue: delayedEnd(replyDue, pause, REPLY_WITHIN),
    doneDue: delayedEnd(doneDue, pause, `${before.doneWithin}wd`),
  });
}

/** The addressee replies. The letter stays open: only its measure on rows closes it as done. */
export function replyLetter(before: Letter, words: string, now: number): LetterChange {
  if (!['sent', 'read', 'settled'].includes(before.state)) return refused('gone');
  return done({ ...before, state: 'answered', reply: { words, at: now }, readAt: before.readAt ?? now });
}

/** True if the letter may designate premises now: once, after it was sent, and not while its facts are contested. */
export function mayDesignate({ state, sentAt, draw, ending }: Letter): boolean {
  const isWanted = state !== 'contested' && (ending === undefined || ending === 'not_done');
  return sentAt !== undefined && draw === undefined && isWanted;
}

/** The letter with the draw of the premises on which its rows lie. */
export function designateFor(before: Letter, draw: DrawId): LetterChange {
  return mayDesignate(before) ? done({ ...before, draw }) : refused('gone');
}

/** Records a measurement. A share closes the letter at its due time at the earliest, ended rows at once. */
export function measureLetter(before: Letter, { result, failed, of }: Measured, early: boolean, now: number): Letter {
  const measured = { ...before, measured: { failed, of, at: now } };
  const isTime = early || now >= (before.doneDue ?? now);
  return result === 'met' && isTime ? closed(measured, 'met', now) : measured;
}

/** A person closes an overdue letter as not done. */
export function closeNotDone(before: Letter, now: number): LetterChange {
  if (before.state === 'closed') return refused('gone');
  if (before.state === 'contested' || before.doneDue === undefined || now <= before.doneDue) return refused('not_yet');
  return done(closed(before, 'not_done', now));
}

/** A person takes the next step of the ladder. */
export function takeStep(before: Letter, step: LadderStep): LetterChange {
  const steps = before.steps ?? [];
  if (!nextSteps(before.ending === 'not_done', steps).includes(step.kind)) return refused('gone');
  if (step.due < step.day) return refused('due_first');
  const days = (momentOf(`${step.due}T00:00`) - momentOf(`${step.day}T00:00`)) / DAY_MS;
  if (step.kind === 'pairing' && days > PAIRING_MAX_DAYS) return refused('too_long');
  return done({ ...before, steps: [...steps, step] });
}

/** A person closes the open step. */
export function endStep(before: Letter, ending: 'done' | 'not_done'): LetterChange {
  const steps = before.steps ?? [];
  const last = steps.at(-1);
  if (!last || last.ending) return refused('gone');
  return done({ ...before, steps: [...steps.slice(0, -1), { ...last, ending }] });
}

function closed(letter: Letter, ending: LetterEnding, now: number): Letter {
  return { ...letter, state: 'closed', ending, closedAt: now };
}
