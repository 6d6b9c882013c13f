import { DAY_MS, limitEnd } from '../calendar.ts';
import type { ActingRole, EventPayload } from './case-event.ts';
import { RETURNS_UNTIL_DECIDED } from './case-event.ts';
import { cureDue } from './deadlines.ts';
import type { HazardCase } from './hazard-case.ts';
import { CLOSING_CONDITIONS, LISTING_FIELDS } from './hazard-case.ts';

/** An actor on a case: pseudonym, role, and for unit staff their units. */
export type Actor = { readonly by: string; readonly as: ActingRole; readonly units?: readonly string[] };

/** Reasons for which an event is refused; locales hold their wording. */
export const REFUSALS = [
  'not_now',
  'not_you',
  'words_missing',
  'photos_missing',
  'reason_missing',
  'unit_missing',
  'target_missing',
  'until_missing',
  'until_past',
  'until_too_far',
  'nobody_looked',
  'lead_decides',
  'decided',
  'too_late',
  'own_work',
  'contain_first',
  'extended_twice',
  'extension_not_asked',
  'three_missing',
  'five_missing',
  'still_listed',
  'not_listed',
  'check_missing',
  'place_unknown',
  'other_kind_needed',
] as const;
export type CaseRefusal = (typeof REFUSALS)[number];

/** Everything that a guard may look at. */
export type GuardContext = {
  readonly record: HazardCase;
  readonly actor: Actor;
  readonly payload: EventPayload;
  readonly now: number; // ms since the epoch
};

/** Longest time on the shelf and farthest extension, days. */
export const SHELVED_MAX_DAYS = 90;
const SHELVED_MAX_MS = SHELVED_MAX_DAYS * DAY_MS;

/** Refuses acceptance without a known place, a specific category and a finished look. */
export function guardAcceptance(context: GuardContext): CaseRefusal | undefined {
  const { record } = context;
  const why = guardIntake(context) ?? lacksForFiling(record);
  if (why) return why;
  return record.state === 'verifying' && record.found === undefined ? 'nobody_looked' : undefined;
}

/** A case is filed with a known place and a specific category. */
export function lacksForFiling({ desk, category }: HazardCase): CaseRefusal | undefined {
  if (desk === undefined) return 'place_unknown';
  return category === OTHER_HAZARD ? 'other_kind_needed' : undefined;
}

/** The desk decides on what comes in; the lead only after an appeal. */
export function guardIntake({ record, actor }: GuardContext): CaseRefusal | undefined {
  return actor.as === 'lead' && !record.appealed ? 'not_you' : undefined;
}

/** An appealed case is refused by the lead only, any other by a dispatcher only. */
export function guardRejection(context: GuardContext): CaseRefusal | undefined {
  const { record, actor } = context;
  if (record.appealed && actor.as !== 'lead') return 'lead_decides';
  return guardIntake(context) ?? guardNotListed(context);
}

/** Allows one appeal, within APPEAL_MS after the refusal. */
export function guardAppeal(context: GuardContext): CaseRefusal | undefined {
  return context.record.appealed ? 'decided' : guardAge(APPEAL_MS)(context);
}
const APPEAL_MS = 30 * DAY_MS;

/** Allows one question at a time. */
export function guardQuestion({ record }: GuardContext): CaseRefusal | undefined {
  return record.asked === undefined ? undefined : 'not_now';
}

/** Refuses a case that is in no hands, or in the right ones. Only a lead or the office gives it to another person. */
export function guardHandOver({ record, actor, payload: { holder } }: GuardContext): CaseRefusal | undefined {
  if (holder === undefined ? actor.as === 'office' : actor.as !== 'lead' && actor.as !== 'office') return 'not_you';
  return record.holder === undefined || record.holder === (holder ?? actor.by) ? 'not_now' : undefined;
}

export function guardAnswer({ record }: GuardContext): CaseRefusal | undefined {
  return record.asked === undefined ? 'not_now' : undefined;
}

/** The catch-all category; staff must choose a specific one before acceptance. */
const OTHER_HAZARD = 'other_hazard';

/** Leaves a dispatch to the lead once units have returned the case often enough. */
export function guardDispatch({ record, actor }: GuardContext): CaseRefusal | undefined {
  return (record.returns ?? 0) >= RETURNS_UNTIL_DECIDED && actor.as !== 'lead' ? 'lead_decides' : undefined;
}

/** The new unit must differ, and only the lead overrides the lead's own decision. */
export function guardRedispatch({ record, actor, payload }: GuardContext): CaseRefusal | undefined {
  if (record.final && actor.as !== 'lead') return 'lead_decides';
  return payload.unit !== undefined && payload.unit === record.unit ? 'unit_missing' : undefined;
}

/** Refuses staff of any unit but the lead unit. */
export function guardLeadUnit({ record, actor }: GuardContext): CaseRefusal | undefined {
  return record.unit !== undefined && actor.units?.includes(record.unit) ? undefined : 'not_you';
}

/** Allows a return within one working day, unless the lead chose the unit. */
export function guardReturn(context: GuardContext): CaseRefusal | undefined {
  const { record, now } = context;
  if (record.final) return 'decided';
  if (now > limitEnd(record.since, '1wd')) return 'too_late';
  return guardLeadUnit(context);
}

/** Allows a request before the deadline, for a later date, up to two extensions. */
export function guardExtensionRequest(context: GuardContext): CaseRefusal | undefined {
  const { record, payload, now } = context;
  if ((record.extended?.times ?? 0) >= 2) return 'extended_twice';
  const due = cureDue(record);
  if (due !== undefined && now >= due) return 'too_late';
  if (payload.until !== undefined && payload.until <= Math.max(now, due ?? 0)) return 'until_past';
  return guardLeadUnit(context);
}

/** Requires an open extension request. */
export function guardExtensionRefusal({ record }: GuardContext): CaseRefusal | undefined {
  return record.extensionAsked === undefined ? 'extension_not_asked' : undefined;
}

/** Allows the requested extension; the second one needs the lead. */
export function guardExtension({ record, actor, payload, now }: GuardContext): CaseRefusal | undefined {
  if (record.extensionAsked === undefined) return 'extension_not_asked';
  const times = record.extended?.times ?? 0;
  if (times >= 2) return 'extended_twice';
  if (times === 1 && actor.as !== 'lead') return 'lead_decides';
  return payload.until !== undefined && payload.until <= now ? 'until_past' : undefined;
}

/** Allows a containment only where the kind has a limit for it, and only once. */
export function guardContainment(context: GuardContext): CaseRefusal | undefined {
  return needsContainment(context.record) ? guardLeadUnit(context) : 'not_now';
}

/** True while the danger must still be contained (先期管控). */
export function needsContainment({ clock, contained }: HazardCase): boolean {
  return clock?.contain !== undefined && contained === undefined;
}

/** Refuses finished work while the danger still needs containment. */
export function guardHandled(context: GuardContext): CaseRefusal | undefined {
  return needsContainment(context.record) ? 'contain_first' : guardLeadUnit(context);
}

/** Refuses the person who did the work and all staff of that unit. */
export function guardIndependence({ record, actor }: GuardContext): CaseRefusal | undefined {
  const isOwnWork = actor.by === record.handledBy || (record.unit !== undefined && actor.units?.includes(record.unit));
  return isOwnWork ? 'own_work' : undefined;
}

/** Refuses the end of the rating period while closing conditions are missing. */
export function guardClosing({ record }: GuardContext): CaseRefusal | undefined {
  return lacksClosingConditions(record) ? 'three_missing' : undefined;
}

/** 三不放过: true while a high-risk case lacks a condition, or while a case is publicly listed. */
export function lacksClosingConditions({ highRisk, three, listedAt }: HazardCase): boolean {
  return listedAt !== undefined || (highRisk === true && !CLOSING_CONDITIONS.every((one) => three?.includes(one)));
}

/** Requires all three closing conditions of a high-risk case. */
export function guardClosingConditions({ record, payload }: GuardContext): CaseRefusal | undefined {
  if (!record.highRisk) return 'not_now';
  if (record.listedAt !== undefined && record.state === 'confirming') return 'still_listed';
  return CLOSING_CONDITIONS.every((one) => payload.three?.includes(one)) ? undefined : 'three_missing';
}

/** Requires all five listing fields of a case that is not listed yet. */
export function guardListing({ record, payload }: GuardContext): CaseRefusal | undefined {
  if (record.listedAt !== undefined) return 'still_listed';
  return LISTING_FIELDS.every((one) => payload.five?.[one]?.trim()) ? undefined : 'five_missing';
}

/** Requires a passed check since the listing, and since the work began anew. */
export function guardDelisting({ record }: GuardContext): CaseRefusal | undefined {
  const { listedAt, recheckedAt, clock } = record;
  if (listedAt === undefined) return 'not_listed';
  return recheckedAt === undefined || recheckedAt < (clock?.from ?? 0) ? 'check_missing' : undefined;
}

/** Refuses an event while the case is publicly listed. */
export function guardNotListed({ record }: GuardContext): CaseRefusal | undefined {
  return record.listedAt === undefined ? undefined : 'still_listed';
}

/** Allows the shelf until a date within SHELVED_MAX_DAYS, once the danger is contained. */
export function guardShelving({ record, payload: { until }, now }: GuardContext): CaseRefusal | undefined {
  if (record.listedAt !== undefined) return 'still_listed';
  // The danger must be contained (先期管控) before work is put off.
  if (needsContainment(record)) return 'contain_first';
  if (until === undefined) return undefined;
  if (until <= now) return 'until_past';
  return until > now + SHELVED_MAX_MS ? 'until_too_far' : undefined;
}

/** Makes a guard that refuses an event later than `ms` after the last change of state. */
export function guardAge(ms: number): (context: GuardContext) => CaseRefusal | undefined {
  return ({ record, now }) => (now - record.since > ms ? 'too_late' : undefined);
}
