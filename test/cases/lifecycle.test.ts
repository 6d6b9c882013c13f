import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CaseEvent, EventPayload, EventType } from '../../src/cases/case-event.ts';
import { ACTING_ROLES, apply, EVENT_TYPES, REOPENINGS_UNTIL_SUPERVISED, replay } from '../../src/cases/case-event.ts';
import { removeCase, submission } from '../../src/cases/case-store.ts';
import { workListsOf } from '../../src/cases/desk/work-queues.ts';
import type { HazardCase, Report } from '../../src/cases/hazard-case.ts';
import { CASE_STATES, FIVE, isOpen, photosOf, THREE } from '../../src/cases/hazard-case.ts';
import type { Actor } from '../../src/cases/lifecycle.ts';
import { attempt, offered, TRANSITIONS } from '../../src/cases/lifecycle.ts';
import { keysOf } from '../../src/store/keys.ts';
import type { Store } from '../../src/store/store.ts';

const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.parse('2026-11-23T02:00:00Z');
const PHOTO = [{ file: 'f', same: 's' }];
const WORDS = { text: '话' };

const REPORT: Report = {
  id: 'case_x',
  number: 'K7Q4M2XR',
  category: 'flooding',
  place: { region: '990101001001005', point: { latitude: 31.4552, longitude: 119.4434 } },
  description: { text: '积水' },
  photos: [],
  anonymous: true,
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
const HOUSE: Actor = { as: 'house', by: '' };

/** A case on its way, with its log; each step must be allowed. */
class Life {
  readonly events: CaseEvent[] = [submission(REPORT)];
  record: HazardCase = replay(this.events);
  now = NOW;

  try(type: EventType, actor: Actor, brought: EventPayload = {}): string {
    const tried = attempt(this.record, type, actor, brought, this.now);
    if (tried.type === 'refused') return tried.why;
    this.events.push(tried.event);
    this.record = apply(this.record, tried.event);
    return this.record.state;
  }

  do(...steps: readonly (readonly [EventType, Actor, EventPayload?])[]): this {
    for (const [type, actor, brought] of steps) {
      const before = this.record;
      const after = this.try(type, actor, brought);
      expect(CASE_STATES as readonly string[], `${type} from ${before.state}: ${after}`).toContain(after);
      this.now += 60_000;
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
  test('goes from the report to its end, and the reporter has the last word', () => {
    const life = new Life().do(...TO_WORK, HANDLED, PASSED);
    expect(life.try('rated', NEIGHBOUR, { rating: 'solved' })).toBe('confirming');
    expect(life.try('rated', REPORTER, { rating: 'solved' })).toBe('closed');
    expect(life.record).toMatchObject({ outcome: 'solved', unit: 'water', handledBy: 'wang' });
  });

  test.each(['partly', 'unsolved'] as const)('that one neighbour calls %s solved goes back to work', (rating) => {
    const life = new Life().do(...TO_WORK, HANDLED, PASSED);
    expect(life.try('rated', NEIGHBOUR, { rating })).toBe('in_progress');
    expect(life.record).toMatchObject({ reopenings: 1, clock: { from: life.now, cure: '24h' } });
    expect(life.record.contained).toBeUndefined();
  });

  test('about which nobody says anything is closed as unrated, never as solved', () => {
    const life = new Life().do(...TO_WORK, HANDLED, PASSED, ['left_unrated', HOUSE]);
    expect(life.record).toMatchObject({ state: 'closed', outcome: 'unrated' });
  });

  test('is opened again within 30 days by anybody who follows it, and the third time it is supervised', () => {
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

  test('is given back with the right unit named; the second time the lead decides, for good', () => {
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

  test('is sent elsewhere in one step, and the new unit has its own time to take it up', () => {
    const life = new Life().do(ACCEPTED, DISPATCHED, SIGNED);
    life.now += 5 * HOUR_MS;
    expect(life.try('dispatched', DESK, { unit: 'water' })).toBe('unit_missing');
    expect(life.try('dispatched', DESK, { unit: 'lighting' })).toBe('dispatched');
    expect(life.record).toMatchObject({ unit: 'lighting', since: life.now });
    expect(workListsOf(life.record).map(({ list }) => list)).toEqual(['unit:lighting']);
    expect(life.try('handled', WATER, { photos: PHOTO, words: WORDS })).toBe('not_now');
  });

  test('is given back within one working day only', () => {
    const life = new Life().do(ACCEPTED, DISPATCHED);
    life.now += 3 * DAY_MS;
    expect(life.try('returned', WATER, { reason: 'not_ours', unit: 'lighting' })).toBe('too_late');
  });

  test('is checked by others than those who did the work', () => {
    const life = new Life().do(...TO_WORK, HANDLED);
    expect(life.try('check_passed', { as: 'grid_worker', by: 'wang' }, { photos: PHOTO })).toBe('own_work');
    expect(life.try('check_passed', { ...GRID, units: ['water'] }, { photos: PHOTO })).toBe('own_work');
    expect(life.try('check_failed', GRID, { words: WORDS })).toBe('in_progress');
    expect(life.record).toMatchObject({ reworks: 1, clock: { cure: '12h', contain: '4h' } });
  });

  test('whose danger must be fenced off first is not done before', () => {
    const life = new Life().do(ACCEPTED, DISPATCHED, SIGNED);
    expect(life.try('handled', WATER, { photos: PHOTO, words: WORDS })).toBe('contain_first');
    life.do(CONTAINED, HANDLED);
  });

  test('is extended once by the desk, once by the lead, and never again', () => {
    const life = new Life().do(...TO_WORK);
    const until = (days: number) => ({ until: NOW + days * DAY_MS, words: WORDS });
    life.do(['extension_asked', WATER, until(2)]);
    expect(workListsOf(life.record).map(({ list }) => list)).toEqual(['unit:water', 'desk:990101001000']);
    life.do(['extended', DESK, until(2)], ['extension_asked', WATER, until(3)]);
    expect(life.try('extended', DESK, until(3))).toBe('lead_decides');
    life.do(['extended', LEAD, until(3)]);
    expect(life.try('extension_asked', WATER, until(4))).toBe('extended_twice');
  });

  test('whose time is over is not extended any more', () => {
    const life = new Life().do(...TO_WORK);
    life.now += 2 * DAY_MS;
    expect(life.try('extension_asked', WATER, { until: life.now + DAY_MS, words: WORDS })).toBe('too_late');
  });

  test('that cannot be done now is shelved in the open for 90 days at most, and its clock stands still', () => {
    const life = new Life().do(...TO_WORK);
    const shelve = (days: number) => ({ reason: 'season' as const, words: WORDS, until: life.now + days * DAY_MS });
    expect(life.try('shelved', LEAD, shelve(91))).toBe('until_too_far');
    life.do(['shelved', LEAD, shelve(30)]);
    expect(isOpen(life.record)).toBe(true);
    life.now += 10 * DAY_MS - 60_000;
    life.do(['resumed', LEAD]);
    expect(life.record).toMatchObject({ state: 'filed', frozenMs: 10 * DAY_MS });
  });

  test('of high risk is not let go before all three are filled, whatever the reporter says', () => {
    const life = new Life().do(
      ['accepted', DESK, { clock: { cure: '24h' }, highRisk: true }],
      DISPATCHED,
      SIGNED,
      HANDLED,
      PASSED,
    );
    life.do(['rated', REPORTER, { rating: 'solved' }]);
    expect(life.record.state).toBe('confirming');
    expect(life.try('left_unrated', HOUSE)).toBe('three_missing');
    expect(life.try('three_filled', LEAD, { three: THREE.slice(0, 2) })).toBe('three_missing');
    expect(life.try('three_filled', LEAD, { three: THREE })).toBe('closed');
    expect(life.record.outcome).toBe('solved');
  });

  test('that is publicly listed names all five, and is taken off the list only after a check by others', () => {
    const life = new Life().do(...TO_WORK);
    const five = Object.fromEntries(FIVE.map((one) => [one, '有'])) as Record<(typeof FIVE)[number], string>;
    expect(life.try('listed', OFFICE, { five: { ...five, funds: ' ' } })).toBe('five_missing');
    life.do(['listed', OFFICE, { five }]);
    expect(life.try('delisted', OFFICE)).toBe('check_missing');
    expect(life.try('given_up', LEAD, { reason: 'no_power', words: WORDS })).toBe('still_listed');
    life.do(HANDLED, PASSED, ['rated', REPORTER, { rating: 'solved' }]);
    expect(life.try('three_filled', LEAD, { three: THREE })).toBe('still_listed');
    life.do(['delisted', OFFICE], ['three_filled', LEAD, { three: THREE }]);
    expect(life.record).toMatchObject({ state: 'closed', outcome: 'solved' });
  });

  test('of high risk about which nobody answers is closed as unrated once the lead has filled the three, however late', () => {
    const life = new Life().do(['accepted', DESK, { clock: { cure: '24h' }, highRisk: true }]);
    life.do(DISPATCHED, SIGNED, HANDLED, PASSED);
    life.now += 73 * HOUR_MS;
    expect(life.try('left_unrated', HOUSE)).toBe('three_missing');
    expect(life.try('three_filled', LEAD, { three: THREE })).toBe('closed');
    expect(life.record.outcome).toBe('unrated');
  });

  test('that is publicly listed is neither withdrawn, nor merged away, nor quietly supervised less', () => {
    const five = Object.fromEntries(FIVE.map((one) => [one, '有'])) as Record<(typeof FIVE)[number], string>;
    const life = new Life().do(ACCEPTED, ['listed', OFFICE, { five }]);
    expect(life.try('withdrawn', REPORTER)).toBe('still_listed');
    expect(life.try('merged', DESK, { target: 'case_y' })).toBe('still_listed');
    expect(life.try('supervised', LEAD, { level: 1 })).toBe('still_listed');
  });

  test('that its reporter takes back was looked at by nobody', () => {
    expect(new Life().do(['withdrawn', REPORTER]).record.looked).toBeUndefined();
  });

  test('that was shelved has its extension moved on by as long, and is fenced off before', () => {
    const life = new Life().do(ACCEPTED, DISPATCHED, SIGNED);
    const until = NOW + 10 * DAY_MS;
    expect(life.try('shelved', LEAD, { reason: 'season', words: WORDS, until })).toBe('contain_first');
    life.do(CONTAINED, ['extension_asked', WATER, { until, words: WORDS }], ['extended', DESK, { until }]);
    life.do(['shelved', LEAD, { reason: 'season', words: WORDS, until: NOW + 60 * DAY_MS }]);
    const from = life.record.since;
    life.now = from + 50 * DAY_MS;
    life.do(['resumed', HOUSE]);
    expect(life.record.extended?.until).toBe(until + 50 * DAY_MS);
  });

  test('opened again has its whole limit, whatever a failed check had left of it', () => {
    const life = new Life().do(...TO_WORK, HANDLED, ['check_failed', GRID, { words: WORDS }]);
    expect(life.record.clock?.cure).toBe('12h');
    life.do(HANDLED, PASSED, ['rated', REPORTER, { rating: 'unsolved' }]);
    expect(life.record.clock?.cure).toBe('24h');
  });

  test('keeps every photo that belongs to it, so that every one goes with it', () => {
    const photo = (name: string) => ({ photos: [{ file: name, same: name }] });
    const life = new Life().do(ACCEPTED, DISPATCHED, SIGNED, ['contained', WATER, photo('fence')]);
    life.do(['handled', WATER, { ...photo('done'), words: WORDS }], ['check_passed', GRID, photo('checked')]);
    expect(photosOf(life.record).map(({ same }) => same)).toEqual(['fence', 'done', 'checked']);
    const store = { keys: keysOf('test') } as Store; // of the store only the names of its keys
    const { writes } = removeCase(store, { version: 1, record: life.record }, NOW);
    expect(writes.filter(([, key]) => key === store.keys.photosUnwanted)).toHaveLength(3);
  });

  test('that was merged can be taken apart again for a day, and is what it was', () => {
    const life = new Life().do(ACCEPTED, ['merged', DESK, { target: 'case_y' }], ['unmerged', DESK]);
    expect(life.record.state).toBe('filed');
    expect([life.record.mergedInto, life.record.closedAt]).toEqual([undefined, undefined]);
    life.do(['merged', DESK, { target: 'case_y' }]);
    life.now += 25 * HOUR_MS;
    expect(life.try('unmerged', DESK)).toBe('too_late');
  });
});

describe('the table', () => {
  test('knows every event but those that begin a case or only keep less of it', () => {
    const known = new Set(TRANSITIONS.map(({ event }) => event));
    expect(EVENT_TYPES.filter((type) => !known.has(type))).toEqual(['submitted', 'redacted']);
  });

  test('leads to every state', () => {
    const reached = new Set<string>(TRANSITIONS.map(({ to }) => to));
    const said = ['closed']; // by those who are asked
    expect(CASE_STATES.filter((state) => !reached.has(state) && !said.includes(state))).toEqual(['submitted']);
  });
});

/** Ends that would make every walk short. */
const ENDS: readonly EventType[] = ['rejected', 'withdrawn', 'merged', 'given_up', 'left_unrated'];

/** Somebody, in some part, does something with something: mostly what the table has in that state, now and then anything. */
const move = fc.record({
  pick: fc.nat(1000),
  wild: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  type: fc.constantFrom(...EVENT_TYPES.filter((type) => type !== 'submitted' && type !== 'redacted')),
  as: fc.constantFrom(...ACTING_ROLES),
  by: fc.constantFrom('a', 'b', 'c'),
  units: fc.constantFrom([], ['water'], ['lighting']),
  brought: fc.record(
    {
      words: fc.constant(WORDS),
      photos: fc.constant(PHOTO),
      reason: fc.constant('not_ours'),
      unit: fc.constantFrom('water', 'lighting'),
      target: fc.constant('case_y' as const),
      until: fc.integer({ min: -1, max: 100 }).map((days) => NOW + days * DAY_MS),
      rating: fc.constantFrom('solved', 'partly', 'unsolved'),
      three: fc.subarray([...THREE]),
      five: fc.constant({ responsibility: '张', funds: '有', time: '月底', measures: '围挡', plan: '有' }),
      clock: fc.constant({ contain: '4h', cure: '2wd' } as const),
      highRisk: fc.boolean(),
      found: fc.boolean(),
    },
    { requiredKeys: ['words', 'photos', 'reason', 'unit', 'target', 'until', 'rating', 'clock'] },
  ),
  waitHours: fc.integer({ min: 0, max: 6 }),
});

test('no walk leads where the table does not, none checks their own work, and the log alone gives the record back', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(move, { minLength: 100, maxLength: 300, size: 'max' }), (moves) => {
      const events: CaseEvent[] = [submission(REPORT)];
      let record = replay(events);
      let now = NOW;
      for (const { pick, wild, by, units, brought, waitHours, ...any } of moves) {
        const rows = TRANSITIONS.filter(
          (t) => t.from.includes(record.state) && (pick % 9 === 0 || !ENDS.includes(t.event)),
        );
        const chosen = wild ? undefined : rows[pick % rows.length];
        const type = chosen?.event ?? any.type;
        const as = chosen?.who[pick % chosen.who.length] ?? any.as;
        const actor = { as, by, units };
        now += waitHours * HOUR_MS;
        const tried = attempt(record, type, actor, brought as EventPayload, now);
        const row = TRANSITIONS.find((t) => t.event === type && t.from.includes(record.state) && t.who.includes(as));
        if (tried.type === 'refused') continue;
        expect(row).toBeDefined();
        const before = record;
        record = apply(record, tried.event);
        events.push(tried.event);
        seen.add(`${before.state}→${record.state}`);
        if (type === 'check_passed') {
          expect(by).not.toBe(before.handledBy);
          expect(units).not.toContain(before.unit);
        }
        if ((record.reopenings ?? 0) >= REOPENINGS_UNTIL_SUPERVISED && type === 'reopened')
          expect(record.supervision).toBeGreaterThanOrEqual(2);
        if (record.state === 'closed' && record.highRisk) {
          expect(record.listedAt).toBeUndefined();
          expect([...(record.three ?? [])].sort()).toEqual([...THREE].sort());
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

test('what is offered is what is then done: with everything brought along, nothing of it is refused as not theirs or not now', () => {
  const life = new Life().do(...TO_WORK);
  const actors = [WATER, LEAD, OFFICE, NEIGHBOUR];
  expect([...offered(life.record, actors, life.now)].sort()).toEqual(
    [
      ...['added', 'contained', 'dispatched', 'extension_asked', 'given_up', 'handled', 'listed', 'returned'],
      ...['shelved', 'supervised'],
    ].sort(),
  );
  expect(offered(life.record, [REPORTER], life.now)).toEqual(['added']);
});
