import { HOUR_MS } from '../calendar.ts';
import type { CaseEvent, EventType } from '../cases/case-event.ts';
import { apply, replay } from '../cases/case-event.ts';
import { submission } from '../cases/case-store.ts';
import { marksOf } from '../cases/deadlines.ts';
import type { HazardCase, Report } from '../cases/hazard-case.ts';
import type { Actor } from '../cases/lifecycle.ts';
import { attempt } from '../cases/lifecycle.ts';
import { redacted, retain } from '../cases/retention-rules.ts';
import { limitsOf, routeFor } from '../cases/routing.ts';
import type { City } from '../city/city.ts';
import type { Random } from '../random.ts';
import { sometimes } from '../random.ts';

const AFTER = [{ file: 'demo-after', same: 'demo-after' }] as const;

type LifeContext = { readonly city: City; readonly random: Random };

/** What became of a report by now: the whole way to its end, or, if it is open, some part of the way. */
export function lifeOf(
  report: Report,
  open: boolean,
  now: number,
  { city, random }: LifeContext,
): readonly CaseEvent[] {
  const events: CaseEvent[] = [submission(report)];
  let record = replay(events);
  const steps = stepsOf(record, { city, random });
  const walked = open ? steps.slice(0, Math.floor(random() * (steps.length - 1))) : steps;
  // However long things took, they are over by now if the case is.
  const total = (open ? 1 : Math.ceil(-Math.log(1 - random()) * 60) + 8) * HOUR_MS;
  const end = Math.min(now - HOUR_MS / 2, report.filedAt + total);
  walked.forEach(({ type, actor, brought }, i) => {
    const at = Math.round(report.filedAt + ((end - report.filedAt) * (i + 1)) / walked.length);
    const tried = attempt(record, type, actor, brought(record), at);
    if (tried.type === 'refused') throw new Error(`The demo's ${type} was refused: ${tried.why}.`);
    record = apply(record, tried.event);
    events.push(tried.event);
  });
  // What time should have said in the past was said then.
  for (const { key, at } of marksOf(record).filter((mark) => mark.at <= now)) {
    const told: CaseEvent = { type: 'reminded', at: Math.max(at, record.since), as: 'house', by: '', mark: key };
    record = apply(record, told);
    events.push(told);
  }
  const retained = retain(record, now);
  return retained.type === 'lessened' ? events.map((event) => redacted(event, retained.less)) : events;
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
  const words = { text: '▮' };
  return [
    step('accepted', desk, { clock }),
    step('dispatched', desk, route),
    step('signed', unit),
    ...(clock.contain ? [step('contained', unit, { photos: AFTER })] : []),
    step('handled', unit, { photos: AFTER, words }),
    ...(sometimes(random, 0.06)
      ? [step('check_failed', checker, { words }), step('handled', unit, { photos: AFTER, words })]
      : []),
    step('check_passed', checker, { photos: AFTER }),
    sometimes(random, 0.45)
      ? step('rated', { by: '', as: 'reporter' }, { rating: 'solved' })
      : step('left_unrated', { by: '', as: 'house' }),
  ];
}
