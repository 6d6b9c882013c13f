import { dayOf } from '../../calendar.ts';
import type { Value } from '../../delivery/outcome.ts';
import { cutText } from '../../engine/cut-text.ts';
import type { Names, Option } from '../../engine/step.ts';
import { pointText } from '../../notify/reader.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { CaseEvent } from '../case-event.ts';
import { showCaseNumber } from '../case-number.ts';
import { clocksOf, stageOf } from '../deadlines.ts';
import type { HazardCase } from '../hazard-case.ts';
import { LISTING_FIELDS } from '../hazard-case.ts';
import type { NearbyCase } from '../report/nearby.ts';
import { routeFor } from '../routing.ts';
import { unitName, unitOptions } from '../unit-names.ts';
import type { ActionAnswers } from './event-payload.ts';
import type { WorkContext, WorkFacts } from './load-work.ts';
import { chosenCase } from './load-work.ts';

/** Values of the staff card: exact place, history and deadlines of the chosen case. */
export function cardOf(here: WorkContext, historyMax = HISTORY_MAX): Readonly<Record<string, unknown>> {
  const { facts, now } = here;
  const kept = chosenCase(here);
  if (!kept) return {};
  const {
    number,
    category,
    state,
    place: where,
    description,
    photos: taken,
    filedAt,
    unit,
    source,
    additions = [],
    route,
    urgent,
    highRisk,
  } = kept.record;
  const { five, seenOn } = kept.record;
  const seen = { label: { key: 'common:seen_on' }, answer: { date: seenOn ?? '' } } as const;
  const extras = [
    ...(seenOn === undefined ? [] : [{ key: 'common:line', values: seen } as const]),
    ...extrasOf(kept.record, facts),
  ];
  const listing: readonly Value[] = five
    ? [{ key: 'common:case_event.listed' }, ...LISTING_FIELDS.map((field) => listingLine(field, five[field]))]
    : [];
  const clocks = clocksOf(kept.record).map((clock) => ({
    key: `common:clock.${clock.for}` as const,
    values: { due: { at: clock.due }, light: LIGHTS[stageOf(clock, now)] },
  }));
  return {
    number: showCaseNumber(number),
    category: { names: facts.categories.nameOf(category) },
    urgent: { key: urgent ? 'common:urgent' : 'common:not_urgent' },
    state: { list: [{ key: `common:case_state.${state}` }, ...listing] },
    unit: unitName(facts.units, unit),
    why: route ? { key: `common:route.${route.rule}` } : { key: 'common:skipped' },
    place: { place: where },
    point: where.point ? pointText(where.point) : { key: 'common:skipped' },
    description: { words: description },
    photos: taken.length,
    more: listOr([...additions.map((words) => ({ words })), ...facts.merged.map(mergedLine)]),
    filed: { at: filedAt },
    source: { key: source ? `common:case_source.${source}` : 'common:skipped' },
    filed_as: source
      ? { key: 'flows/my-work:filed_as', values: { source: { key: `common:case_source.${source}` } } }
      : '',
    clocks: listOr(clocks),
    history: { list: historyLines(facts, historyMax) },
    extras: listOr(extras),
    risk: { key: highRisk ? 'common:high_risk' : 'common:usual_risk' },
  };
}

function listOr(lines: readonly Value[]): Value {
  return lines.length > 0 ? { list: lines } : { key: 'common:skipped' };
}

/** What a merged report said, under its own number. */
function mergedLine({ record: { number, description } }: Kept<HazardCase>): Value {
  return {
    key: 'flows/my-work:merged_line',
    values: { number: showCaseNumber(number), words: { words: description } },
  };
}

function listingLine(field: (typeof LISTING_FIELDS)[number], what: Value): Value {
  return { key: 'common:line', values: { label: { key: `flows/my-work:${field}.label` }, answer: what } };
}

/** Limit of history lines; system reminders are left out. */
const HISTORY_MAX = 6;

function historyLines({ events, units }: WorkFacts, max: number): readonly Value[] {
  const done = events.filter(({ type }) => type !== 'reminded').slice(-max);
  return done.map((event) => {
    const { type, at, found } = event;
    const seen = type === 'looked' ? (found ? 'looked_yes' : 'looked_no') : type;
    const what = { key: `common:case_event.${seen}` as const };
    const more = detailsOf(event, units);
    if (more.length === 0) return { key: 'common:history_line', values: { at: { at }, what } };
    return { key: 'common:history_line_words', values: { at: { at }, what, words: { list: more } } };
  });
}

function detailsOf({ reason, unit, until, words }: CaseEvent, units: WorkFacts['units']): readonly Value[] {
  const names = unit === undefined ? undefined : units.get(unit)?.names;
  return [
    ...(reason ? [{ key: `common:reasons.${reason}` as const }] : []),
    ...(names ? [{ names }] : []),
    ...(until ? [{ at: until }] : []),
    ...(words ? [{ words }] : []),
  ];
}

/** The reporter's answers to the category's own questions. */
export function extrasOf(
  { category, extras = {} }: HazardCase,
  { categories }: Pick<WorkFacts, 'categories'>,
): readonly Value[] {
  const questions = categories.get(category)?.questions ?? [];
  return questions.flatMap(({ id, names, options }) => {
    const chosen = options.find((option) => option.id === extras[id]);
    return chosen
      ? [{ key: 'common:asked' as const, values: { label: { names }, answer: { names: chosen.names } } }]
      : [];
  });
}

export const LIGHTS = { green: '🟢', amber: '🟡', red: '🔴' } as const;

/** Letters of a place in the list. */
const PLACE_MAX = 12;

/** Names a case in the list: urgency, kind, place, next deadline and number. */
export function listedName(facts: Pick<WorkFacts, 'categories'>, record: HazardCase, now: number): Names {
  const [clock] = clocksOf(record);
  const light = clock ? LIGHTS[stageOf(clock, now)] : '⚪';
  const urgent = record.urgent ? '‼️' : '';
  const head = `${light}${urgent} `;
  const names = Object.entries(facts.categories.nameOf(record.category));
  const short = cutText(record.place.text ?? '', PLACE_MAX, '…');
  const due = clock ? dayOf(clock.due).slice(5) : '';
  const tail = [short, due, showCaseNumber(record.number)].filter((one) => one !== '').join(' · ');
  return Object.fromEntries(names.map(([language, name]) => [language, `${head}${name} · ${tail}`]));
}

/** Names a possible merge target: category, number and distance. */
export function nearbyName(facts: WorkFacts, { record, metres }: NearbyCase): Names {
  const names = Object.entries(facts.categories.nameOf(record.category));
  const far = metres === undefined ? '' : ` ${metres} m`;
  return Object.fromEntries(
    names.map(([language, name]) => [language, `${name} ${showCaseNumber(record.number)}${far}`]),
  );
}

/** Lists units for a dispatch: first the nominated unit and the routed ones, then all units of the area. */
export function unitsFor(here: WorkContext): readonly (Option & { readonly id: string })[] {
  const { facts, answers } = here;
  const kept = chosenCase(here);
  if (!kept) return [];
  const { unit, helpers } = routeFor(kept.record, facts);
  const { nominated, desk } = kept.record;
  const own = kept.record.unit;
  const citywide = [...facts.units.values()]
    .filter(({ region }) => region === undefined || region === desk)
    .map(({ id }) => id);
  const first = answers.next === 'dispatched' ? [...(nominated ? [nominated] : []), unit] : [];
  const ids = [...new Set([...first, ...helpers, unit, ...citywide])];
  return unitOptions(
    facts.units,
    ids.filter((id) => id !== own),
  );
}

/** 为什么派给它: the routed unit and the rule that chose it. */
export function unitValues(here: WorkContext): Readonly<Record<string, unknown>> {
  const { facts } = here;
  const kept = chosenCase(here);
  if (!kept) return {};
  const { route, unit } = routeFor(kept.record, facts);
  return { unit: unitName(facts.units, unit), why: { key: `common:route.${route.rule}` } };
}

/** True if the chosen unit is neither the routed one nor the one that the last return named. */
export function isAgainstRule(here: WorkContext & { readonly answers: ActionAnswers }): boolean {
  const kept = chosenCase(here);
  const { unit } = here.answers;
  if (!kept || !unit) return false;
  return unit !== routeFor(kept.record, here.facts).unit && unit !== kept.record.nominated;
}
