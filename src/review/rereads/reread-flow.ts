import type { CaseEvent } from '../../cases/case-event.ts';
import { showCaseNumber } from '../../cases/case-number.ts';
import { loadCase, loadEvents } from '../../cases/case-store.ts';
import { extrasOf } from '../../cases/desk/work-card.ts';
import type { CaseState, HazardCase } from '../../cases/hazard-case.ts';
import { isExactPlace } from '../../cases/retention/retention-rules.ts';
import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import type { Place } from '../../engine/place.ts';
import { choice } from '../../engine/steps/choice.ts';
import type { Spot } from '../../engine/steps/spot.ts';
import { spot } from '../../engine/steps/spot.ts';
import { pointText } from '../../notify/reader.ts';
import type { Grant } from '../../people/role.ts';
import { staffIn } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { metresTo, REACH_METRES } from '../../regions/metres-to.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { addMonths, monthOf } from '../score/month.ts';
import type { Reread, RereadAnswer, RereadKind, RereadMonth } from './reread.ts';
import { answered, MAY_REREAD, mayReread, REREAD_ANSWERS, REREAD_KINDS, rowsOf } from './reread.ts';
import { keepRereads, loadRereads } from './reread-store.ts';

/** Months whose cases are read. */
const MONTHS_BACK = 3;

/** A drawn case that this person reads again. */
type OpenRow = { readonly kind: RereadKind; readonly row: Reread };

type RereadFacts = City & {
  readonly kept: Kept<RereadMonth> | undefined;
  /** The first drawn case without an answer, and how many there are with it. */
  readonly next: OpenRow | undefined;
  readonly left: number;
  readonly card: Value;
  /** Where the case is, and whether it is closed. */
  readonly place?: Place;
  readonly isClosed?: boolean;
  /** Leads of the street that decided on it. */
  readonly leads: readonly Urn[];
};

/**
 * Lets another street see a drawn case again. Who reads sees the words and the decision, no person and no exact place. Who goes
 * to the place sees where it is, and shows the own location, which is compared and not kept.
 */
export const reread = flow<RereadFacts>({ id: 'reread', version: 3, lifetimeSeconds: 24 * 3600, light: true })
  .step('number', choice({ options: ({ facts: { next } }) => (next ? [{ id: next.row.number, name: {} }] : []) }))
  .step('rejection', answerOf('rejection'))
  .step('class', answerOf('class'))
  .step('check', answerOf('check'))
  .step('spot', spot({ relevant: ({ answers }) => answers.check === 'holds' || answers.check === 'not_done' }))
  .end();

function answerOf(kind: RereadKind) {
  return choice({
    relevant: ({ facts: { next } }: { readonly facts: RereadFacts }) => next?.kind === kind,
    options: REREAD_ANSWERS[kind],
    confirms: ({ facts }) => facts.next?.row.number,
    values: ({ facts: { card, left } }) => ({ card, left }),
  });
}

export const rereadTalk = talk({
  flow: reread,
  load: async ({ store, city, person, now }: LoadContext) => {
    const grants = person.contact?.grants ?? [];
    const me = store.pseudonym(person.urn);
    const months = Array.from({ length: MONTHS_BACK }, (_, i) => addMonths(monthOf(now), -1 - i));
    const drawn = await Promise.all(months.map((month) => loadRereads(store, month)));
    const open = drawn.flatMap((kept) =>
      kept ? openRows(kept.record, grants, city).map((next) => ({ kept, next })) : [],
    );
    for (const [i, { kept, next }] of open.entries()) {
      const { kind, row } = next;
      const found = (await loadCase(store, row.case))?.record;
      // A case that was decided anew or deleted meanwhile is not read.
      if (!found || !STANDS[kind](found.state)) continue;
      const events = kind === 'class' ? [] : await loadEvents(store, row.case);
      if (kind === 'check' && isPartTo(found, events, grants, me)) continue;
      const card = CARDS[kind](found, events, city);
      const leads = await staffIn(store, 'lead', city.regions.chain(row.street));
      const { place, state } = found;
      return { kept, next, left: open.length - i, card, leads, place, isClosed: state === 'closed' };
    }
    return { kept: undefined, next: undefined, left: 0, card: '' as Value, leads: [] };
  },
  menuOf: [...new Set(Object.values(MAY_REREAD).flat())],
  facts: (city: City, _person, loaded): RereadFacts => ({ ...city, ...loaded }),
  opens: () => ({}),
  prefills: ({ next }) => next && { number: next.row.number },
  closed: ({ next }) => (next ? undefined : { key: 'flows/reread:none' }),
  finish: (answers, { store, facts }) => {
    const { kept, next, left, leads } = facts;
    const options: readonly RereadAnswer[] = next ? REREAD_ANSWERS[next.kind] : [];
    const given = options.find((one) => one === (next && answers[next.kind]));
    if (!kept || !next || !given) return noChange('reread_gone', { key: 'flows/reread:none' });
    if (answers.spot && !isNear(answers.spot, facts))
      return noChange('reread_too_far', { key: 'flows/reread:too_far', buttons: [START] });
    const said = toldOf(next.row, given, facts.isClosed);
    return {
      outcome: `reread_${given}`,
      ...keepRereads(store, answered(kept.record, next.kind, next.row, given), kept),
      says: [
        left > 1
          ? { key: 'flows/reread:done', values: { left: left - 1 }, buttons: [START] }
          : { key: 'flows/reread:done_last' },
      ],
      tells: said ? leads.map((to) => ({ to, said })) : [],
    };
  },
});

const START = { label: 'flows/reread:start', flow: 'reread', argument: 'all' } as const;

/** States in which the decision still stands. A merged or withdrawn case has no class of its own. */
const STANDS: Readonly<Record<RereadKind, (state: CaseState) => boolean>> = {
  rejection: (state) => state === 'rejected',
  class: (state) => state !== 'rejected' && state !== 'merged' && state !== 'withdrawn',
  check: (state) => state === 'confirming' || state === 'closed',
};

const CARDS: Readonly<Record<RereadKind, (record: HazardCase, events: readonly CaseEvent[], city: City) => Value>> = {
  rejection: rejectionCard,
  class: (record, _events, city) => classCard(record, city),
  check: checkCard,
};

/** True if this person wrote an event of the case, or belongs to a unit that worked on it. */
function isPartTo(record: HazardCase, events: readonly CaseEvent[], grants: readonly Grant[], me: string): boolean {
  const { unit, helpers = [] } = record;
  const isOfUnit = grants.some(({ role, scope }) => role === 'unit_staff' && [unit, ...helpers].includes(scope));
  return isOfUnit || events.some(({ by }) => by === me);
}

/** A code proves nothing here: no place of a case gives one out. After retention, anywhere in the community is near. */
function isNear(shown: Spot, { place, regions }: RereadFacts): boolean {
  if (!('point' in shown) || !place) return false;
  const { region } = place;
  const where = isExactPlace(place) || region === undefined ? place : { region };
  return metresTo(where, shown.point, regions) <= REACH_METRES;
}

function openRows(month: RereadMonth, grants: readonly Grant[], { regions }: City): readonly OpenRow[] {
  return REREAD_KINDS.flatMap((kind) =>
    (rowsOf(kind, month) ?? [])
      .filter((row) => row.answer === undefined && mayReread(kind, row, grants, regions))
      .map((row) => ({ kind, row })),
  );
}

function rejectionCard(record: HazardCase, events: readonly CaseEvent[], city: City): Value {
  const { reason, words } = events.findLast(({ type }) => type === 'rejected') ?? {};
  return {
    key: 'flows/reread:card',
    values: {
      ...cardValues(record, city),
      reason: reason ? { key: `common:reasons.${reason}` } : NO_WORDS,
      why: words ? { words } : NO_WORDS,
    },
  };
}

/** The class as it stands: category, risk, and whether the case has a first deadline, which indicator 1 counts. */
function classCard(record: HazardCase, city: City): Value {
  const extras = extrasOf(record, city);
  return {
    key: 'flows/reread:class_card',
    values: {
      ...cardValues(record, city),
      extras: extras.length > 0 ? { list: extras } : NO_WORDS,
      urgent: { key: record.urgent ? 'common:urgent' : 'common:not_urgent' },
      risk: { key: record.highRisk ? 'common:high_risk' : 'common:usual_risk' },
      contain: { key: record.limits?.contain ? 'flows/reread:contained_first' : 'flows/reread:cured_only' },
    },
  };
}

/** Where the case is, and what its unit says was done. */
function checkCard(record: HazardCase, events: readonly CaseEvent[], city: City): Value {
  const { words } = events.findLast(({ type }) => type === 'handled') ?? {};
  const { point } = record.place;
  const exact: Value = point ? pointText(point) : NO_WORDS;
  return {
    key: 'flows/reread:check_card',
    values: {
      ...cardValues(record, city),
      place: { place: record.place },
      point: isExactPlace(record.place) ? exact : { key: 'flows/reread:place_gone' },
      done: words ? { words } : NO_WORDS,
    },
  };
}

function cardValues({ number, category, description }: HazardCase, { categories }: City) {
  return {
    number: showCaseNumber(number),
    category: { names: categories.nameOf(category) },
    words: description ? { words: description } : NO_WORDS,
  };
}

const NO_WORDS = { key: 'flows/reread:no_words' } as const;

/** The message to the leads of the street: only an answer that shows a mistake is told. */
function toldOf({ number, street }: Reread, given: RereadAnswer, isClosed = false): LocalizedMessage | undefined {
  const values = { number: showCaseNumber(number), region: { place: { region: street } } } as const;
  const look = { label: 'flows/reread:look', flow: 'my-work', argument: number } as const;
  switch (given) {
    case 'wrong': {
      const reopen = { label: 'flows/reread:reopen', flow: 'my-work', argument: `${number}.overturned` } as const;
      return { key: 'flows/reread:told_wrong', values, buttons: [look, reopen] };
    }
    case 'too_light':
    case 'wrong_category':
      return { key: `flows/reread:told_${given}`, values, buttons: [look] };
    case 'not_done': {
      const reopen = { label: 'flows/reread:do_again', flow: 'my-work', argument: `${number}.reopened` } as const;
      return { key: 'flows/reread:told_not_done', values, buttons: isClosed ? [look, reopen] : [look] };
    }
    case 'right':
    case 'holds':
    case 'unclear':
      return undefined;
  }
}
