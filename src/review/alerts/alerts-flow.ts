import { dayOf } from '../../calendar.ts';
import { showCaseNumber } from '../../cases/case-number.ts';

import { maySeeCase } from '../../cases/desk/case-list.ts';
import type { HazardCase } from '../../cases/hazard-case.ts';
import { isOpen } from '../../cases/hazard-case.ts';
import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Outcome, Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import type { Names } from '../../engine/step.ts';
import { choice } from '../../engine/steps/choice.ts';
import type { Designation } from '../../inspections/draw/designate.ts';
import { designate, loadDesignation } from '../../inspections/draw/designate.ts';
import type { Grant } from '../../people/role.ts';
import { anyGrantCovers } from '../../people/role.ts';
import type { FinishContext, LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import { keepTask } from '../../volunteers/tasks/task-store.ts';
import { draftGrants } from '../letters/load-addressees.ts';
import type { Alert, AlertMeasure } from './alert.ts';
import { ALERT_ANSWERS, ALERT_MEASURES, isAlertOpen, windowOf } from './alert.ts';
import { alertButton, alertValues } from './alert-messages.ts';
import type { AlertDeed } from './alert-rules.ts';
import { ALERT_DEEDS, alertDeeds, changeAlert, hearUnit, unitDeeds } from './alert-rules.ts';
import { isAlertOf, isAlertOfUnit, keepAlert, loadAlerts, MAY_ANSWER_ALERTS } from './alert-store.ts';
import { lookTask } from './look-task.ts';
import { loadWindowCases } from './window-cases.ts';

type AlertsFacts = City & {
  readonly me: string;
  readonly grants: readonly Grant[];
  readonly alerts: readonly Kept<Alert>[];
  /** The cases of the chosen alert that this person may see; loaded to show them. */
  readonly cases: readonly HazardCase[];
  /** The premises on which most of its cases lie; loaded to designate them. */
  readonly designation: Designation | undefined;
  readonly wanted: unknown;
};
type AlertsContext = {
  readonly facts: AlertsFacts;
  readonly answers: { readonly alert?: string | null; readonly next?: string | null };
};

const LISTED_MAX = 10;
const SHOWN_MAX = 12;

/** A lead or the office answers an alert of their ground: look, confirm, refuse, act. The responsible unit gives its word. */
export const alerts = flow<AlertsFacts>({ id: 'alerts', version: 1, lifetimeSeconds: 24 * 3600, light: true })
  .step(
    'alert',
    choice({
      options: ({ facts }) => facts.alerts.map(({ record }) => ({ id: record.id, name: nameOf(record, facts) })),
      resets: ['next'],
    }),
  )
  .step(
    'next',
    choice({
      options: (here) => {
        const kept = chosen(here);
        return kept ? ['cases_shown', ...deedsOf(kept.record, here.facts)].map((id) => ({ id })) : [];
      },
      values: (here) => {
        const kept = chosen(here);
        return kept ? alertValues(kept.record, here.facts) : {};
      },
      resets: ['measure'],
    }),
  )
  .step('measure', choice({ relevant: ({ answers }) => answers.next === 'acted', options: ALERT_MEASURES }))
  .end();

export const alertsTalk = talk({
  flow: alerts,
  loadsBy: ['alert', 'next', 'measure'],
  menuOf: MAY_ANSWER_ALERTS,
  listedFor: isOfUnit,
  load: async ({ store, city, person, position, now }: LoadContext) => {
    const grants = person.contact?.grants ?? [];
    const me = store.pseudonym(person.urn);
    const { alert: wanted, next, measure } = position.answers;
    if (!grants.some(mayOpen)) return { me, grants, alerts: [], cases: [], designation: undefined, wanted };
    const all = await loadAlerts(store);
    const own = all.filter(
      ({ record }) =>
        (isAlertOpen(record) || record.id === wanted) &&
        (isAlertOf(record, grants, MAY_ANSWER_ALERTS, city) || isAlertOfUnit(record, grants)),
    );
    const asked = own.find(({ record }) => record.id === wanted)?.record;
    const isNeeded = next === 'cases_shown' || measure === 'designated';
    const cases = asked && isNeeded ? await loadWindowCases(store, asked, city) : [];
    const region = asked && groundOf(asked, grants, city);
    const places = cases.map(({ place }) => place);
    const designation =
      region !== undefined && measure === 'designated'
        ? await loadDesignation(store, { region, places }, { city, grants, by: me, now })
        : undefined;
    const listed = own.toSorted((a, b) => b.record.raisedAt - a.record.raisedAt || a.record.p - b.record.p);
    return {
      me,
      grants,
      alerts: listed.filter(({ record }, i) => i < LISTED_MAX || record.id === wanted),
      cases: cases.filter((record) => maySeeCase(record, { grants, me }, city)),
      designation,
      wanted,
    };
  },
  facts: (city: City, _person, loaded): AlertsFacts => ({ ...city, ...loaded }),
  closed: ({ grants, alerts: list, wanted }) => {
    if (!grants.some(mayOpen)) return { key: 'flows/alerts:not_you' };
    if (wanted !== undefined && !list.some(({ record }) => record.id === wanted)) return { key: 'flows/alerts:gone' };
    if (list.length > 0) return undefined;
    return { key: grants.some(isOnGround) ? 'flows/alerts:none' : 'flows/alerts:none_of_unit' };
  },
  opens: (argument) => {
    if (argument === 'all') return {};
    const [alert = '', next, measure] = argument.split('.');
    return { alert, ...(next === undefined ? {} : { next }), ...(measure === undefined ? {} : { measure }) };
  },
  finish: (answers, { store, facts, now }): Outcome => {
    const kept = chosen({ facts, answers });
    const { next } = answers;
    if (!kept || !next) return noChange('alerts_seen', { key: 'common:closed' });
    if (next === 'cases_shown') return noChange('alert_cases_seen', casesMessage(kept.record, facts));
    if (!isAlertOf(kept.record, facts.grants, MAY_ANSWER_ALERTS, facts))
      return sayOfUnit(kept, next, { store, facts, now });
    const deed = ALERT_DEEDS.find((one) => one === next);
    const ground = groundOf(kept.record, facts.grants, facts);
    const task = deed === 'looked' && ground ? lookTask(kept.record, ground, facts.me, facts, now) : undefined;
    const measure = ALERT_MEASURES.find((one) => one === answers.measure);
    const details = { ...(task ? { task: task.id } : {}), ...(measure ? { measure } : {}) };
    const changed = deed && changeAlert(kept.record, deed, now, details);
    if (!deed || !changed)
      return noChange('alert_refused', { key: 'flows/alerts:not_now', buttons: [alertButton(kept.record, 'look')] });
    if (measure === 'designated') return inspect(kept, changed, { store, facts, now });
    const changes = joinChanges([keepAlert(store, changed, kept), ...(task ? [keepTask(store, task)] : [])]);
    return { outcome: `alert_${deed}`, ...changes, says: [doneMessage(changed, deed, facts)] };
  },
});

function isOnGround({ role }: Grant): boolean {
  return MAY_ANSWER_ALERTS.includes(role);
}

/** A grant of a unit; those of series and premises have a colon. */
function isOfUnit({ role, scope }: Grant): boolean {
  return role === 'unit_staff' && !scope.includes(':');
}

function mayOpen(grant: Grant): boolean {
  return isOnGround(grant) || isOfUnit(grant);
}

function deedsOf(alert: Alert, { grants, ...city }: AlertsFacts): readonly string[] {
  return isAlertOf(alert, grants, MAY_ANSWER_ALERTS, city) ? alertDeeds(alert) : unitDeeds(alert);
}

/** Records the word of the responsible unit. */
function sayOfUnit(
  kept: Kept<Alert>,
  next: string,
  { store, facts, now }: Pick<FinishContext<AlertsFacts>, 'store' | 'facts' | 'now'>,
): Outcome {
  const answer = ALERT_ANSWERS.find((one) => one === next);
  const heard = answer && hearUnit(kept.record, answer, now);
  if (!answer || !heard)
    return noChange('alert_refused', { key: 'flows/alerts:not_now', buttons: [alertButton(kept.record, 'look')] });
  const values = { ...alertValues(heard, facts), said: { key: `flows/alerts:answer.${answer}` } } as const;
  return {
    outcome: 'alert_unit_said',
    ...keepAlert(store, heard, kept),
    says: [{ key: 'flows/alerts:unit_done', values, buttons: [alertButton(heard, 'look')] }],
  };
}

/** Designates the premises of the cases. Where that is impossible, the alert stays as it is, and a draw by lot is offered. */
function inspect(
  kept: Kept<Alert>,
  changed: Alert,
  { store, facts, now }: Pick<FinishContext<AlertsFacts>, 'store' | 'facts' | 'now'>,
): Outcome {
  const { me, designation } = facts;
  const done = designation && designate(designation, 'alert', { store, city: facts, by: me, now });
  const look = alertButton(kept.record, 'look');
  if (!done?.draw) {
    const said = done?.says[0] ?? { key: 'flows/alerts:no_premises' as const };
    return noChange('alert_refused', { ...said, buttons: [...planButtons(kept.record, facts), look] });
  }
  const alert = { ...changed, draw: done.draw };
  const { checks, writes } = joinChanges([keepAlert(store, alert, kept), done]);
  return { ...done, outcome: 'alert_acted', checks, writes, says: [doneMessage(alert, 'acted', facts), ...done.says] };
}

/** The region on which a person acts: the street with most cases, else a region of the alert, on the own ground. */
function groundOf({ street, regions }: Alert, grants: readonly Grant[], city: City): string | undefined {
  const own = grants.filter(isOnGround);
  return [...(street === undefined ? [] : [street]), ...regions].find((one) => anyGrantCovers(own, one, city.regions));
}

/** The button of a draw by lot, filled in with the street. */
function planButtons(alert: Alert, facts: AlertsFacts): NonNullable<LocalizedMessage['buttons']> {
  const region = groundOf(alert, facts.grants, facts);
  const street = region === undefined ? undefined : facts.regions.above(region, 'street');
  const argument = street === undefined ? 'new' : `new.${facts.regions.above(street, 'district') ?? ''}.${street}`;
  return [{ label: 'flows/alerts:buttons.plan', flow: 'my-draws', argument }];
}

function chosen({ facts, answers }: AlertsContext): Kept<Alert> | undefined {
  return facts.alerts.find(({ record }) => record.id === answers.alert);
}

/** The buttons that lead on to a measure. */
const MEASURE_BUTTONS: Readonly<Partial<Record<AlertMeasure, NonNullable<LocalizedMessage['buttons']>[number]>>> = {
  announcement: { label: 'flows/alerts:buttons.announce', flow: 'announce', argument: 'all' },
};

function doneMessage(alert: Alert, deed: AlertDeed, facts: AlertsFacts): LocalizedMessage {
  const { measure, task } = alert;
  const measured = deed === 'acted' && measure ? MEASURE_BUTTONS[measure] : undefined;
  return {
    key: `flows/alerts:done.${deed}`,
    values: alertValues(alert, facts),
    buttons: [
      ...(deed === 'looked' && task
        ? [{ label: 'flows/alerts:buttons.task', flow: 'task-board', argument: task } as const]
        : []),
      ...(measured ? [measured] : []),
      ...(deed === 'acted' && measure === 'inspection' ? planButtons(alert, facts) : []),
      ...(deed === 'acted' && measure === 'letter' ? letterButtons(alert, facts) : []),
      ...(deed === 'confirmed' ? [alertButton(alert, 'acted.designated')] : []),
      ...(isAlertOpen(alert) ? [alertButton(alert, 'look')] : []),
    ],
  };
}

/** The button of a letter to the unit that leads most of the cases, for those who may draft one. */
function letterButtons({ unit }: Alert, { grants }: AlertsFacts): NonNullable<LocalizedMessage['buttons']> {
  const argument = unit === undefined ? 'new' : `unit.${unit}`;
  const button = { label: 'flows/alerts:buttons.letter', flow: 'write-letter', argument } as const;
  return draftGrants(grants).length > 0 ? [button] : [];
}

function casesMessage(alert: Alert, facts: AlertsFacts): LocalizedMessage {
  const { cases, categories } = facts;
  const newest = cases.toReversed();
  const lines = newest.slice(0, SHOWN_MAX).map(
    ({ number, category, seenOn, filedAt, state, place }): Value => ({
      key: 'flows/alerts:case_line',
      values: {
        number: showCaseNumber(number),
        category: { names: categories.nameOf(category) },
        day: (seenOn ?? dayOf(filedAt)).slice(5),
        place: { place },
        state: { key: `common:case_state.${state}` },
      },
    }),
  );
  const open = newest.filter(isOpen);
  return {
    key: cases.length > 0 ? 'flows/alerts:cases' : 'flows/alerts:no_cases',
    values: { ...alertValues(alert, facts), open: open.length, cases: { list: lines } },
    buttons: [
      ...open
        .slice(0, 1)
        .map(({ number }) => ({ label: 'flows/alerts:buttons.newest', flow: 'my-work', argument: number }) as const),
      alertButton(alert, 'look'),
    ],
  };
}

function nameOf(alert: Alert, { regions, categories }: City): Names {
  const what = categories.nameOf(alert.what);
  const day = dayOf(windowOf(alert).until).slice(5);
  const where = regions.nameOf(alert.regions[0] ?? '') ?? {};
  return Object.fromEntries(
    ['zh-CN', 'en'].map((language) => {
      const more = alert.regions.length > 1 ? '…' : '';
      return [language, `${what[language] ?? what['zh-CN']} ${where[language] ?? where['zh-CN']}${more} ${day}`];
    }),
  );
}
