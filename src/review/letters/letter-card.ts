import { CALENDAR_ENDS, dayOf } from '../../calendar.ts';
import { showCaseNumber } from '../../cases/case-number.ts';
import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Value } from '../../delivery/outcome.ts';
import type { LadderStep } from './ladder.ts';
import type { Letter } from './letter.ts';
import { isOverdueLetter } from './letter.ts';
import { nameOfTo } from './letter-access.ts';
import type { LetterAction } from './letter-actions.ts';
import { contestUntil } from './letter-rules.ts';

/** Rows that a message names; the rest is counted. */
const NAMED_MAX = 12;

/** Values for any message about a letter. */
export function letterValues(letter: Letter, city: City, now: number): Readonly<Record<string, Value>> {
  const { to, matter, rows, of, ask, state, ending, replyDue, doneDue, doneWithin, reply, contest, settled } = letter;
  const none: Value = { key: 'flows/my-letters:no_date' };
  const shown = isOverdueLetter(letter, now) ? 'overdue' : ending === undefined ? state : ending;
  return {
    to: nameOfTo(to, city),
    matter: { key: `flows/my-letters:matter.${matter}` },
    measure: { key: `flows/my-letters:measure.${matter}` },
    failed: rows.length,
    of,
    ask,
    state: { key: `flows/my-letters:state.${shown}` },
    within: doneWithin,
    reply_due: replyDue === undefined ? none : { at: replyDue },
    done_due: doneDue === undefined ? none : { at: doneDue },
    contest_due: letter.sentAt === undefined ? none : { at: contestUntil(letter) },
    reply: reply?.words ?? { key: 'flows/my-letters:no_words' },
    contest: contest?.words ?? { key: 'flows/my-letters:no_words' },
    contested: contest?.rows.length ?? 0,
    struck: settled?.struck.length ?? 0,
    verdict: settled?.words ?? { key: 'flows/my-letters:no_words' },
    rows: rowNames(rows),
    calendar: isUnsure(letter) ? { key: 'flows/my-letters:and_calendar', values: { calendar: CALENDAR_NOTE } } : '',
    ...measuredValues(letter),
  };
}

/** Beyond the known holidays every weekday counts as a working day. */
const CALENDAR_NOTE: Value = { key: 'flows/my-letters:calendar', values: { ends: { date: CALENDAR_ENDS } } };

/** True if a deadline lies beyond the last day whose holidays are known. */
function isUnsure({ replyDue, doneDue, state }: Letter): boolean {
  return state !== 'closed' && [replyDue, doneDue].some((due) => due !== undefined && dayOf(due) > CALENDAR_ENDS);
}

function measuredValues({ measured, rows, of }: Letter): Readonly<Record<string, Value>> {
  return {
    now_failed: measured?.failed ?? rows.length,
    now_of: measured?.of ?? of,
  };
}

/** Case numbers in one line; after `NAMED_MAX` of them the rest is a count. */
export function rowNames(rows: Letter['rows']): Value {
  const named = rows.slice(0, NAMED_MAX).map(showCaseNumber);
  const more = rows.length - named.length;
  return {
    joined: [...named, ...(more > 0 ? [{ key: 'flows/my-letters:more_rows', values: { more } } as const] : [])],
  };
}

/** The card of a letter in chat: each part on its own line, as far as it exists. */
export function letterCard(letter: Letter, city: City, now: number): Value {
  const values = letterValues(letter, city, now);
  const line = (name: 'head' | 'ask' | 'measure' | 'dues' | 'reply' | 'contest' | 'settled' | 'measured'): Value => ({
    key: `flows/my-letters:card.${name}`,
    values,
  });
  const { sentAt, reply, contest, settled, measured, steps = [] } = letter;
  return {
    list: [
      line('head'),
      line('ask'),
      line('measure'),
      ...(sentAt === undefined ? [] : [line('dues')]),
      ...(isUnsure(letter) ? [CALENDAR_NOTE] : []),
      ...(reply ? [line('reply')] : []),
      ...(contest ? [line('contest')] : []),
      ...(settled ? [line('settled')] : []),
      ...(measured ? [line('measured')] : []),
      ...steps.map((step): Value => ({ key: 'flows/my-letters:card.step', values: stepValues(step) })),
    ],
  };
}

function stepValues({ kind, day, due, issues, measures, ending }: LadderStep): Readonly<Record<string, Value>> {
  return {
    kind: { key: `flows/my-letters:step.${kind}` },
    day: { date: day },
    due: { date: due },
    issues,
    measures,
    ending: { key: `flows/my-letters:step_ending.${ending ?? 'open'}` },
  };
}

/** A button under a message about a letter. */
export function letterButton({ id }: Pick<Letter, 'id'>, action: LetterAction | 'look') {
  const argument = action === 'look' ? id : `${id}.${action}`;
  return { label: `flows/my-letters:buttons.${action}`, flow: 'my-letters', argument } as const;
}

/** The message with which a letter reaches its addressee. */
export function sentMessage(letter: Letter, city: City, now: number): LocalizedMessage {
  return {
    key: 'flows/my-letters:news.sent',
    values: letterValues(letter, city, now),
    buttons: [letterButton(letter, 'rows'), letterButton(letter, 'replied'), letterButton(letter, 'contested')],
  };
}
