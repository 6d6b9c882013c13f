import { CALENDAR_ENDS, DAY_MS, dayOf } from '../../calendar.ts';
import { personShield } from '../../cases/report/person-shield.ts';
import type { City } from '../../city/city.ts';
import type { Outcome, Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import type { Names, Option } from '../../engine/step.ts';
import { choice } from '../../engine/steps/choice.ts';
import { date } from '../../engine/steps/date.ts';
import { number } from '../../engine/steps/number.ts';
import { text } from '../../engine/steps/text.ts';
import type { Grant } from '../../people/role.ts';
import { anyGrantCovers, EVERYWHERE } from '../../people/role.ts';
import type { StaffGrant } from '../../people/staff-list.ts';
import type { FinishContext, LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import type { Shift, ShiftHours } from './shift.ts';
import { MAY_HOLD_SHIFTS, MAY_PLAN_SHIFTS, plannedShifts, SHIFT_HOURS } from './shift.ts';
import { loadColleagues, placeNames, shiftButton, shiftValues } from './shift-messages.ts';
import { changeShift, isBusy, SHIFT_DEEDS, shiftDeeds } from './shift-rules.ts';
import { keepShift, loadShifts, removeShift } from './shift-store.ts';
import type { TestCall } from './test-call.ts';
import { endCall, isAnswered, loadCalls } from './test-call.ts';

type RosterFacts = City & {
  readonly me: string;
  readonly grants: readonly Grant[];
  /** The person's shifts, and those on the person's ground that are free or offered. */
  readonly shifts: readonly Kept<Shift>[];
  /** Colleagues of the chosen shift; told of a wish to swap. */
  readonly colleagues: readonly StaffGrant[];
  readonly call: { readonly place: string; readonly call: TestCall } | undefined;
  readonly wanted: unknown;
};
type RosterAnswers = { readonly shift?: string | null; readonly next?: string | null };

const LISTED_MAX = 12;
const AHEAD_MS = 31 * DAY_MS;
const PLACES_MAX = 24;
/** The tap that answers a test call. */
const CALL = 'call_answered';
/** The option that plans new shifts. */
const NEW = 'new';

const isNew = ({ answers }: { readonly answers: RosterAnswers }) => answers.shift === NEW;

/** 值班: organisers take, hand over and swap shifts; a lead or the office plans them. */
export const roster = flow<RosterFacts>({ id: 'roster', version: 1, lifetimeSeconds: 24 * 3600, light: true })
  .step(
    'shift',
    choice({
      options: ({ facts }): readonly Option[] => [
        ...facts.shifts.slice(0, LISTED_MAX).map(({ record }) => ({ id: record.id, name: nameOf(record, facts) })),
        ...(mayPlan(facts) ? [{ id: NEW }] : []),
      ],
      resets: ['next', 'place'],
    }),
  )
  .step(
    'next',
    choice({
      relevant: (here) => !isNew(here),
      options: (here): readonly Option[] => {
        const kept = chosen(here);
        if (!kept) return [];
        const deeds = shiftDeeds(kept.record, actorOn(kept.record, here.facts), here.now);
        return [...(here.facts.call ? [CALL] : []), ...deeds].map((id) => ({ id }));
      },
      values: (here) => {
        const kept = chosen(here);
        return kept ? shiftValues(kept.record, here.facts.me, here.facts) : {};
      },
      resets: ['note'],
    }),
  )
  .step(
    'note',
    text({
      relevant: ({ answers }) => answers.next === 'note_written',
      maxLength: 200,
      written: true,
      screen: personShield,
    }),
  )
  .step(
    'place',
    choice({
      relevant: isNew,
      options: ({ facts }): readonly Option[] => placesOf(facts).map((id) => ({ id, name: placeNames(id, facts) })),
    }),
  )
  .step('day', date({ relevant: isNew, withinDays: 60 }))
  .step('days', number({ relevant: isNew, min: 1, max: 14 }))
  .step('hours', choice({ relevant: isNew, options: SHIFT_HOURS }))
  .step('people', choice({ relevant: isNew, options: ['1', '2'] }))
  .end();

export const rosterTalk = talk({
  flow: roster,
  loadsBy: ['shift'],
  menuOf: MAY_HOLD_SHIFTS,
  load: async ({ store, city, person, position, now }: LoadContext) => {
    const me = store.pseudonym(person.urn);
    const grants = (person.contact?.grants ?? []).filter(({ role }) => MAY_HOLD_SHIFTS.includes(role));
    const wanted = position.answers.shift;
    if (grants.length === 0) return { me, grants, shifts: [], colleagues: [], call: undefined, wanted };
    const all = await loadShifts(store, now - 2 * DAY_MS, now + AHEAD_MS);
    const shifts = all.filter(({ record }) => {
      const isHere = record.taken === me || anyGrantCovers(grants, record.region, city.regions);
      return (
        isHere &&
        (shiftDeeds(record, actorOn(record, { me, grants, regions: city.regions }), now).length > 0 ||
          record.id === wanted)
      );
    });
    const kept = shifts.find(({ record }) => record.id === wanted);
    const call = [...(await loadCalls(store))].find(([, one]) => one.shift === wanted && one.sentAt !== undefined);
    return {
      me,
      grants,
      shifts: shifts.toSorted((a, b) => Number(b.record.taken === me) - Number(a.record.taken === me)),
      colleagues: kept ? await loadColleagues(store, kept.record.region, city) : [],
      call: call && { place: call[0], call: call[1] },
      wanted,
    };
  },
  facts: (city: City, _person, loaded): RosterFacts => ({ ...city, ...loaded }),
  closed: (facts) => {
    const { grants, shifts, wanted } = facts;
    if (grants.length === 0) return { key: 'flows/roster:not_you' };
    if (wanted !== undefined && wanted !== NEW && !shifts.some(({ record }) => record.id === wanted))
      return { key: 'flows/roster:gone' };
    return shifts.length === 0 && !mayPlan(facts) ? { key: 'flows/roster:none' } : undefined;
  },
  opens: (argument) => {
    if (argument === 'all') return {};
    const [shift = '', next] = argument.split('.');
    return { shift, ...(next === undefined ? {} : { next }) };
  },
  finish: (answers, finishing): Outcome => {
    const { store, facts, now } = finishing;
    if (answers.next === CALL) return answerCall(finishing);
    if (answers.shift === NEW) {
      const { place = '', day, days, hours, people } = answers;
      const region = facts.premises.get(place ?? '')?.region ?? place ?? '';
      const shifts = plannedShifts({
        place: place ?? '',
        region,
        day: day ?? dayOf(now + DAY_MS),
        days: days ?? 1,
        hours: (hours ?? 'day') as ShiftHours, // as the step offers it
        people: Number(people ?? '1'),
      });
      const isUnsure = shifts.some(({ from }) => dayOf(from) > CALENDAR_ENDS);
      const calendar: Value = isUnsure
        ? { key: 'flows/roster:calendar', values: { ends: { date: CALENDAR_ENDS } } }
        : '';
      const values = { n: shifts.length, place: { names: placeNames(place ?? '', facts) }, calendar };
      return {
        outcome: 'shifts_planned',
        ...joinChanges(shifts.map((shift) => keepShift(store, shift))),
        says: [
          {
            key: 'flows/roster:planned',
            values,
            buttons: [{ label: 'flows/roster:buttons.all', flow: 'roster', argument: 'all' }],
          },
        ],
      };
    }
    return actOnShift(answers, finishing);
  },
});

function actOnShift(
  answers: RosterAnswers & { readonly note?: unknown },
  { store, facts, now }: FinishContext<RosterFacts>,
): Outcome {
  const kept = chosen({ facts, answers });
  const deed = SHIFT_DEEDS.find((one) => one === answers.next);
  if (!kept || !deed) return noChange('roster_seen', { key: 'common:closed' });
  const { record } = kept;
  const actor = actorOn(record, facts);
  const values = shiftValues(record, facts.me, facts);
  if (!shiftDeeds(record, actor, now).includes(deed))
    return noChange('shift_refused', { key: 'flows/roster:not_now', values, buttons: [shiftButton(record, 'look')] });
  const own = facts.shifts.map((one) => one.record).filter(({ taken }) => taken === facts.me);
  if ((deed === 'taken' || deed === 'swapped') && isBusy(record, own))
    return noChange('shift_refused', { key: 'flows/roster:busy', values });
  const others = facts.colleagues.filter(({ who }) => who !== facts.me);
  const holder = others.filter(({ who }) => who === record.taken);
  if (deed === 'cancelled')
    return {
      outcome: 'shift_cancelled',
      ...removeShift(store, kept),
      says: [{ key: 'flows/roster:done.cancelled', values }],
      tells: urnsOf(holder).map((to) => ({
        to,
        said: { key: 'flows/roster:news.cancelled', values: shiftValues(record, '', facts) },
      })),
    };
  const note = (answers.note as { readonly text?: string } | undefined)?.text;
  const changed = changeShift(record, deed, facts.me, note);
  const tells = deed === 'swap_asked' ? others : deed === 'swapped' ? holder : [];
  return {
    outcome: `shift_${deed}`,
    ...keepShift(store, changed, kept),
    says: [
      {
        key: `flows/roster:done.${deed}`,
        values: shiftValues(changed, facts.me, facts),
        buttons: [shiftButton(record, 'look')],
      },
    ],
    tells: urnsOf(tells).map((to) => ({
      to,
      said: {
        key: `flows/roster:news.${deed}`,
        values: shiftValues(changed, '', facts),
        buttons: deed === 'swap_asked' ? [shiftButton(record, 'swapped')] : [],
      },
    })),
  };
}

/** A colleague with two roles is told once. */
function urnsOf(colleagues: readonly StaffGrant[]) {
  return [...new Set(colleagues.map(({ urn }) => urn))];
}

/** Records whether the place answered its test call in time; by whom is not kept. */
function answerCall({ store, facts, now }: FinishContext<RosterFacts>): Outcome {
  const { call } = facts;
  if (!call || call.call.done || !isAnswered(call.call, now))
    return noChange('test_call_late', { key: 'flows/roster:call_late' });
  return {
    outcome: 'test_call_answered',
    checks: [],
    writes: endCall(store, call.place, call.call, true),
    says: [{ key: 'flows/roster:call_done' }],
  };
}

type Ground = Pick<RosterFacts, 'me' | 'grants' | 'regions'>;

function actorOn({ region }: Shift, { me, grants, regions }: Ground) {
  const planning = grants.filter(({ role }) => MAY_PLAN_SHIFTS.includes(role));
  return {
    me,
    mayHold: anyGrantCovers(grants, region, regions),
    mayPlan: anyGrantCovers(planning, region, regions),
  };
}

function mayPlan({ grants }: Pick<RosterFacts, 'grants'>): boolean {
  return grants.some(({ role }) => MAY_PLAN_SHIFTS.includes(role));
}

/** Desks and premises for which a person may plan: the streets first. */
function placesOf({ grants, regions, premises }: RosterFacts): readonly string[] {
  const scopes = grants.filter(({ role }) => MAY_PLAN_SHIFTS.includes(role)).map(({ scope }) => scope);
  const isAll = scopes.includes(EVERYWHERE);
  const desks = isAll
    ? [...regions.all('city'), ...regions.all('street')]
    : scopes.flatMap((scope) => [scope, ...regions.within(scope, 'street')]);
  const covered = [...premises.values()].filter(
    ({ region }) => isAll || regions.chain(region).some((one) => scopes.includes(one)),
  );
  return [...new Set([...desks, ...covered.map(({ id }) => id)])].slice(0, PLACES_MAX);
}

function chosen({ facts, answers }: { readonly facts: RosterFacts; readonly answers: RosterAnswers }) {
  return facts.shifts.find(({ record }) => record.id === answers.shift);
}

function nameOf(shift: Shift, facts: RosterFacts): Names {
  const day = dayOf(shift.from).slice(5);
  const hour = new Date(shift.from + 8 * 3_600_000).toISOString().slice(11, 16);
  const sign = shift.taken === facts.me ? '🙋' : shift.swapAsked ? '🔁' : shift.taken === undefined ? '⬜' : '👤';
  return Object.fromEntries(
    Object.entries(placeNames(shift.place, facts)).map(([language, name]) => [
      language,
      `${sign} ${day} ${hour} ${name}`,
    ]),
  );
}
