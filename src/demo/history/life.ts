import { HOUR_MS } from '../../calendar.ts';
import type { CaseEvent, EventType } from '../../cases/case-event.ts';
import { submissionEvent } from '../../cases/case-store.ts';
import { marksOf } from '../../cases/deadlines.ts';
import type { Actor } from '../../cases/guards.ts';
import type { HazardCase, Report } from '../../cases/hazard-case.ts';
import { attempt } from '../../cases/lifecycle.ts';
import { applyEvent, replay } from '../../cases/replay.ts';
import { decideRetention, redactEvent } from '../../cases/retention/retention-rules.ts';
import { limitsOf, routeFor } from '../../cases/routing.ts';
import type { City } from '../../city/city.ts';
import type { Random } from '../../random.ts';
import { sometimes } from '../../random.ts';
import words from '../city-names.json' with { type: 'json' };

/** The unit whose work is always confirmed: the demo's honour is in its public notice. */
export const CONFIRMED_UNIT = 'gas';

const AFTER = [{ file: 'demo-after', same: 'demo-after' }] as const;

type LifeContext = { readonly city: City; readonly random: Random };

/** Returns the events of a fictional case up to `now`. An open case gets only some of its steps. */
export function lifeOf(
  report: Report,
  open: boolean,
  now: number,
  { city, random }: LifeContext,
): readonly CaseEvent[] {
  const events: CaseEvent[] = [submissionEvent(report)];
  let record = replay(events);
  const steps = stepsOf(record, { city, random });
  const taken = open ? steps.slice(0, stepsSoFar(now - report.filedAt, steps, random)) : steps;
  const durationMs = (Math.ceil(-Math.log(1 - random()) * 60) + 8) * HOUR_MS;
  // No event lies in the future: a closed case has ended by now.
  const end = Math.min(now - HOUR_MS / 2, report.filedAt + durationMs);
  // Most desks dispatch and most units contain within two hours.
  const isPrompt = Math.floor(durationMs / HOUR_MS) % 10 !== 0;
  const timeOf = (i: number) => {
    if (open) return openTime(report.filedAt, i, taken, now);
    const even = report.filedAt + ((end - report.filedAt) * (i + 1)) / taken.length;
    const isEarly = isPrompt && i < stepsBeforeWork(taken);
    return Math.round(isEarly ? Math.min(even, report.filedAt + ((i + 1) * HOUR_MS) / 2) : even);
  };
  taken.forEach(({ type, actor, brought }, i) => {
    const at = timeOf(i);
    const tried = attempt(record, type, actor, brought(record), at);
    if (tried.type === 'refused') throw new Error(`The demo's ${type} was refused: ${tried.why}.`);
    record = applyEvent(record, tried.event);
    events.push(tried.event);
  });
  // Past reminders count as sent; otherwise the clock job would send them all at the first start.
  for (const { key, at } of marksOf(record).filter((mark) => mark.at <= now)) {
    const reminded: CaseEvent = { type: 'reminded', at: Math.max(at, record.since), as: 'house', by: '', mark: key };
    record = applyEvent(record, reminded);
    events.push(reminded);
  }
  const retained = decideRetention(record, now);
  return retained.type === 'lessened' ? events.map((event) => redactEvent(event, retained.redaction)) : events;
}

/** One open case in eight is behind its deadline: its steps stopped early. */
const BEHIND = 0.12;
const SIGNED_AFTER_MS = 3 * HOUR_MS;
const HANDLED_AFTER_MS = 36 * HOUR_MS;

/** The number of steps that an open case of this age has taken. */
function stepsSoFar(ageMs: number, steps: readonly LifeStep[], random: Random): number {
  const most = steps.length - 1;
  if (ageMs < SIGNED_AFTER_MS || sometimes(random, BEHIND)) return Math.floor(random() * Math.min(3, most));
  const signed = Math.min(stepsBeforeWork(steps), most);
  if (ageMs < HANDLED_AFTER_MS || sometimes(random, 0.15)) return signed;
  return Math.max(signed, most - Math.floor(random() * 2));
}

/** Steps up to the signature and the containment. */
function stepsBeforeWork(steps: readonly LifeStep[]): number {
  const handled = steps.findIndex(({ type }) => type === 'handled');
  return handled < 0 ? steps.length : handled;
}

/** The desk and the containment take two hours; work after the signature is of the last hours, so that its check is not late. */
function openTime(filedAt: number, i: number, taken: readonly LifeStep[], now: number): number {
  const early = filedAt + ((i + 1) * HOUR_MS) / 2;
  const recent = now - HOUR_MS * (1 + (taken.length - 1 - i) / 4);
  const isEarly = i < stepsBeforeWork(taken);
  return Math.round(isEarly ? Math.min(early, now - HOUR_MS / 4) : Math.max(early, recent));
}

type LifeStep = {
  readonly type: EventType;
  readonly actor: Actor;
  readonly brought: (record: HazardCase) => Parameters<typeof attempt>[3];
};

function stepsOf(record: HazardCase, { city, random }: LifeContext): readonly LifeStep[] {
  const route = routeFor(record, city);
  const clock = limitsOf(record, city);
  const step = (type: EventType, actor: Actor, brought: Parameters<typeof attempt>[3] = {}): LifeStep => ({
    type,
    actor,
    brought: () => brought,
  });
  const desk: Actor = { by: 'demo-desk', as: 'dispatcher' };
  const unit: Actor = { by: 'demo-unit', as: 'unit_staff', units: [route.unit] };
  const checker: Actor = { by: 'demo-grid', as: 'grid_worker' };
  if (sometimes(random, 0.03)) return [step('withdrawn', { by: '', as: 'reporter' })];
  const handled = { photos: AFTER, words: { text: words.handled } };
  return [
    step('accepted', desk, { clock }),
    step('dispatched', desk, route),
    step('signed', unit),
    ...(clock.contain ? [step('contained', unit, { photos: AFTER })] : []),
    step('handled', unit, handled),
    ...(sometimes(random, 0.06)
      ? [step('check_failed', checker, { words: { text: words.check_failed } }), step('handled', unit, handled)]
      : []),
    step('check_passed', checker, { photos: AFTER }),
    sometimes(random, 0.45) || route.unit === CONFIRMED_UNIT
      ? step('rated', { by: '', as: 'reporter' }, { rating: 'solved' })
      : step('left_unrated', { by: '', as: 'house' }),
  ];
}
