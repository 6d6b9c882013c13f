import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/calendar.ts';
import type { CaseEvent, EventPayload, EventType } from '../../src/cases/case-event.ts';
import { ACTING_ROLES, EVENT_TYPES, REOPENINGS_UNTIL_SUPERVISED } from '../../src/cases/case-event.ts';
import { removeCase, submissionEvent } from '../../src/cases/case-store.ts';
import { clocksOf } from '../../src/cases/deadlines.ts';
import { staffNotice } from '../../src/cases/desk/staff-notice.ts';
import { workListsOf } from '../../src/cases/desk/work-queues.ts';
import type { Actor } from '../../src/cases/guards.ts';
import type { HazardCase, Report } from '../../src/cases/hazard-case.ts';
import { CASE_STATES, CLOSING_CONDITIONS, isOpen, LISTING_FIELDS, photosOf } from '../../src/cases/hazard-case.ts';
import { allowedEvents, attempt } from '../../src/cases/lifecycle.ts';
import { applyEvent, replay } from '../../src/cases/replay.ts';
import { TRANSITIONS } from '../../src/cases/transitions.ts';
import { cityOf } from '../../src/city/city.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import { keysOf } from '../../src/store/keys.ts';
import type { Store } from '../../src/store/store.ts';

const NOW = Date.parse('2026-11-23T02:00:00Z');
const PHOTO = [{ file: 'f', same: 's' }];
const WORDS = { text: '话' };
const CITY = cityOf(NEW_CITY, []);

const REPORT: Report = {
  id: 'case_x',
  number: 'K7Q4M2XR',
  category: 'flooding',
  place: { region: '990101001001005', point: { latitude: 31.4552, longitude: 119.4434 } },
  description: { text: '积水' },
  photos: [],
  urgent: false,
  filedAt: NOW,
  desk: '990101001000',
  community: '990101001001',
};

const DESK: Actor = { as: 'dispatcher', by: 'desk' };
const GRID: Actor = { as: 'grid_worker', by: 'grid' };
const WATER: Actor = { as: 'unit_staff', by: 'wang', units: ['water'] };
const LEAD: Actor = { as: 'lead', by: 'lead' };
const OFFICE: Actor = { as: 'office', by: 'office' };
const REPORTER: Actor = { as: 'reporter', by: 'zhou' };
const NEIGHBOUR: Actor = { as: 'follower', by: 'li' };
const SYSTEM: Actor = { as: 'house', by: '' };

/** A case with its event log; `do` requires every step to be allowed. */
class Life {
  readonly events: CaseEvent[];
  record: HazardCase;
  now = NOW;

  constructor(report: Report = REPORT) {
    this.events = [submissionEvent(report)];
    this.record = replay(this.events);
  }

  try(type: EventType, actor: Actor, payload: EventPayload = {}): string {
    const tried = attempt(this.record, type, actor, payload, this.now);
    if (tried.type === 'refused') return tried.why;
    this.events.push(tried.event);
    this.record = applyEvent(this.record, tried.event);
    return this.record.state;
  }

  do(...steps: readonly (readonly [EventType, Actor, EventPayload?])[]): this {
    for (const [type, actor, payload] of steps) {
      const before = this.record;
      const after = this.try(type, actor, payload);
      expect(CASE_STATES as readonly string[], `${type} from ${before.state}: ${after}`).toContain(after);
      this.now += MINUTE_MS;
    }
    return this;
  }
}

const ACCEPTED = ['accepted', DESK, { clock: { contain: '4h', cure: '24h' } }] as const;
const DISPATCHED = ['dispatched', DESK, { unit: 'water' }] as const;
const SIGNED = ['signed', WATER] as const;
const CONTAINED = ['contained', WATER, { photos: PHOTO }] as const;
const HANDLED = ['handled', WATER, { photos: PHOTO, words: WORDS }] as const;
const PASSED = ['check_passed', GRID, { photos: PHOTO }] as const;
const TO_WORK = [ACCEPTED, DISPATCHED, SIGNED, CONTAINED] as const;

describe('a case', () => {
  test('goes from report to closing, and closes only on the reporter’s rating', () => {
    const life = new Life().do(...TO_WORK, HANDLED, PASSED);
    expect(life.try('rated', NEIGHBOUR, { rating: 'solved' })).toBe('confirming');
    expect(life.try('rated', REPORTER, { rating: 'solved' })).toBe('closed');
    expect(life.record).toMatchObject({ outcome: 'solved', unit: 'water', handledBy: 'wang' });
  });

  test.each(['partly', 'unsolved'] as const)('that one follower rates as %s returns to work', (rating) => {
    const life = new Life().do(...TO_WORK, HANDLED, PASSED);
    expect(life.try('rated', NEIGHBOUR, { rating })).toBe('in_progress');
    expect(life.record).toMatchObject({ reopenings: 1, clock: { from: life.now, cure: '24h' } });
    expect(life.record.contained).toBeUndefined();
  });

  test('without a rating closes as unrated, never as solved', () => {
    const life = new Life().do(...TO_WORK, HANDLED, PASSED, ['left_unrated', SYSTEM]);
    expect(life.record).toMatchObject({ state: 'closed', outcome: 'unrated' });
  });

  test('is given to another person by a lead or the office only; anyone at the desk takes it over', () => {
    const life = new Life();
    expect(life.try('handed_over', LEAD, { holder: 'li' })).toBe('not_now');
    life.do(ACCEPTED);
    expect(life.record.holder).toBe('desk');
    const other: Actor = { as: 'dispatcher', by: 'other' };
    expect(life.try('handed_over', other, { holder: 'li' })).toBe('not_you');
    expect(life.try('handed_over', OFFICE)).toBe('not_you');
    expect(life.try('handed_over', OFFICE, { holder: 'desk' })).toBe('not_now');
    expect(allowedEvents(life.record, [OFFICE], NOW)).not.toContain('handed_over');
    life.do(['handed_over', OFFICE, { holder: 'li' }]);
    expect(life.record.holder).toBe('li');
    life.do(['handed_over', LEAD, { holder: 'lead' }], ['handed_over', other]);
    expect(life.record.holder).toBe('other');
  });

  test('can be reopened by a follower within 30 days, and the third time comes under supervision', () => {
    const life = new Life().do(...TO_WORK);
    for (let n = 1; n <= REOPENINGS_UNTIL_SUPERVISED; n += 1) {
      life.do(...(n === 1 ? [] : [CONTAINED]), HANDLED, PASSED, ['rated', REPORTER, { rating: 'solved' }]);
      expect(life.record.supervision ?? 0).toBe(0);
      life.do(['reopened', NEIGHBOUR, { words: WORDS }]);
    }
    expect(life.record).toMatchObject({ state: 'in_progress', supervision: 2 });
    life.do(CONTAINED, HANDLED, PASSED, ['rated', REPORTER, { rating: 'solved' }]);
    life.now += 31 * DAY_MS;
    expect(life.try('reopened', NEIGHBOUR, { words: WORDS })).toBe('too_late');
  });

  test('is returned with a nominated unit; after the second return the lead decides for good', () => {
    const life = new Life().do(ACCEPTED, DISPATCHED);
    const back = ['returned', WATER, { reason: 'not_ours', unit: 'lighting' }] as const;
    expect(life.try('returned', WATER, { reason: 'not_ours' })).toBe('unit_missing');
    life.do(back);
    expect(life.record).toMatchObject({ state: 'filed', nominated: 'lighting', returns: 1 });
    life.do(DISPATCHED, SIGNED, back);
    expect(life.try('dispatched', DESK, { unit: 'water' })).toBe('lead_decides');
    expect(workListsOf(life.record)).toMatchObject([{ list: 'lead:990101001000' }]);
    life.do(['dispatched', LEAD, { unit: 'water' }]);
    expect(life.try('returned', WATER, { reason: 'not_ours', unit: 'lighting' })).toBe('decided');
  });

  test('is redispatched in one step, and the new unit gets its full time to sign', () => {
    const life = new Life().do(ACCEPTED, DISPATCHED, SIGNED);
    life.now += 5 * HOUR_MS;
    expect(life.try('dispatched', DESK, { unit: 'water' })).toBe('unit_missing');
    expect(life.try('dispatched', DESK, { unit: 'lighting' })).toBe('dispatched');
    expect(life.record).toMatchObject({ unit: 'lighting', since: life.now });
    expect(workListsOf(life.record).map(({ list }) => list)).toEqual(['unit:lighting']);
    expect(life.try('handled', WATER, { photos: PHOTO, words: WORDS })).toBe('not_now');
  });

  test('can be returned within one working day only', () => {
    const life = new Life().do(ACCEPTED, DISPATCHED);
    life.now += 3 * DAY_MS;
    expect(life.try('returned', WATER, { reason: 'not_ours', unit: 'lighting' })).toBe('too_late');
  });

  test('cannot be checked by the person or the unit that did the work', () => {
    const life = new Life().do(...TO_WORK, HANDLED);
    expect(life.try('check_passed', { as: 'grid_worker', by: 'wang' }, { photos: PHOTO })).toBe('own_work');
    expect(life.try('check_passed', { ...GRID, units: ['water'] }, { photos: PHOTO })).toBe('own_work');
    expect(life.try('check_failed', GRID, { words: WORDS })).toBe('in_progress');
    expect(life.record).toMatchObject({ reworks: 1, clock: { cure: '12h', contain: '4h' } });
  });

  test('that needs containment is not done before the containment', () => {
    const life = new Life().do(ACCEPTED, DISPATCHED, SIGNED);
    expect(life.try('handled', WATER, { photos: PHOTO, words: WORDS })).toBe('contain_first');
    life.do(CONTAINED, HANDLED);
  });

  test('is extended once by the desk, once by the lead, and never a third time', () => {
    const life = new Life().do(...TO_WORK);
    const until = (days: number) => ({ until: NOW + days * DAY_MS, words: WORDS });
    life.do(['extension_asked', WATER, until(2)]);
    expect(workListsOf(life.record).map(({ list }) => list)).toEqual(['unit:water', 'desk:990101001000']);
    life.do(['extended', DESK, until(2)], ['extension_asked', WATER, until(3)]);
    expect(life.try('extended', DESK, until(3))).toBe('lead_decides');
    life.do(['extended', LEAD, until(3)]);
    expect(life.try('extension_asked', WATER, until(4))).toBe('extended_twice');
  });

  test('cannot be extended after its deadline', () => {
    const life = new Life().do(...TO_WORK);
    life.now += 2 * DAY_MS;
    expect(life.try('extension_asked', WATER, { until: life.now + DAY_MS, words: WORDS })).toBe('too_late');
  });

  test('is shelved for 90 days at most, stays open, and its clock stops', () => {
    const life = new Life().do(...TO_WORK);
    const shelve = (days: number) => ({ reason: 'season' as const, words: WORDS, until: life.now + days * DAY_MS });
    expect(life.try('shelved', LEAD, shelve(91))).toBe('until_too_far');
    life.do(['shelved', LEAD, shelve(30)]);
    expect(isOpen(life.record)).toBe(true);
    life.now += 10 * DAY_MS - MINUTE_MS;
    life.do(['resumed', LEAD]);
    expect(life.record).toMatchObject({ state: 'filed', frozenMs: 10 * DAY_MS });
  });

  test('of high risk does not close before all three conditions are confirmed, whatever the rating', () => {
    const life = new Life().do(
      ['accepted', DESK, { clock: { cure: '24h' }, highRisk: true }],
      DISPATCHED,
      SIGNED,
      HANDLED,
      PASSED,
    );
    life.do(['rated', REPORTER, { rating: 'solved' }]);
    expect(life.record.state).toBe('confirming');
    expect(life.try('left_unrated', SYSTEM)).toBe('three_missing');
    expect(life.try('three_filled', LEAD, { three: CLOSING_CONDITIONS.slice(0, 2) })).toBe('three_missing');
    expect(life.try('three_filled', LEAD, { three: CLOSING_CONDITIONS })).toBe('closed');
    expect(life.record.outcome).toBe('solved');
  });

  test('needs all five fields for a public listing, and leaves the list only after an independent check', () => {
    const life = new Life().do(...TO_WORK);
    const five = Object.fromEntries(LISTING_FIELDS.map((one) => [one, '有'])) as Record<
      (typeof LISTING_FIELDS)[number],
      string
    >;
    expect(life.try('listed', OFFICE, { five: { ...five, funds: ' ' } })).toBe('five_missing');
    life.do(['listed', OFFICE, { five }]);
    expect(life.try('delisted', OFFICE)).toBe('check_missing');
    expect(life.try('given_up', LEAD, { reason: 'no_power', words: WORDS })).toBe('still_listed');
    life.do(HANDLED, PASSED, ['rated', REPORTER, { rating: 'solved' }]);
    expect(life.try('three_filled', LEAD, { three: CLOSING_CONDITIONS })).toBe('still_listed');
    life.do(['delisted', OFFICE], ['three_filled', LEAD, { three: CLOSING_CONDITIONS }]);
    expect(life.record).toMatchObject({ state: 'closed', outcome: 'solved' });
  });

  test('on the public list and opened again leaves the list only after another check', () => {
    const five = Object.fromEntries(LISTING_FIELDS.map((one) => [one, '有'])) as Record<
      (typeof LISTING_FIELDS)[number],
      string
    >;
    const life = new Life().do(['accepted', DESK, { clock: { cure: '24h' } }], DISPATCHED, SIGNED);
    life.do(['listed', OFFICE, { five }], HANDLED, PASSED);
    life.do(['rated', REPORTER, { rating: 'unsolved' }]);
    expect(life.try('delisted', OFFICE)).toBe('check_missing');
    life.do(HANDLED);
    expect(life.try('delisted', OFFICE)).toBe('check_missing');
    life.do(PASSED, ['delisted', OFFICE]);
    expect(life.record.listedAt).toBeUndefined();
  });

  test('of high risk without a rating closes as unrated once the lead confirms the three, however late', () => {
    const life = new Life().do(['accepted', DESK, { clock: { cure: '24h' }, highRisk: true }]);
    life.do(DISPATCHED, SIGNED, HANDLED, PASSED);
    life.now += 73 * HOUR_MS;
    expect(life.try('left_unrated', SYSTEM)).toBe('three_missing');
    expect(life.try('three_filled', LEAD, { three: CLOSING_CONDITIONS })).toBe('closed');
    expect(life.record.outcome).toBe('unrated');
  });

  test('on the public list cannot be withdrawn, merged or put under less supervision', () => {
    const five = Object.fromEntries(LISTING_FIELDS.map((one) => [one, '有'])) as Record<
      (typeof LISTING_FIELDS)[number],
      string
    >;
    const life = new Life().do(ACCEPTED, ['listed', OFFICE, { five }]);
    expect(life.try('withdrawn', REPORTER)).toBe('still_listed');
    expect(life.try('merged', DESK, { target: 'case_y' })).toBe('still_listed');
    expect(life.try('supervised', LEAD, { level: 1 })).toBe('still_listed');
  });

  test('leaves the clock of the look when somebody has looked; then the desk decides', () => {
    const life = new Life().do(['look_ordered', DESK]);
    expect(clocksOf(life.record)).toMatchObject([{ for: 'look' }]);
    life.now += 3 * HOUR_MS;
    life.do(['looked', GRID, { photos: PHOTO, found: true }]);
    expect(clocksOf(life.record)).toMatchObject([{ for: 'accept', from: NOW + MINUTE_MS + 3 * HOUR_MS }]);
  });

  test('whose rejection was wrong is filed with both clocks by one tap of the lead; what is unclear goes to the desk', () => {
    const rejection = ['rejected', DESK, { reason: 'too_little', words: WORDS }] as const;
    const clock = { contain: '4h', cure: '24h' } as const;
    const life = new Life().do(rejection);
    expect(life.try('overturned', DESK, { clock })).toBe('not_you');
    expect(allowedEvents(life.record, [LEAD], life.now)).toEqual(['overturned']);
    life.do(['overturned', LEAD, { clock }]);
    expect(life.record).toMatchObject({ state: 'filed', clock, limits: clock });
    expect(clocksOf(life.record).map((one) => one.for)).toEqual(['dispatch', 'contain', 'cure']);
    expect(life.try('overturned', LEAD, { clock })).toBe('not_now');

    const unclear = new Life({ ...REPORT, category: 'other_hazard' }).do(rejection, ['appealed', REPORTER]);
    unclear.do(['rejected', LEAD, { reason: 'too_little', words: WORDS }], ['overturned', LEAD]);
    expect(unclear.record).toMatchObject({ state: 'submitted' });
    expect(unclear.record.appealed).toBeUndefined();
    expect(clocksOf(unclear.record).map((one) => one.for)).toEqual(['accept']);
  });

  test('that its reporter withdraws does not count as reviewed', () => {
    expect(new Life().do(['withdrawn', REPORTER]).record.looked).toBeUndefined();
  });

  test('needs containment before the shelf, and its extension moves by the shelved time', () => {
    const life = new Life().do(ACCEPTED, DISPATCHED, SIGNED);
    const until = NOW + 10 * DAY_MS;
    expect(life.try('shelved', LEAD, { reason: 'season', words: WORDS, until })).toBe('contain_first');
    life.do(CONTAINED, ['extension_asked', WATER, { until, words: WORDS }], ['extended', DESK, { until }]);
    life.do(['shelved', LEAD, { reason: 'season', words: WORDS, until: NOW + 60 * DAY_MS }]);
    const from = life.record.since;
    life.now = from + 50 * DAY_MS;
    life.do(['resumed', SYSTEM]);
    expect(life.record.extended?.until).toBe(until + 50 * DAY_MS);
  });

  test('has its full limit after a reopening, even if a failed check had halved it', () => {
    const life = new Life().do(...TO_WORK, HANDLED, ['check_failed', GRID, { words: WORDS }]);
    expect(life.record.clock?.cure).toBe('12h');
    life.do(HANDLED, PASSED, ['rated', REPORTER, { rating: 'unsolved' }]);
    expect(life.record.clock?.cure).toBe('24h');
  });

  test('keeps all its photos in the record, so that its removal deletes all of them', () => {
    const photo = (name: string) => ({ photos: [{ file: name, same: name }] });
    const life = new Life().do(ACCEPTED, DISPATCHED, SIGNED, ['contained', WATER, photo('fence')]);
    life.do(['handled', WATER, { ...photo('done'), words: WORDS }], ['check_passed', GRID, photo('checked')]);
    expect(photosOf(life.record).map(({ same }) => same)).toEqual(['fence', 'done', 'checked']);
    const store = { keys: keysOf('test') } as Store; // removeCase uses only the keys
    const { writes } = removeCase(store, { version: 1, record: life.record }, NOW);
    expect(writes.filter(([, key]) => key === store.keys.photosUnwanted)).toHaveLength(3);
  });

  test('can leave a merge within a day, and returns to its former state', () => {
    const life = new Life().do(ACCEPTED, ['merged', DESK, { target: 'case_y' }], ['unmerged', DESK]);
    expect(life.record.state).toBe('filed');
    expect([life.record.mergedInto, life.record.closedAt]).toEqual([undefined, undefined]);
    life.do(['merged', DESK, { target: 'case_y' }]);
    life.now += 25 * HOUR_MS;
    expect(life.try('unmerged', DESK)).toBe('too_late');
  });
});

describe('the transition table', () => {
  test('has every event except submission and redaction', () => {
    const known = new Set(TRANSITIONS.map(({ event }) => event));
    expect(EVENT_TYPES.filter((type) => !known.has(type))).toEqual(['submitted', 'redacted']);
  });

  test('leads to every state', () => {
    const reached = new Set<string>(TRANSITIONS.map(({ to }) => to));
    const byRating = ['closed']; // targetState decides
    expect(CASE_STATES.filter((state) => !reached.has(state) && !byRating.includes(state))).toEqual([]);
  });
});

/** Final events, which would make every walk short. */
/** States that few events leave by themselves. */
const STAYS: ReadonlySet<string> = new Set(['checking', 'confirming', 'closed', 'closed_unsolved']);
const ENDS: readonly EventType[] = ['rejected', 'withdrawn', 'merged', 'given_up', 'left_unrated'];

/** A random actor, event and payload: mostly a transition of the present state, sometimes any event. */
const move = fc.record({
  pick: fc.nat(1000),
  wild: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  type: fc.constantFrom(...EVENT_TYPES.filter((type) => type !== 'submitted' && type !== 'redacted')),
  as: fc.constantFrom(...ACTING_ROLES),
  by: fc.constantFrom('a', 'b', 'c'),
  units: fc.constantFrom([], ['water'], ['lighting']),
  payload: fc.record(
    {
      words: fc.constant(WORDS),
      photos: fc.constant(PHOTO),
      reason: fc.constant('not_ours'),
      unit: fc.constantFrom('water', 'lighting'),
      target: fc.constant('case_y' as const),
      until: fc.integer({ min: -1, max: 100 }).map((days) => NOW + days * DAY_MS),
      rating: fc.constantFrom('solved', 'partly', 'unsolved'),
      three: fc.subarray([...CLOSING_CONDITIONS]),
      five: fc.constant({ responsibility: '张', funds: '有', time: '月底', measures: '围挡', plan: '有' }),
      clock: fc.constant({ contain: '4h', cure: '2wd' } as const),
      highRisk: fc.boolean(),
      found: fc.boolean(),
    },
    { requiredKeys: ['words', 'photos', 'reason', 'unit', 'target', 'until', 'rating', 'clock'] },
  ),
  waitHours: fc.integer({ min: 0, max: 6 }),
});

test('random walks stay within the transition table, keep checks independent, and replay to the same record', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(move, { minLength: 100, maxLength: 300, size: 'max' }), (moves) => {
      const events: CaseEvent[] = [submissionEvent(REPORT)];
      let record = replay(events);
      let now = NOW;
      for (const { pick, wild, by, units, payload, waitHours, ...any } of moves) {
        const transitions = TRANSITIONS.filter(
          (t) =>
            t.from.includes(record.state) &&
            (pick % 16 === 0 || !ENDS.includes(t.event)) &&
            // Events that keep the state are many; without this a walk would hardly move.
            (pick % 12 === 0 || t.to !== 'same' || STAYS.has(record.state)),
        );
        const chosen = wild ? undefined : transitions[pick % transitions.length];
        const type = chosen?.event ?? any.type;
        const as = chosen?.roles[pick % chosen.roles.length] ?? any.as;
        const actor = { as, by, units };
        now += waitHours * HOUR_MS;
        const tried = attempt(record, type, actor, payload as EventPayload, now);
        const transition = TRANSITIONS.find(
          (t) => t.event === type && t.from.includes(record.state) && t.roles.includes(as),
        );
        if (tried.type === 'refused') continue;
        expect(transition).toBeDefined();
        const before = record;
        record = applyEvent(record, tried.event);
        events.push(tried.event);
        seen.add(`${before.state}→${record.state}`);
        // Without supervision everybody who has the case on a list is told what to do with it.
        for (const { list } of (record.supervision ?? 0) === 0 ? workListsOf(record) : []) {
          const wish = staffNotice(list, before, record, tried.event, CITY).values?.wish;
          expect(wish, `${list} after ${type}`).not.toEqual({ key: 'common:turn.wish.watch' });
        }
        if (type === 'check_passed') {
          expect(by).not.toBe(before.handledBy);
          expect(units).not.toContain(before.unit);
        }
        if ((record.reopenings ?? 0) >= REOPENINGS_UNTIL_SUPERVISED && type === 'reopened')
          expect(record.supervision).toBeGreaterThanOrEqual(2);
        if (record.state === 'closed' && record.highRisk) {
          expect(record.listedAt).toBeUndefined();
          expect([...(record.three ?? [])].sort()).toEqual([...CLOSING_CONDITIONS].sort());
        }
        if (isOpen(record)) {
          expect(record.closedAt).toBeUndefined();
          if (record.state !== 'confirming') expect(workListsOf(record).length).toBeGreaterThan(0);
        } else expect(record.closedAt).toBe(record.since);
        if (record.state === 'dispatched' || record.state === 'in_progress') expect(record.unit).toBeDefined();
      }
      expect(replay(JSON.parse(JSON.stringify(events)))).toEqual(record);
    }),
    { numRuns: Number(process.env.WALKS ?? 150), endOnFailure: true },
  );
  expect(seen.size).toBeGreaterThan(25);
});

test('allowedEvents lists exactly the events that these actors may start in this state', () => {
  const life = new Life().do(...TO_WORK);
  const actors = [WATER, LEAD, OFFICE, NEIGHBOUR];
  // What is contained already, or has no limit for it, is not contained again.
  expect([...allowedEvents(life.record, actors, life.now)].sort()).toEqual(
    [
      ...['added', 'asked', 'noted', 'dispatched', 'extension_asked', 'given_up', 'handled', 'listed', 'returned'],
      ...['shelved', 'supervised'],
    ].sort(),
  );
  expect(allowedEvents(life.record, [REPORTER], life.now)).toEqual(['added']);
});
