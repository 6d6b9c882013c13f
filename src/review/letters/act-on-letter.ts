import { dayOf } from '../../calendar.ts';
import type { CaseNumber } from '../../cases/case-number.ts';
import type { LocalizedMessage, Outcome } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import type { Words } from '../../engine/steps/text.ts';
import { designate } from '../../inspections/draw/designate.ts';
import { pairStreets } from '../../inspections/draw/pairing.ts';
import type { FinishContext } from '../../people/talk.ts';
import type { Write } from '../../store/commit.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import type { LadderKind, LadderStep } from './ladder.ts';
import { LADDER } from './ladder.ts';
import type { Letter } from './letter.ts';
import { letterActions } from './letter-actions.ts';
import { letterButton, letterValues } from './letter-card.ts';
import type { LetterChange, LetterRefusal } from './letter-rules.ts';
import {
  agreeLetter,
  closeNotDone,
  contestLetter,
  designateFor,
  endStep,
  readLetter,
  replyLetter,
  settleLetter,
  takeStep,
  withdrawLetter,
} from './letter-rules.ts';
import type { LetterEvent } from './letter-store.ts';
import { A_MONTH_MAX, keepLetter, queueLetter } from './letter-store.ts';
import type { MyLettersFacts, OwnLetter } from './own-letters.ts';

/** Answers of the talk that acts depend on. */
export type LetterAnswers = {
  readonly letter?: string | null;
  readonly next?: string | null;
  readonly contested?: readonly string[] | null;
  readonly struck?: readonly string[] | null;
  readonly listed?: string | null;
  readonly day?: string | null;
  readonly words?: Words | null;
  readonly measures?: Words | null;
  readonly helper?: string | null;
  readonly due?: string | null;
};

/** The event that the job tells others of after an act. */
const EVENTS: Readonly<Record<string, LetterEvent>> = {
  agreed: 'agreed',
  replied: 'answered',
  contested: 'contested',
  settled: 'settled',
  not_done: 'closed',
  talk: 'stepped',
  pairing: 'stepped',
  listing: 'stepped',
};

/** True for a step of the ladder. */
export function isStep(next: string | null | undefined): next is LadderKind {
  return LADDER.some((kind) => kind === next);
}

/** Carries out an act of the talk, or refuses it with the reason. */
export function actOnLetter(
  next: string,
  own: OwnLetter,
  answers: LetterAnswers,
  { store, facts, now }: FinishContext<MyLettersFacts>,
): Outcome {
  const refusal = (why: string) =>
    noChange(`letter_refused:${why}`, {
      key: `flows/my-letters:refused.${why}`,
      values: letterValues(own.record, facts, now),
      buttons: [letterButton(own.record, 'look')],
    });
  const may = letterActions(own.record, own.parts, facts.me, now).some((action) => action === next);
  if (next === 'designated') return may ? inspect(own, refusal, { store, facts, now }) : refusal('gone');
  if (next === 'rows') return showRows(own, { store, facts, now });
  const isFull = next === 'agreed' && facts.agreed >= A_MONTH_MAX;
  if (may && isFull) return refusal('full');
  const change = changeOf(next, own.record, answers, facts.me, now);
  if (change.type === 'refused') return refusal(change.why);
  if (!may) return refusal('not_yours');
  const { letter } = change;
  const { checks, writes } = keepLetter(store, letter, own);
  const event = letter.ending === 'withdrawn' && next === 'settled' ? 'settled' : EVENTS[next];
  return {
    outcome: `letter_${next}`,
    checks,
    writes: [
      ...writes,
      ...(event ? [queueLetter(store, event, letter.id, now)] : []),
      ...pairingOf(letter, next, { store, facts, now }),
    ],
    says: [
      {
        key: `flows/my-letters:done.${next}`,
        values: letterValues(letter, facts, now),
        buttons: doneButtons(next, letter, answers),
      },
    ],
  };
}

/** A helping street and the helped one do not check each other until the last day of the pairing. */
function pairingOf(
  { region, steps = [] }: Letter,
  next: string,
  { store, facts, now }: Pick<FinishContext<MyLettersFacts>, 'store' | 'facts' | 'now'>,
): readonly Write[] {
  const { helper, due = '' } = steps.at(-1) ?? {};
  return next === 'pairing' && helper ? pairStreets(store, facts, { weak: region, helper, until: due }, now) : [];
}

function changeOf(next: string, before: Letter, answers: LetterAnswers, who: string, now: number): LetterChange {
  const words = textOf(answers.words);
  switch (next) {
    case 'agreed':
      return agreeLetter(before, who, now);
    case 'withdrawn':
      return withdrawLetter(before, now);
    case 'replied':
      return replyLetter(before, words, now);
    case 'contested':
      return contestLetter(before, (answers.contested ?? []) as readonly CaseNumber[], words, now); // options of the step
    case 'settled':
      return settleLetter(before, { who, struck: (answers.struck ?? []) as readonly CaseNumber[], words }, now);
    case 'not_done':
      return closeNotDone(before, now);
    case 'step_done':
    case 'step_not_done':
      return endStep(before, next === 'step_done' ? 'done' : 'not_done');
    default:
      return isStep(next) ? takeStep(before, stepOf(next, answers, who, now)) : { type: 'refused', why: 'gone' };
  }
}

function stepOf(kind: LadderKind, answers: LetterAnswers, who: string, now: number): LadderStep {
  const { day, due, helper, listed } = answers;
  return {
    kind,
    day: day ?? dayOf(now),
    issues: textOf(answers.words),
    measures: textOf(answers.measures),
    due: due ?? dayOf(now),
    ...(helper ? { helper } : {}),
    ...(listed ? { listed } : {}),
    by: who,
    at: now,
  };
}

/** Designates the premises of the rows (指定). Where that is impossible, the letter stays as it is. */
function inspect(
  own: OwnLetter,
  refusal: (why: LetterRefusal) => Outcome,
  { store, facts, now }: Pick<FinishContext<MyLettersFacts>, 'store' | 'facts' | 'now'>,
): Outcome {
  if (!facts.designation) return refusal('no_premises');
  const done = designate(facts.designation, 'letter', { store, city: facts, by: facts.me, now });
  const change = done.draw && designateFor(own.record, done.draw);
  if (change?.type !== 'done') return done;
  const { checks, writes } = joinChanges([keepLetter(store, change.letter, own), done]);
  const said = {
    key: 'flows/my-letters:done.designated',
    values: letterValues(change.letter, facts, now),
    buttons: [letterButton(change.letter, 'look')],
  } as const;
  return { ...done, outcome: 'letter_designated', checks, writes, says: [said, ...done.says] };
}

/** Shows the rows; the addressee's first look counts as read. It names no person. */
function showRows(
  own: OwnLetter,
  { store, facts, now }: Pick<FinishContext<MyLettersFacts>, 'store' | 'facts' | 'now'>,
): Outcome {
  const { record, parts } = own;
  const read = parts.includes('answer') ? readLetter(record, now) : undefined;
  const change = read?.type === 'done' ? keepLetter(store, read.letter, own) : { checks: [], writes: [] };
  const isAddressee = parts.includes('answer');
  const says: LocalizedMessage = {
    key: 'flows/my-letters:done.rows',
    values: letterValues(record, facts, now),
    buttons: [
      ...record.rows.slice(0, 1).map((number) => ({
        label: 'flows/my-letters:buttons.first_row' as const,
        flow: 'my-work',
        argument: number,
      })),
      ...(isAddressee ? [letterButton(record, 'replied')] : []),
      letterButton(record, 'look'),
    ],
  };
  return { outcome: 'letter_rows_seen', ...change, says: [says] };
}

function doneButtons(next: string, letter: Letter, { listed }: LetterAnswers) {
  const look = letterButton(letter, 'look');
  if (next !== 'listing' || !listed) return [look];
  // The public listing itself is an act on the case, with its own rules.
  return [
    { label: 'flows/my-letters:buttons.list_case', flow: 'my-work', argument: `${listed}.listed` } as const,
    look,
  ];
}

function textOf(words: Words | null | undefined): string {
  return words && 'text' in words ? words.text : '';
}
