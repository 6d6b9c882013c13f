import { describe, expect, test } from 'vitest';
import { clockAt, HOUR_MS, momentOf } from '../../src/calendar.ts';
import { cityOf } from '../../src/city/city.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import { demoCityData } from '../../src/demo/city.ts';
import { nextSteps } from '../../src/review/letters/ladder.ts';
import type { Letter } from '../../src/review/letters/letter.ts';
import { isOverdueLetter } from '../../src/review/letters/letter.ts';
import { letterActions } from '../../src/review/letters/letter-actions.ts';
import { letterCard } from '../../src/review/letters/letter-card.ts';
import type { LetterChange } from '../../src/review/letters/letter-rules.ts';
import {
  agreeLetter,
  closeNotDone,
  contestLetter,
  contestUntil,
  designateFor,
  endStep,
  mayDesignate,
  measureLetter,
  readLetter,
  replyLetter,
  sendLetter,
  settleLetter,
  takeStep,
  withdrawLetter,
} from '../../src/review/letters/letter-rules.ts';

const CITY = cityOf({ ...NEW_CITY, ...demoCityData() }, []);
const SENT_AT = momentOf('2026-09-24T10:00');
const DRAFT: Letter = {
  id: 'letter_abcd1234',
  state: 'drafted',
  to: 'unit.roads',
  region: '990100000000',
  matter: 'rework',
  rows: ['K7Q4M2XR', 'K7Q4M2XS', 'K7Q4M2XT'],
  of: 20,
  ask: '请查明返工原因。',
  doneWithin: 10,
  by: 'office-1',
  draftedAt: SENT_AT - HOUR_MS,
};

function changed(change: LetterChange): Letter {
  if (change.type === 'refused') throw new Error(change.why);
  return change.letter;
}

const AGREED = changed(agreeLetter(DRAFT, 'lead-2', SENT_AT - HOUR_MS / 2));
const SENT = sendLetter(AGREED, SENT_AT);
const ANSWERED = changed(replyLetter(SENT, '已返修三处。', SENT_AT + HOUR_MS));

describe('the deadlines of a letter', () => {
  test('a letter of Thursday 2026-09-24 has its reply due on 10-09 and its deed on 10-15, over two holidays', () => {
    expect(clockAt(SENT.replyDue ?? 0)).toBe('2026-10-09T17:00:00');
    expect(clockAt(SENT.doneDue ?? 0)).toBe('2026-10-15T17:00:00');
    expect(clockAt(contestUntil(SENT))).toBe('2026-09-29T17:00:00');
  });

  test('a contested letter gets the working days that were left when its clock stopped', () => {
    const contested = changed(contestLetter(SENT, ['K7Q4M2XR'], '这一件不是我们修的。', momentOf('2026-09-28T09:00')));
    const settled = changed(
      settleLetter(
        contested,
        { who: 'auditor-3', struck: ['K7Q4M2XR'], words: '属实。' },
        momentOf('2026-10-12T11:00'),
      ),
    );
    // Four and nine working days were left.
    expect(clockAt(settled.replyDue ?? 0)).toBe('2026-10-16T17:00:00');
    expect(clockAt(settled.doneDue ?? 0)).toBe('2026-10-23T17:00:00');
    expect(settled).toMatchObject({ state: 'settled', rows: ['K7Q4M2XS', 'K7Q4M2XT'], of: 20 });
    expect(isOverdueLetter(contested, momentOf('2026-12-01T00:00'))).toBe(false);
  });
});

describe('a letter of late December 2026, when the list of holidays ends', () => {
  const late = sendLetter(AGREED, momentOf('2026-12-28T10:00'));
  const isWarned = (letter: Letter) => JSON.stringify(letterCard(letter, CITY, 0)).includes('my-letters:calendar');

  test('gets its deadlines, with New Year’s Day off by law and a word about the list', () => {
    expect(clockAt(late.replyDue ?? 0)).toBe('2027-01-05T17:00:00');
    expect(clockAt(late.doneDue ?? 0)).toBe('2027-01-12T17:00:00');
    expect(isWarned(late)).toBe(true);
    expect(isWarned(SENT)).toBe(false);
  });

  test('takes the same steps as the other letters: contested, settled, replied, and closed as not done', () => {
    const contested = changed(contestLetter(late, ['K7Q4M2XR'], '不是我们修的。', momentOf('2026-12-30T09:00')));
    const decision = { who: 'auditor-3', struck: [], words: '不成立。' };
    const settled = changed(settleLetter(contested, decision, momentOf('2027-01-05T11:00')));
    expect(clockAt(settled.doneDue ?? 0)).toBe('2027-01-15T17:00:00');
    expect(isWarned(settled)).toBe(true);
    const replied = changed(replyLetter(settled, '在修。', momentOf('2027-01-06T09:00')));
    const closed = changed(closeNotDone(replied, momentOf('2027-01-16T09:00')));
    expect([closed.ending, isWarned(closed)]).toEqual(['not_done', false]);
  });
});

describe('the life of a letter', () => {
  const contested = changed(contestLetter(SENT, DRAFT.rows, '不是我们的。', SENT_AT + HOUR_MS));
  const overdue = (SENT.doneDue ?? 0) + 1;
  const refusals: readonly (readonly [string, LetterChange, string])[] = [
    ['the author agrees', agreeLetter(DRAFT, 'office-1', SENT_AT), 'own'],
    ['a second agreement', agreeLetter(AGREED, 'lead-2', SENT_AT), 'gone'],
    ['a sent letter is taken back', withdrawLetter(SENT, SENT_AT), 'gone'],
    [
      'rows are contested after two working days',
      contestLetter(SENT, DRAFT.rows, '晚了', contestUntil(SENT) + 1),
      'contest_over',
    ],
    ['rows of other letters are contested', contestLetter(SENT, ['AAAAAAAA'], '不对', SENT_AT), 'no_rows'],
    [
      'a letter is contested twice',
      contestLetter({ ...SENT, contest: { rows: [], words: '', at: 0 } }, DRAFT.rows, '再', SENT_AT),
      'gone',
    ],
    ['its author settles', settleLetter(contested, { who: 'office-1', struck: [], words: '不' }, SENT_AT), 'own'],
    [
      'the second organiser settles',
      settleLetter(contested, { who: 'lead-2', struck: [], words: '不' }, SENT_AT),
      'own',
    ],
    ['a contested letter is answered', replyLetter(contested, '好', SENT_AT), 'gone'],
    ['a letter is not done before its day', closeNotDone(ANSWERED, SENT.doneDue ?? 0), 'not_yet'],
    ['a contested letter is not done', closeNotDone(contested, overdue), 'not_yet'],
  ];
  test.each(refusals)('refused: %s', (_name, change, why) => {
    expect(change).toEqual({ type: 'refused', why });
  });

  test('a letter whose rows are all struck is withdrawn', () => {
    const settled = changed(
      settleLetter(contested, { who: 'a', struck: DRAFT.rows, words: '都不是。' }, SENT_AT + 2 * HOUR_MS),
    );
    expect(settled).toMatchObject({ state: 'closed', ending: 'withdrawn', rows: [] });
  });

  test('a reply keeps the letter open; only its measure on rows closes it as done, at the due time at the earliest', () => {
    expect(ANSWERED.state).toBe('answered');
    const met = { result: 'met', failed: 0, of: 9 } as const;
    expect(measureLetter(ANSWERED, met, false, SENT_AT + 2 * HOUR_MS).state).toBe('answered');
    expect(measureLetter(ANSWERED, met, true, SENT_AT + 2 * HOUR_MS)).toMatchObject({ state: 'closed', ending: 'met' });
    expect(measureLetter(ANSWERED, met, false, overdue)).toMatchObject({ state: 'closed', ending: 'met' });
    for (const result of ['not_met', 'too_few'] as const)
      expect(measureLetter(ANSWERED, { result, failed: 1, of: 3 }, true, overdue).state).toBe('answered');
  });

  test('the first look at the rows counts as read, once', () => {
    expect(changed(readLetter(SENT, SENT_AT + 5))).toMatchObject({ state: 'read', readAt: SENT_AT + 5 });
    expect(readLetter(ANSWERED, SENT_AT).type).toBe('refused');
  });
});

describe('the ladder', () => {
  const notDone = changed(closeNotDone(ANSWERED, (SENT.doneDue ?? 0) + 1));
  const step = {
    kind: 'talk',
    day: '2026-10-20',
    issues: '返工多',
    measures: '换工艺',
    due: '2026-11-20',
    by: 'o',
    at: 0,
  } as const;

  test('each step needs the step before it closed as not done', () => {
    expect(nextSteps(false, [])).toEqual([]);
    expect(nextSteps(true, [])).toEqual(['talk']);
    expect(takeStep(ANSWERED, step)).toEqual({ type: 'refused', why: 'gone' });
    const talked = changed(takeStep(notDone, step));
    const pairing = { ...step, kind: 'pairing', helper: '990101001000' } as const;
    expect(takeStep(talked, pairing).type).toBe('refused');
    expect(takeStep(changed(endStep(talked, 'done')), pairing).type).toBe('refused');
    const failed = changed(endStep(talked, 'not_done'));
    expect(nextSteps(true, failed.steps ?? [])).toEqual(['pairing', 'listing']);
    expect(changed(takeStep(failed, pairing)).steps).toHaveLength(2);
    expect(takeStep(failed, { ...pairing, due: '2027-01-19' })).toEqual({ type: 'refused', why: 'too_long' });
    expect(changed(takeStep(failed, { ...pairing, due: '2027-01-18' })).steps).toHaveLength(2);
    expect(takeStep(notDone, { ...step, due: '2026-10-19' })).toEqual({ type: 'refused', why: 'due_first' });
  });

  test('only the part that an act belongs to is offered it', () => {
    const now = SENT_AT + HOUR_MS;
    expect(letterActions(DRAFT, ['draft', 'agree', 'see'], 'office-1', now)).toEqual(['withdrawn', 'rows']);
    expect(letterActions(DRAFT, ['agree', 'see'], 'lead-2', now)).toEqual(['agreed', 'rows']);
    expect(letterActions(SENT, ['answer'], 'unit-4', now)).toEqual(['rows', 'replied', 'contested']);
    expect(letterActions(SENT, ['settle', 'see'], 'auditor-3', now)).toEqual(['rows']);
    expect(letterActions(notDone, ['agree', 'see'], 'lead-2', now)).toEqual(['rows', 'designated', 'talk']);
    expect(letterActions(notDone, ['answer'], 'unit-4', now)).toEqual(['rows']);
  });

  test('a letter designates premises once, after it was sent, and neither while contested nor once it is met', () => {
    const contested = changed(contestLetter(SENT, SENT.rows, '不是我们的', SENT_AT + HOUR_MS));
    const met: Letter = { ...SENT, state: 'closed', ending: 'met' };
    expect([DRAFT, AGREED, contested, met].map(mayDesignate)).toEqual([false, false, false, false]);
    expect([SENT, ANSWERED, notDone].map(mayDesignate)).toEqual([true, true, true]);
    const designated = changed(designateFor(SENT, 'draw_abcd1234'));
    expect(designateFor(designated, 'draw_efgh5678')).toEqual({ type: 'refused', why: 'gone' });
  });
});
