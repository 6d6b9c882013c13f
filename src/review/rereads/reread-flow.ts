import { showCaseNumber } from '../../cases/case-number.ts';
import { loadCase, loadEvents } from '../../cases/case-store.ts';
import { extrasOf } from '../../cases/desk/work-card.ts';
import type { CaseState, HazardCase } from '../../cases/hazard-case.ts';
import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import type { Grant } from '../../people/role.ts';
import { staffIn } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Store } from '../../store/store.ts';
import type { Kept } from '../../store/versioned-record.ts';
import { addMonths, monthOf } from '../score/month.ts';
import type { Reread, RereadAnswer, RereadKind, RereadMonth } from './reread.ts';
import { answered, mayReread, REREAD_ANSWERS, REREAD_KINDS, rowsOf } from './reread.ts';
import { keepRereads, loadRereads } from './reread-store.ts';

/** Months whose cases are read. */
const MONTHS_BACK = 3;

/** A drawn case that this person reads again. */
type OpenRow = { readonly kind: RereadKind; readonly row: Reread };

type RereadFacts = City & {
  readonly kept: Kept<RereadMonth> | undefined;
  /** The first drawn case without an answer, and how many there are in its month. */
  readonly next: OpenRow | undefined;
  readonly left: number;
  readonly card: Value;
  /** Leads of the street that decided on it. */
  readonly leads: readonly Urn[];
};

/** Lets another street read a drawn case again. It sees the words and the decision, no person and no exact place. */
export const reread = flow<RereadFacts>({ id: 'reread', version: 2, lifetimeSeconds: 24 * 3600, light: true })
  .step('number', choice({ options: ({ facts: { next } }) => (next ? [{ id: next.row.number, name: {} }] : []) }))
  .step('rejection', answerOf('rejection'))
  .step('class', answerOf('class'))
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
    for (let back = 1; back <= MONTHS_BACK; back += 1) {
      const kept = await loadRereads(store, addMonths(monthOf(now), -back));
      if (!kept) continue;
      const open = openRows(kept.record, grants, city);
      for (const next of open) {
        const { kind, row } = next;
        const found = (await loadCase(store, row.case))?.record;
        // A case that was decided anew or deleted meanwhile is not read.
        if (!found || (kind === 'rejection') !== (found.state === 'rejected') || MOOT.includes(found.state)) continue;
        const card = kind === 'rejection' ? await rejectionCard(store, found, city) : classCard(found, city);
        const leads = await staffIn(store, 'lead', city.regions.chain(row.street));
        return { kept, next, left: open.length, card, leads };
      }
    }
    return { kept: undefined, next: undefined, left: 0, card: '' as Value, leads: [] };
  },
  facts: (city: City, _person, loaded): RereadFacts => ({ ...city, ...loaded }),
  opens: () => ({}),
  prefills: ({ next }) => next && { number: next.row.number },
  closed: ({ next }) => (next ? undefined : { key: 'flows/reread:none' }),
  finish: (answers, { store, facts: { kept, next, left, leads } }) => {
    const options: readonly RereadAnswer[] = next ? REREAD_ANSWERS[next.kind] : [];
    const given = options.find((one) => one === (next && answers[next.kind]));
    if (!kept || !next || !given) return noChange('reread_gone', { key: 'flows/reread:none' });
    const said = toldOf(next.row, given);
    return {
      outcome: `reread_${given}`,
      ...keepRereads(store, answered(kept.record, next.kind, next.row, given), kept),
      says: [
        {
          key: 'flows/reread:done',
          values: { left: left - 1 },
          ...(left > 1 ? { buttons: [{ label: 'flows/reread:start' as const, flow: 'reread', argument: 'all' }] } : {}),
        },
      ],
      tells: said ? leads.map((to) => ({ to, said })) : [],
    };
  },
});

/** A merged or withdrawn case has no class of its own. */
const MOOT: readonly CaseState[] = ['merged', 'withdrawn'];

function openRows(month: RereadMonth, grants: readonly Grant[], { regions }: City): readonly OpenRow[] {
  return REREAD_KINDS.flatMap((kind) =>
    (rowsOf(kind, month) ?? [])
      .filter((row) => row.answer === undefined && mayReread(row, grants, regions))
      .map((row) => ({ kind, row })),
  );
}

async function rejectionCard(store: Store, record: HazardCase, city: City): Promise<Value> {
  const rejection = (await loadEvents(store, record.id)).findLast(({ type }) => type === 'rejected');
  const { reason, words } = rejection ?? {};
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

function cardValues({ number, category, description }: HazardCase, { categories }: City) {
  return {
    number: showCaseNumber(number),
    category: { names: categories.nameOf(category) },
    words: description ? { words: description } : NO_WORDS,
  };
}

const NO_WORDS = { key: 'flows/reread:no_words' } as const;

/** The message to the leads of the street: only an answer that shows a mistake is told. */
function toldOf({ number, street }: Reread, given: RereadAnswer): LocalizedMessage | undefined {
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
    case 'right':
    case 'unclear':
      return undefined;
  }
}
