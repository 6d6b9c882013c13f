import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Value } from '../../delivery/outcome.ts';
import type { Alert } from './alert.ts';
import { windowOf } from './alert.ts';
import { alertDeeds } from './alert-rules.ts';

type Names = Pick<City, 'regions' | 'categories'>;

/** Bounds of the chance that a card names as 1/n. */
const CHANCES = [100, 200, 500, 1000, 5000, 10_000, 100_000, 1_000_000] as const;

/** The largest n of the list with p ≤ 1/n; a scan of 999 maps says no more than 1/1000. */
export function chanceOf(p: number): number {
  return CHANCES.findLast((n) => p * n <= 1) ?? CHANCES[0];
}

/** Values of every message about an alert. */
export function alertValues(alert: Alert, { regions, categories }: Names): Readonly<Record<string, Value>> {
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
    lines: { list: linesOf(alert, { regions, categories }) },
    detector: { key: `flows/alerts:detector.${detector}` },
    state: { key: `flows/alerts:state.${state}` },
    answer: answer ? { key: `flows/alerts:answer.${answer}` } : { key: 'flows/alerts:no_answer' },
    measure: measure ? { key: `flows/alerts:measure.options.${measure}` } : { key: 'common:skipped' },
  };
}

/** What else a reader should know: the kind with most cases, the street, weather and campaigns. */
function linesOf({ leading, street, regions: own, factor }: Alert, { regions, categories }: Names): readonly Value[] {
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
  ];
}

/** A button that opens an alert, or does one deed on it. */
export function alertButton({ id }: Pick<Alert, 'id'>, deed: 'look' | 'cases_shown' | 'looked' | 'known_cause') {
  const argument = deed === 'look' ? id : `${id}.${deed}`;
  return { label: `flows/alerts:buttons.${deed}`, flow: 'alerts', argument } as const;
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

/** Says how many more alerts of the week stand in the list. */
export function restMessage(rest: number): LocalizedMessage {
  return {
    key: 'flows/alerts:rest',
    values: { rest },
    buttons: [{ label: 'flows/alerts:buttons.all', flow: 'alerts', argument: 'all' }],
  };
}
