import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import type { Option } from '../../engine/step.ts';
import { choice } from '../../engine/steps/choice.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { RereadMonth } from '../rereads/reread.ts';
import { countRereads } from '../rereads/reread.ts';
import { loadRereads } from '../rereads/reread-store.ts';
import type { Snapshot } from '../snapshot-store.ts';
import { loadSnapshotsBefore } from '../snapshot-store.ts';
import type { CaseIndicator } from './cells/case-fact.ts';
import { CASE_INDICATORS } from './cells/case-fact.ts';
import { addMonths, monthOf } from './month.ts';
import type { RegionMonth } from './month-score.ts';
import { differenceOf } from './score.ts';
import { MAY_READ_SCORES, mayReadScore } from './score-view.ts';

type ScoreFacts = City & {
  /** Regions whose card the person reads. Residents read the city's figure. */
  readonly grounds: readonly string[];
  /** The newest frozen month, and the one before it. */
  readonly snapshot: Snapshot | undefined;
  readonly before: Snapshot | undefined;
  /** What other streets saw again of the newest month. */
  readonly rereads: RereadMonth | undefined;
};

/** A difference of two scores is told below this p-value. */
const ALPHA = 0.05;
const CONSOLE = { label: 'common:buttons.open-console', flow: 'open-console', argument: '' } as const;

/** Shows the last frozen month: to a lead and the office the card of a region, to residents the city's figure and its method. */
export const monthScoreFlow = flow<ScoreFacts>({ id: 'month-score', version: 1, lifetimeSeconds: 3600, light: true })
  .step(
    'region',
    choice({
      relevant: ({ facts }) => facts.snapshot !== undefined && facts.grounds.length > 1,
      options: ({ facts: { grounds, regions } }) =>
        grounds.map((id): Option & { readonly id: string } => ({ id, name: regions.nameOf(id) ?? {} })),
    }),
  )
  .end();

export const monthScoreTalk = talk({
  flow: monthScoreFlow,
  load: async ({ store, now }: LoadContext) => {
    const [snapshot, before] = await loadSnapshotsBefore(store, addMonths(monthOf(now), 1), 2);
    const rereads = snapshot && (await loadRereads(store, snapshot.month))?.record;
    return { snapshot, before, rereads };
  },
  menuOf: ['lead', 'office'],
  facts: (city: City, person, { snapshot, before, rereads }) => {
    const grants = (person.contact?.grants ?? []).filter(({ role }) => MAY_READ_SCORES.includes(role));
    const all = snapshot?.regions.map(({ region }) => region) ?? [];
    const grounds = grants.length > 0 ? all.filter((region) => mayReadScore(grants, region, city.regions)) : [];
    return { ...city, grounds, snapshot, before, rereads };
  },
  opens: (argument) => (/^\d{12}$/.test(argument) ? { region: argument } : {}),
  finish: ({ region }, { facts }) => {
    const { snapshot, grounds } = facts;
    const city = snapshot?.regions.find(({ level }) => level === 'city');
    if (!snapshot || !city) return noChange('score_missing', { key: 'flows/month-score:none' });
    const wanted = grounds.length > 1 ? region : grounds[0];
    const found = snapshot.regions.find((one) => one.region === wanted && grounds.includes(one.region));
    return noChange('score_seen', found ? cardOf(found, facts, snapshot) : cityText(city, snapshot));
  },
});

/** The city's figure with its bounds and its method, for everybody. */
export function cityText(city: RegionMonth, { month, formula }: Snapshot): LocalizedMessage {
  const { score } = city;
  if (!score) return { key: 'flows/month-score:city_too_little', values: { month } };
  return { key: 'flows/month-score:city', values: { month, ...pointsOf(score), indicators: formula.terms.length } };
}

function cardOf(region: RegionMonth, facts: ScoreFacts, { month }: Snapshot): LocalizedMessage {
  const { score, level } = region;
  const place: Value = { place: { region: region.region } };
  if (!score) return { key: 'flows/month-score:too_little', values: { month, region: place }, buttons: [CONSOLE] };
  const [most] = score.loss.filter(({ named, points }) => named && points >= 0.05);
  const lines: readonly Value[] = [
    ...(level === 'street' ? [tieOf(region)] : []),
    changeOf(region, facts.before),
    ...(most
      ? [
          {
            key: 'flows/month-score:most' as const,
            values: {
              indicator: { key: `common:score_indicator.${most.code}` as const },
              points: most.points.toFixed(1),
            },
          },
        ]
      : []),
    ...(region.reports?.few
      ? [
          {
            key: 'flows/month-score:few' as const,
            values: { observed: region.reports.observed, expected: Math.round(region.reports.expected) },
          },
        ]
      : []),
    ...signsOf(region, facts),
  ];
  const isCaseLoss = most && CASE_INDICATORS.includes(most.code as CaseIndicator);
  return {
    key: 'flows/month-score:card',
    values: { month, region: place, ...pointsOf(score), lines: { list: lines } },
    buttons: [
      ...(isCaseLoss && level === 'street'
        ? [
            {
              label: 'flows/month-score:rows' as const,
              flow: 'score-rows',
              argument: `${month}.${region.region}.${most.code}`,
            },
          ]
        : []),
      CONSOLE,
    ],
  };
}

/** One line of what the guards of indicators found in this region: nothing found, no line. */
function signsOf({ region, cells }: RegionMonth, { rereads, regions }: ScoreFacts): readonly Value[] {
  const streets = regions.within(region, 'street');
  const found = SIGNS.flatMap(({ kind, answer }): readonly Value[] => {
    const counts: Readonly<Record<string, number>> | undefined = rereads && countRereads(kind, rereads, streets);
    const count = counts?.[answer] ?? 0;
    return count > 0 ? [{ key: `flows/month-score:sign.${answer}`, values: { count, drawn: counts?.drawn ?? 0 } }] : [];
  });
  const flags = cells.flatMap(({ flag }): readonly Value[] =>
    flag ? [{ key: `flows/month-score:sign.${flag}` }] : [],
  );
  const signs = [...found, ...flags];
  return signs.length > 0 ? [{ key: 'flows/month-score:signs', values: { signs: { joined: signs } } }] : [];
}

/** Answers of other streets that a lead should look into. */
const SIGNS = [
  { kind: 'rejection', answer: 'wrong' },
  { kind: 'class', answer: 'too_light' },
  { kind: 'class', answer: 'wrong_category' },
  { kind: 'check', answer: 'not_done' },
] as const;

function tieOf({ place }: RegionMonth): Value {
  if (!place) return { key: 'flows/month-score:unranked' };
  return place.ties > 0
    ? { key: 'flows/month-score:ties', values: { ties: place.ties } }
    : { key: 'flows/month-score:tier_alone' };
}

/** A score moved only if the test of both scores says so. */
function changeOf({ region, score }: RegionMonth, before: Snapshot | undefined): Value {
  const old = before?.regions.find((one) => one.region === region)?.score;
  if (!old || !score) return { key: 'flows/month-score:no_month_before' };
  const { p, z } = differenceOf(score, old);
  if (p >= ALPHA) return { key: 'flows/month-score:no_difference' };
  return {
    key: z > 0 ? 'flows/month-score:rose' : 'flows/month-score:fell',
    values: { before: Math.round(old.score) },
  };
}

function pointsOf({ score, lo, hi }: NonNullable<RegionMonth['score']>) {
  return { points: Math.round(score), lo: Math.round(lo), hi: Math.round(hi) };
}
