import { unitName } from '../../cases/unit-names.ts';
import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Value } from '../../delivery/outcome.ts';
import type { Alert, AlertAnswer } from './alert.ts';
import { windowOf } from './alert.ts';
import { alertDeeds, unitDeeds } from './alert-rules.ts';

type Names = Pick<City, 'regions' | 'categories' | 'units'>;

/** Bounds of the chance that a card names as 1/n. */
const CHANCES = [100, 200, 500, 1000, 5000, 10_000, 100_000, 1_000_000] as const;

/** The largest n of the list with p ≤ 1/n; a scan of 999 maps says no more than 1/1000. */
export function chanceOf(p: number): number {
  return CHANCES.findLast((n) => p * n <= 1) ?? CHANCES[0];
}

/** Values of every message about an alert. */
export function alertValues(alert: Alert, city: Names): Readonly<Record<string, Value>> {
  const { regions, categories } = city;
  const { what, count, expected, p, detector, state, answer, measure } = alert;
  const { from, until } = windowOf(alert);
  return {
    what: { names: categories.nameOf(what) },
    where: { joined: alert.regions.map((region): Value => ({ names: regions.nameOf(region) ?? { 'zh-CN': region } })) },
    from: { day: from },
    until: { day: until },
    count,
    expected:
      expected < 1
        ? { key: 'flows/alerts:below_one' }
        : { key: 'flows/alerts:about', values: { n: Math.round(expected) } },
    n: chanceOf(p),
    lines: { list: linesOf(alert, city) },
    detector: { key: `flows/alerts:detector.${detector}` },
    state: { key: `flows/alerts:state.${state}` },
    answer: answerValue(answer),
    measure: measure ? { key: `flows/alerts:measure.options.${measure}` } : { key: 'common:skipped' },
  };
}

/** What else a reader should know: the kind with most cases, the street, weather, campaigns, and the unit with its word. */
function linesOf(alert: Alert, { regions, categories, units }: Names): readonly Value[] {
  const { leading, street, regions: own, factor, unit, unitSaid } = alert;
  const streetName = street !== undefined && !own.includes(street) ? regions.nameOf(street) : undefined;
  return [
    ...(leading
      ? [
          {
            key: 'flows/alerts:line.leading',
            values: { category: { names: categories.nameOf(leading.category) }, n: leading.count },
          } as const,
        ]
      : []),
    ...(streetName ? [{ key: 'flows/alerts:line.street', values: { street: { names: streetName } } } as const] : []),
    ...(factor.rain > 1 ? [{ key: 'flows/alerts:line.rain' } as const] : []),
    ...(factor.campaign > 1 ? [{ key: 'flows/alerts:line.campaign' } as const] : []),
    ...(unit === undefined
      ? []
      : [
          {
            key: unitSaid ? 'flows/alerts:line.unit_said' : 'flows/alerts:line.unit',
            values: { unit: unitName(units, unit), answer: answerValue(unitSaid?.answer) },
          } as const,
        ]),
  ];
}

function answerValue(answer: AlertAnswer | undefined): Value {
  return { key: answer ? `flows/alerts:answer.${answer}` : 'flows/alerts:no_answer' };
}

/** A button that opens an alert, or does one deed on it. */
export function alertButton(
  { id }: Pick<Alert, 'id'>,
  deed: 'look' | 'cases_shown' | 'looked' | 'acted.designated' | AlertAnswer,
) {
  const argument = deed === 'look' ? id : `${id}.${deed}`;
  const label = deed === 'acted.designated' ? 'designated' : deed;
  return { label: `flows/alerts:buttons.${label}`, flow: 'alerts', argument } as const;
}

/** The card of a new alert, with the three answers that are wanted most. */
export function alertCard(alert: Alert, city: Names): LocalizedMessage {
  const deeds = alertDeeds(alert);
  return {
    key: 'flows/alerts:card',
    values: alertValues(alert, city),
    buttons: [
      alertButton(alert, 'cases_shown'),
      ...(deeds.includes('looked') ? [alertButton(alert, 'looked')] : []),
      ...(deeds.includes('known_cause') ? [alertButton(alert, 'known_cause')] : []),
    ],
  };
}

/** The card of a new alert for the unit that leads most of its cases. */
export function unitCard(alert: Alert, city: Names): LocalizedMessage {
  return {
    key: 'flows/alerts:unit_card',
    values: alertValues(alert, city),
    buttons: [alertButton(alert, 'cases_shown'), ...unitDeeds(alert).map((answer) => alertButton(alert, answer))],
  };
}

/** Says how many more alerts of the week stand in the list. */
export function restMessage(rest: number): LocalizedMessage {
  return {
    key: 'flows/alerts:rest',
    values: { rest },
    buttons: [{ label: 'flows/alerts:buttons.all', flow: 'alerts', argument: 'all' }],
  };
}
