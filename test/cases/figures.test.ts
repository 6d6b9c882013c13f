import { expect, test } from 'vitest';
import type { CaseEvent } from '../../src/cases/case-event.ts';
import { submissionEvent } from '../../src/cases/case-store.ts';
import { FIGURES, figuresOf } from '../../src/cases/figures/figures.ts';
import type { Report } from '../../src/cases/hazard-case.ts';
import { replay } from '../../src/cases/replay.ts';
import { factOf } from '../../src/review/score/cells/case-fact.ts';

const HOUR_MS = 3600_000;
/** A Monday at nine in Chinese time. */
const MONDAY = Date.parse('2026-11-23T01:00:00Z');
const NOW = MONDAY + 20 * 24 * HOUR_MS;
const clock = { contain: '4h', cure: '24h' } as const;

type Step = readonly [hours: number, type: CaseEvent['type'], to?: CaseEvent['to'], more?: Partial<CaseEvent>];

/** Builds a case from events at hours after its report. */
function caseWith(number: string, ...steps: readonly Step[]) {
  const report: Report = {
    id: `case_${number}`,
    number,
    category: 'flooding',
    place: {},
    description: { text: '积水' },
    photos: [],
    urgent: false,
    filedAt: MONDAY,
    desk: 'street',
  };
  const made = steps.map(([hours, type, to, more]) => {
    const event = { type, at: MONDAY + hours * HOUR_MS, as: 'house', by: type, ...more } as const;
    return to ? { ...event, to } : event;
  });
  const events = [submissionEvent(report), ...made];
  return { record: replay(events), events, reachable: true };
}

const work: readonly Step[] = [
  [1, 'accepted', 'filed', { clock }],
  [2, 'dispatched', 'dispatched', { unit: 'water' }],
  [3, 'signed', 'in_progress'],
];
const done: readonly Step[] = [
  [4, 'contained'],
  [20, 'handled', 'checking'],
  [22, 'check_passed', 'confirming'],
];

const CASES = [
  caseWith('SOLVED', ...work, ...done, [23, 'rated', 'closed', { rating: 'solved', as: 'reporter' }]),
  caseWith('SILENT', ...work, ...done, [96, 'left_unrated', 'closed']),
  // Accepted late, dispatched twice, contained late, reworked late, still in the rating period.
  caseWith(
    'SLOW',
    [3, 'accepted', 'filed', { clock }],
    [4, 'dispatched', 'dispatched', { unit: 'lighting' }],
    [5, 'returned', 'filed', { unit: 'water' }],
    [6, 'dispatched', 'dispatched', { unit: 'water' }],
    [7, 'signed', 'in_progress'],
    [8, 'contained'],
    [40, 'handled', 'checking'],
    [41, 'check_failed', 'in_progress'],
    [42, 'handled', 'checking'],
    [43, 'check_passed', 'confirming'],
  ),
  // A report without any later event.
  caseWith('LEFT'),
  caseWith('REFUSED', [1, 'rejected', 'rejected']),
];

test('every figure lists the cases of its numerator and its denominator', () => {
  const figures = Object.fromEntries(
    figuresOf(CASES, NOW).map(({ name, denominator, numerator }) => [name, [numerator, denominator]]),
  );
  expect(Object.keys(figures)).toEqual([...FIGURES]);
  expect(figures).toMatchObject({
    accepted_in_time: [
      ['SOLVED', 'SILENT', 'REFUSED'],
      ['SOLVED', 'SILENT', 'SLOW', 'LEFT', 'REFUSED'],
    ],
    sent_right: [
      ['SOLVED', 'SILENT'],
      ['SOLVED', 'SILENT', 'SLOW'],
    ],
    contained_in_time: [
      ['SOLVED', 'SILENT'],
      ['SOLVED', 'SILENT', 'SLOW'],
    ],
    cured_in_time: [
      ['SOLVED', 'SILENT'],
      ['SOLVED', 'SILENT', 'SLOW'],
    ],
    closed_of_due: [
      ['SOLVED', 'SILENT'],
      ['SOLVED', 'SILENT', 'SLOW'],
    ],
    rework: [['SLOW'], ['SOLVED', 'SILENT', 'SLOW']],
    extended: [[], ['SOLVED', 'SILENT', 'SLOW']],
  });
});

test('an unrated case counts in the denominator of confirmed_solved and not in the numerator', () => {
  const solved = figuresOf(CASES, NOW).find(({ name }) => name === 'confirmed_solved');
  expect(solved).toMatchObject({ numerator: ['SOLVED'], denominator: ['SOLVED', 'SILENT'] });
});

test('the second whole of confirmed_solved holds only cases with a resident to ask', () => {
  const [solved, silent] = CASES;
  if (!solved || !silent) throw new Error('A case is missing.');
  const unreachable = [
    ...CASES,
    // An application filed it, so no resident gets the question.
    { ...silent, record: { ...silent.record, number: 'UNASKED' }, reachable: false },
    // The reporter answered, and left afterwards.
    { ...solved, record: { ...solved.record, number: 'LEFT_LATER' }, reachable: false },
  ];
  const wholes = Object.fromEntries(figuresOf(unreachable, NOW).map((figure) => [figure.name, figure]));
  expect(wholes.confirmed_solved?.denominator).toEqual(['SOLVED', 'SILENT', 'UNASKED', 'LEFT_LATER']);
  expect(wholes.confirmed_of_asked).toMatchObject({
    numerator: ['SOLVED', 'LEFT_LATER'],
    denominator: ['SOLVED', 'SILENT', 'LEFT_LATER'],
  });
});

test('a case that was late when it was shelved stays late on the shelf; one in time counts in no figure', () => {
  const shelved = (number: string, hours: number) =>
    caseWith(number, ...work, [4, 'contained'], [hours, 'shelved', 'shelved', { until: NOW + HOUR_MS }]);
  const [late, inTime] = [shelved('LATE', 30), shelved('IN_TIME', 20)];
  const cured = figuresOf([late, inTime], NOW).find(({ name }) => name === 'cured_in_time');
  expect(cured).toMatchObject({ numerator: [], denominator: ['LATE'] });
  // The stock of open cases keeps its deadline, and both are open.
  const due = MONDAY + 25 * HOUR_MS;
  expect([late, inTime].map((one) => factOf(one, NOW).openDue)).toEqual([due, 0]);
});

test('a step that still runs and is not late counts in no figure', () => {
  const [accepted] = figuresOf([caseWith('LEFT')], MONDAY + HOUR_MS);
  expect(accepted).toMatchObject({ numerator: [], denominator: [] });
});
