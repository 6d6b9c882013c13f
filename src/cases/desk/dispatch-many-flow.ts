import type { City } from '../../city/city.ts';
import type { Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import type { Option } from '../../engine/step.ts';
import { choice, choices } from '../../engine/steps/choice.ts';
import { review } from '../../engine/steps/confirm.ts';
import { text } from '../../engine/steps/text.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import type { EventPayload } from '../case-event.ts';
import { changeCase } from '../case-store.ts';
import type { HazardCase } from '../hazard-case.ts';
import { attempt } from '../lifecycle.ts';
import { personShield } from '../report/person-shield.ts';
import { routeFor } from '../routing.ts';
import { unitOptions } from '../unit-names.ts';
import type { Dispatchable } from './dispatchable.ts';
import { dispatchable } from './dispatchable.ts';
import { eventPayload } from './event-payload.ts';
import { loadOwnWork } from './load-work.ts';
import { listedName } from './work-card.ts';

/** Cases of one dispatch, each with its own event. */
const CASES_MAX = 20;
const WORDS_MAX = 300;
/** The unit option with which every case goes to its routed unit. */
const BY_RULE = 'by_rule';

type Facts = City & {
  /** Accepted cases that this dispatcher may dispatch, the earliest deadline first. */
  readonly waiting: readonly Dispatchable[];
};
type Answers = {
  readonly kind?: string | null;
  readonly cases?: readonly string[] | null;
  readonly unit?: string | null;
};
type Here = { readonly facts: Facts; readonly answers: Answers };

/** Dispatches several accepted cases of one kind at once. */
export const dispatchMany = flow<Facts>({ id: 'dispatch-many', version: 1, lifetimeSeconds: 24 * 3600, light: true })
  .step(
    'kind',
    choice({
      options: ({ facts }) => kindsOf(facts.waiting).map((id) => ({ id, name: facts.categories.nameOf(id) })),
      resets: ['cases', 'unit', 'words'],
    }),
  )
  .step(
    'cases',
    choices({
      options: (here) =>
        ofKind(here).map(({ kept: { record } }) => ({
          id: record.number,
          name: listedName(here.facts, record, here.now),
        })),
      starts: (here) => ofKind(here).map(({ kept }) => kept.record.number),
      max: CASES_MAX,
    }),
  )
  .step('unit', choice({ options: unitChoices, resets: ['words'] }))
  .step('words', text({ relevant: leavesRule, minLength: 2, maxLength: WORDS_MAX, screen: personShield }))
  .step('sure', review({ words: 'words', no: 'cases', values: (here) => ({ count: chosen(here).length }) }))
  .end();

export const dispatchManyTalk = talk({
  flow: dispatchMany,
  load: async (loading: LoadContext) => {
    const { found, actorsFor } = await loadOwnWork(loading);
    return { waiting: dispatchable(found, actorsFor) };
  },
  facts: (city: City, _person, loaded) => ({ ...city, ...loaded }),
  closed: ({ waiting }) => (kindsOf(waiting).length === 0 ? { key: 'flows/dispatch-many:none' } : undefined),
  opens: () => ({}),
  pauses: ({ answers }) => answers.unit !== undefined,
  finish: (answers, { store, facts, now }) => {
    const done = chosen({ facts, answers }).flatMap(({ kept, actor }) => {
      const payload = payloadFor(kept.record, { facts, answers });
      const words = answers.words ? { words: answers.words } : {};
      const tried = attempt(kept.record, 'dispatched', actor, { ...payload, ...words }, now);
      return tried.type === 'done' ? [changeCase(store, kept, tried.event)] : [];
    });
    const count = done.length;
    if (count === 0) return noChange('deed_refused', { key: 'flows/dispatch-many:none' });
    return {
      outcome: 'cases_dispatched',
      ...joinChanges(done),
      says: [
        {
          key: 'flows/dispatch-many:done',
          values: { count },
          buttons: [{ label: 'flows/my-work:others', flow: 'my-work', argument: 'all' }],
        },
      ],
    };
  },
});

/** Kinds of which at least two cases wait. */
function kindsOf(waiting: readonly Dispatchable[]): readonly string[] {
  const kinds = waiting.map(({ kept }) => kept.record.category);
  return [...new Set(kinds)].filter((kind) => kinds.filter((one) => one === kind).length > 1);
}

function ofKind({ facts, answers }: Here): readonly Dispatchable[] {
  return facts.waiting.filter(({ kept }) => kept.record.category === answers.kind).slice(0, CASES_MAX);
}

function chosen(here: Here): readonly Dispatchable[] {
  return ofKind(here).filter(({ kept }) => here.answers.cases?.includes(kept.record.number));
}

/** First each to its routed unit, then the routed units themselves, then the units of the whole city. */
function unitChoices(here: Here): readonly (Option & { readonly id: string })[] {
  const { units } = here.facts;
  const routed = unitOptions(units, routedUnits(here));
  const citywide = [...units.values()].filter(({ region }) => region === undefined).map(({ id }) => id);
  const others = citywide.filter((id) => !routed.some((one) => one.id === id));
  const names: Value = { joined: routed.map(({ name }) => ({ names: name })) };
  return [{ id: BY_RULE, values: { units: names } }, ...routed, ...unitOptions(units, others)];
}

function routedUnits(here: Here): readonly string[] {
  return [...new Set(chosen(here).map(({ kept }) => routeFor(kept.record, here.facts).unit))];
}

/** True if a chosen case would not go to its routed unit. */
function leavesRule(here: Here): boolean {
  const { unit } = here.answers;
  return !!unit && unit !== BY_RULE && routedUnits(here).some((routed) => routed !== unit);
}

function payloadFor(record: HazardCase, { facts, answers }: Here): EventPayload {
  const unit = answers.unit === BY_RULE ? routeFor(record, facts).unit : (answers.unit ?? null);
  return eventPayload('dispatched', { unit }, record, facts, undefined);
}
