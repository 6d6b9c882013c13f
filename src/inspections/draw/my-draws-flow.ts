import { CALENDAR_ENDS, dayOf, limitEnd } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import type { Series } from '../../city/series.ts';
import { SERIES, seriesLedBy, seriesNames } from '../../city/series.ts';
import type { Outcome, Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import type { Names } from '../../engine/step.ts';
import { choice, choices } from '../../engine/steps/choice.ts';
import { review } from '../../engine/steps/confirm.ts';
import { date } from '../../engine/steps/date.ts';
import { number } from '../../engine/steps/number.ts';
import { text } from '../../engine/steps/text.ts';
import type { Grant } from '../../people/role.ts';
import { EVERYWHERE, widestOf } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { narrowest, regionSteps } from '../../regions/narrow-region.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { lotOf } from '../../surveys/wave/draw.ts';
import { isPlanKnown } from '../holidays/holiday-plan.ts';
import { isOver } from '../visits/visit-rules.ts';
import { loadVisitsOf } from '../visits/visit-store.ts';
import { auditorsOf } from './auditors.ts';
import { commitDraw, drawValues } from './commit-draw.ts';
import type { InspectionDraw } from './draw.ts';
import {
  drawGrants,
  EACH,
  leadsAll,
  MAY_DRAW,
  mayMove,
  mayPlanDraws,
  maySteer,
  newDrawId,
  PROPOSED_DAYS,
} from './draw.ts';
import { drawProof } from './draw-proof.ts';
import { keepDraw, loadDraws, loadFrameText } from './draw-store.ts';
import type { FrameSources } from './plan-draw.ts';
import { loadSources, namedPremises, premisesIn } from './plan-draw.ts';

type DrawsFacts = {
  readonly city: City;
  readonly regions: City['regions'];
  readonly grants: readonly Grant[];
  readonly me: string;
  readonly draws: readonly Kept<InspectionDraw>[];
  readonly chosen: Kept<InspectionDraw> | undefined;
  /** Visits of the chosen draw: how many there are, and how many are over. */
  readonly progress: { readonly all: number; readonly over: number };
  readonly frame: string | undefined;
  readonly sources: FrameSources | undefined;
  readonly auditors: readonly Urn[];
  /** Answers of a draw that a bulletin proposes. */
  readonly proposed: ProposedDraw | undefined;
};

type ProposedDraw = {
  readonly series: readonly Series[];
  readonly each: number;
  readonly named: null;
  readonly until: string;
};

type DrawsAnswers = {
  readonly draw?: string | null;
  readonly next?: string | null;
  readonly series?: readonly string[] | null;
  readonly district?: string | null;
  readonly street?: string | null;
};
type DrawsHere = { readonly answers: DrawsAnswers; readonly facts: DrawsFacts };
type GroundHere = { readonly answers: DrawsAnswers; readonly facts: Pick<DrawsFacts, 'grants' | 'regions'> };

const isNew = ({ answers }: { readonly answers: DrawsAnswers }) => answers.draw === 'new';
const REGION = {
  ids: ['district', 'street'],
  from: (here: DrawsHere) => (isNew(here) ? widestFor(here) : undefined),
} as const;
/** A draw is planned at most this long ahead. */
const AHEAD_DAYS = 60;

/** Lets organisers plan a draw of inspections, follow it, and get its public text. */
export const myDraws = flow<DrawsFacts>({ id: 'my-draws', version: 1, lifetimeSeconds: 24 * 3600, light: true })
  .step(
    'draw',
    choice({
      options: ({ facts }) => [
        { id: 'new' },
        ...facts.draws.map(({ record }) => ({ id: record.id, name: drawLabel(record, facts) })),
      ],
      reviewed: false,
      resets: ['next'],
    }),
  )
  .step(
    'next',
    choice({
      relevant: (here) => !isNew(here),
      options: ({ facts }) => actionsFor(facts).map((id) => ({ id })),
      confirms: ({ facts }) => facts.chosen?.record.state,
      values: ({ facts }) => ({ card: drawCard(facts) }),
    }),
  )
  .step(
    'series',
    choices({
      relevant: isNew,
      options: ({ facts }) => seriesFor(facts).map((id) => ({ id, name: seriesNames(id) })),
      resets: REGION.ids,
    }),
  )
  .steps(regionSteps(REGION))
  .step('each', number({ relevant: isNew, min: EACH.min, max: EACH.max, values: () => EACH }))
  .step('named', text({ relevant: isNew, maxLength: 200, written: true, optional: true }))
  .step('until', date({ relevant: isNew, withinDays: AHEAD_DAYS }))
  .step(
    'words',
    text({ relevant: isNew, minLength: 4, maxLength: 200, written: true, optional: true, reviewed: false }),
  )
  .step('start', {
    ...review<DrawsFacts, DrawsAnswers>({
      values: (here) => ({ premises: premisesIn(scopeOf(here), here.facts.city).length }),
    }),
    relevant: isNew,
  })
  .end();

/** Number of draws offered as buttons. */
const OFFERED_MAX = 8;

export const myDrawsTalk = talk({
  flow: myDraws,
  loadsBy: ['draw', 'until'],
  load: async ({ store, city, person, position, now }: LoadContext) => {
    const grants = (person.contact?.grants ?? []).filter(mayPlanDraws);
    const draws = (await loadDraws(store)).filter(({ record }) => maySteer(record, grants, city.regions));
    const answers = position.answers as DrawsAnswers & { readonly until?: string };
    const { draw, until } = answers;
    const chosen = draws.find(({ record }) => record.id === draw);
    const me = store.pseudonym(person.urn);
    const region = chosen?.record.region ?? scopeOf({ answers, facts: { grants, regions: city.regions } }).region;
    const isPlanned = (draw === 'new' && until !== undefined) || chosen?.record.state === 'draft';
    const [visits, frame, sources, auditors] = await Promise.all([
      chosen ? loadVisitsOf(store, chosen.record.id) : [],
      chosen?.record.state === 'done' ? loadFrameText(store, chosen.record.id) : undefined,
      isPlanned ? loadSources(store, region, city, now) : undefined,
      isPlanned ? auditorsOf(store, { region, by: me }, city) : [],
    ]);
    const isProposed = draw === 'new' && answers.district !== undefined;
    const first = visits.filter(({ record }) => record.repeats === undefined);
    const progress = { all: first.length, over: first.filter(({ record }) => isOver(record)).length };
    return {
      ...{ grants, me, draws: draws.slice(0, OFFERED_MAX), chosen, progress, frame, sources, auditors },
      proposed: isProposed ? proposedDraw(region, seriesFor({ grants }), city, now) : undefined,
    };
  },
  menuOf: MAY_DRAW,
  listedFor: mayPlanDraws,
  pauses: ({ answers }) => answers.draw === 'new' && answers.series !== undefined,
  prefills: ({ proposed }) => proposed,
  facts: (city: City, _person, loaded): DrawsFacts => ({ city, regions: city.regions, ...loaded }),
  guardsEnd: true,
  closed: ({ grants }) => (grants.length === 0 ? { key: 'flows/my-draws:not_you' } : undefined),
  opens: (argument) => {
    const [draw, next, street] = argument.split('.');
    if (argument === 'all') return {};
    if (draw === 'new') return { draw, ...(next && street ? { district: next, street } : {}) };
    return { draw, ...(next === undefined ? {} : { next }) };
  },
  finish: (answers, { facts, store, now }): Outcome => {
    const { city, chosen, sources, auditors, me } = facts;
    const how = { store, city, auditors, now };
    if (answers.draw === 'new' && sources) {
      const scope = scopeOf({ answers, facts });
      const isOnGround = mayMove(scope, facts.grants, city.regions);
      if (!isOnGround && !leadsAll(scope.series, facts.grants))
        return noChange('draw_refused:not_you', { key: 'flows/my-draws:not_you' });
      const asked = answers.named && 'text' in answers.named ? answers.named.text : '';
      const named = namedPremises(asked, premisesIn(scope, city));
      if (named.unknown) return noChange('draw_refused:unknown', unknownName(named.unknown));
      const planned: InspectionDraw = {
        id: newDrawId(),
        state: 'draft',
        ...scope,
        each: answers.each ?? EACH.usual,
        named: named.ids,
        from: dayOf(now),
        until: answers.until ?? dayOf(now),
        by: me,
        ...(isOnGround ? {} : { byLead: true }),
        madeAt: now,
      };
      const words = answers.words && 'text' in answers.words ? answers.words.text : undefined;
      return commitDraw(planned, { ...how, sources, words });
    }
    if (!chosen) return noChange('draws_seen', { key: 'common:closed' });
    const { record } = chosen;
    if (answers.next === 'start' && record.state === 'draft' && isPlanKnown(record) && sources)
      return commitDraw({ ...record, by: me }, { ...how, sources, words: undefined }, chosen);
    if (answers.next === 'call_off' && (record.state === 'draft' || record.state === 'committed')) {
      const { checks, writes } = keepDraw(store, { ...record, state: 'called_off' }, undefined, chosen);
      const gone = [store.keys.drawHalves, store.keys.drawFrame].map((key) => ['DEL', key(record.id)] as const);
      return {
        outcome: 'draw_called_off',
        checks,
        writes: [...writes, ...gone],
        says: [{ key: 'flows/my-draws:called_off' }],
      };
    }
    const proof = facts.frame && drawProof(record, facts.frame, (name) => lotOf(record.seed ?? '', name));
    if (answers.next === 'text' && proof) {
      const file = { name: `${record.id}.txt`, text: proof };
      return noChange('draw_text_given', { key: 'flows/my-draws:text', values: drawValues(record), file });
    }
    return noChange('draws_seen', { key: 'common:closed' });
  },
});

/** A draw of all series that a region has, one premises of each stratum, within ten working days. */
function proposedDraw(region: string, allowed: readonly Series[], city: City, now: number): ProposedDraw | undefined {
  const series = allowed.filter((one) => premisesIn({ region, series: [one] }, city).length > 0);
  if (series.length === 0) return undefined;
  return { series, each: EACH.usual, named: null, until: dayOf(limitEnd(now, PROPOSED_DAYS)) };
}

/** The series that these grants draw: all in their region, else those that they lead. */
function seriesFor({ grants }: Pick<DrawsFacts, 'grants'>): readonly Series[] {
  return drawGrants(grants).length > 0 ? SERIES : seriesLedBy(grants);
}

/** The widest region of a new draw: a lead department draws its own series in the whole city. */
function widestFor({ answers, facts: { grants, regions } }: GroundHere): string | undefined {
  return leadsAll(chosenSeries(answers), grants) ? EVERYWHERE : widestOf(drawGrants(grants), regions);
}

function scopeOf(here: GroundHere): Pick<InspectionDraw, 'region' | 'series'> {
  const { district, street } = here.answers;
  const widest = widestFor(here);
  const whole = widest === EVERYWHERE ? here.facts.regions.all('city')[0] : widest;
  return { region: narrowest(district, street) ?? whole ?? '', series: chosenSeries(here.answers) };
}

function chosenSeries({ series }: DrawsAnswers): readonly Series[] {
  return (series ?? []) as readonly Series[]; // as the step offers them
}

function unknownName(name: string) {
  return { key: 'flows/my-draws:refused.unknown', values: { name } } as const;
}

/** Names a draw by its last day, region and series. */
function drawLabel({ region, series, until }: InspectionDraw, { regions }: Pick<DrawsFacts, 'regions'>): Names {
  const place = regions.nameOf(region) ?? {};
  return Object.fromEntries(
    Object.keys(seriesNames('station')).map((language) => {
      const [first] = series.map((one) => seriesNames(one)[language] ?? '');
      const more = series.length > 1 ? ` +${series.length - 1}` : '';
      return [language, `${until.slice('2026-'.length)} ${place[language] ?? ''} ${first ?? ''}${more}`];
    }),
  );
}

/** A drawn list is never called off: the organiser could draw again until the list pleases. */
function actionsFor({ chosen }: DrawsFacts): readonly ('start' | 'call_off' | 'text' | 'close')[] {
  switch (chosen?.record.state) {
    case 'draft':
      return isPlanKnown(chosen.record) ? ['start', 'call_off', 'close'] : ['call_off', 'close'];
    case 'committed':
      return ['call_off', 'close'];
    case 'done':
      return ['text', 'close'];
    default:
      return ['close'];
  }
}

function drawCard({ chosen, progress }: DrawsFacts): Value {
  if (!chosen) return '';
  const { record } = chosen;
  const values = {
    ...drawValues(record),
    ...progress,
    holiday: { names: record.before?.holiday ?? {} },
    ends: CALENDAR_ENDS,
  };
  const part = record.state === 'draft' && !isPlanKnown(record) ? 'unknown' : record.state;
  return { key: `flows/my-draws:card.${part}`, values };
}
