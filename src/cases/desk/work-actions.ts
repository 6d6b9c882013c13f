import type { LocalizedMessage, Outcome, Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import type { Option } from '../../engine/step.ts';
import type { FinishContext } from '../../people/talk.ts';
import { MAPS, mapLink } from '../../regions/map-link.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { CaseEvent, EventPayload, EventType } from '../case-event.ts';
import { caseMessages } from '../case-messages.ts';
import { showCaseNumber } from '../case-number.ts';
import { actorsOn } from '../case-permissions.ts';
import { changeCase, redactCase } from '../case-store.ts';
import { clocksOf } from '../deadlines.ts';
import type { Actor, CaseRefusal } from '../guards.ts';
import type { HazardCase } from '../hazard-case.ts';
import { PHOTOS_MAX } from '../hazard-case.ts';
import type { Attempt } from '../lifecycle.ts';
import { allowedEvents, attempt, attemptAs } from '../lifecycle.ts';
import { mergeCase, unmergeCase } from '../merge-cases.ts';
import { shownMedia } from '../photos/shown-media.ts';
import { applyEvent } from '../replay.ts';
import { isSafeToVisit, visitKindFor } from '../visits.ts';
import type { ActionAnswers } from './event-payload.ts';
import { eventPayload } from './event-payload.ts';
import type { WorkContext, WorkFacts } from './load-work.ts';
import { chosenCase } from './load-work.ts';

type Finish = Pick<FinishContext<WorkFacts>, 'store' | 'facts' | 'now'>;
type Buttons = NonNullable<LocalizedMessage['buttons']>;

/** Lists the actions of this organiser on the chosen case, in lifecycle order. */
export function actionsFor(here: WorkContext): readonly string[] {
  const { facts, now } = here;
  const kept = chosenCase(here);
  if (!kept) return [];
  const actors = actorsFor(kept, facts);
  const events = allowedEvents(kept.record, actors, now).filter((event) => event !== 'merged' || facts.near.length > 0);
  return [
    ...(shownMedia(kept.record, facts.events).length > 0 ? ['photos_shown'] : []),
    ...(kept.record.place.point ? ['place_shown'] : []),
    ...events,
    ...(actors.some(({ as }) => as === 'dispatcher') ? ['redacted'] : []),
  ];
}

/** A button that opens the flow to ask nearby volunteers for a look or a check. */
export function volunteerOptions(here: WorkContext): readonly (Option & { readonly id: string })[] {
  const kept = chosenCase(here);
  if (!kept || !visitKindFor(kept.record) || !isSafeToVisit(kept.record, here.facts.categories)) return [];
  const actors = actorsFor(kept, here.facts);
  if (!actors.some(({ as }) => as === 'dispatcher' || as === 'lead')) return [];
  return [{ id: 'volunteers_asked', opens: { flow: 'ask-volunteers', argument: kept.record.number } }];
}

/** Carries out an action on a case, or answers why it is refused. */
export function finishAction(
  action: string,
  kept: Kept<HazardCase>,
  answers: ActionAnswers,
  { store, facts, now }: Finish,
): Outcome {
  const number = showCaseNumber(kept.record.number);
  const buttons: Buttons = [
    { label: 'flows/my-work:again', flow: 'my-work', argument: kept.record.number },
    { label: 'flows/my-work:others', flow: 'my-work', argument: 'all' },
  ];
  const actors = actorsFor(kept, facts);
  if (action === 'redacted') {
    if (!actors.some(({ as }) => as === 'dispatcher'))
      return noChange('deed_refused', refusal('not_you', number, buttons));
    const event: CaseEvent = { type: 'redacted', at: now, as: 'dispatcher', by: facts.me };
    const redaction = { words: true, photos: true } as const;
    return {
      outcome: 'case_redacted',
      ...redactCase(store, kept, { events: facts.events, redaction, now, event }),
      says: [{ key: 'flows/my-work:done.redacted', values: { number } }],
    };
  }
  if (action === 'photos_shown') {
    if (actors.length === 0) return noChange('deed_refused', refusal('not_you', number, buttons));
    const shown = shownMedia(kept.record, facts.events);
    return noChange('photos_shown', ...shown, { key: 'flows/my-work:photo.all', buttons });
  }
  if (action === 'place_shown') {
    if (actors.length === 0) return noChange('deed_refused', refusal('not_you', number, buttons));
    return noChange('place_shown', ...pinOf(kept.record, buttons));
  }
  const target = targetOf(answers, facts);
  const tried = attemptAction(action, kept, answers, { facts, now });
  if (tried.type === 'refused') return noChange(`deed_refused:${tried.why}`, refusal(tried.why, number, buttons));
  const { event } = tried;
  const change =
    event.type === 'merged' && target
      ? mergeCase(store, kept, target, event, facts.moving.get(target.record.id) ?? [])
      : event.type === 'unmerged'
        ? unmergeCase(store, kept, event, facts.moved)
        : changeCase(store, kept, event);
  return {
    outcome: `case_${event.type}`,
    ...change,
    // Who signs for a case goes there next.
    says: [
      { ...doneMessage(applyEvent(kept.record, event), event), buttons },
      ...(event.type === 'signed' ? pinOf(kept.record, []) : []),
    ],
  };
}

/** The event of an action with these answers, or the reason why it is refused. */
function attemptAction(
  action: string,
  kept: Kept<HazardCase>,
  answers: ActionAnswers,
  { facts, now }: Pick<Finish, 'facts' | 'now'>,
): Attempt {
  const type = action as EventType; // every other option of the `next` step is an event type
  const payload: EventPayload = {
    ...(answers.photos?.length ? { photos: answers.photos.slice(0, PHOTOS_MAX) } : {}),
    ...(answers.words ? { words: answers.words } : {}),
    ...eventPayload(type, answers, kept.record, facts, targetOf(answers, facts)),
  };
  return attemptAs(actorsFor(kept, facts), (actor) => attempt(kept.record, type, actor, payload, now));
}

function targetOf({ target }: ActionAnswers, { near }: WorkFacts): Kept<HazardCase> | undefined {
  return target ? near.find(({ record }) => record.number === target) : undefined;
}

/** The message that the reporter would get of an action; undefined if it tells them nothing, or is refused. */
export function previewAction(
  action: string,
  kept: Kept<HazardCase>,
  answers: ActionAnswers,
  context: Pick<Finish, 'facts' | 'now'>,
): LocalizedMessage | undefined {
  const tried = attemptAction(action, kept, answers, context);
  if (tried.type === 'refused') return undefined;
  return caseMessages(kept.record, applyEvent(kept.record, tried.event), tried.event, context.facts).followers;
}

/** The place in words, and its pin with links to the maps of a phone; nothing without a point. */
function pinOf({ number, place }: HazardCase, buttons: Buttons): readonly LocalizedMessage[] {
  const { point } = place;
  if (!point) return [];
  const values = { number: showCaseNumber(number), place: { place } };
  const title = [showCaseNumber(number), ...(place.text ? [place.text] : [])].join(' ');
  const links = MAPS.map((map) => ({ label: `common:maps.${map}` as const, url: mapLink(map, point, title) }));
  return [
    { key: 'flows/my-work:place_is', values },
    { key: 'flows/my-work:pin', values, pin: point, links, buttons },
  ];
}

/** Says what was done. After the signature it names the containment and its deadline, where the kind has one. */
function doneMessage(after: HazardCase, event: CaseEvent): LocalizedMessage {
  const number = showCaseNumber(after.number);
  const contain = clocksOf(after).find((clock) => clock.for === 'contain');
  if (event.type === 'signed' && contain)
    return { key: 'flows/my-work:done.signed_contain', values: { number, due: { at: contain.due } } };
  if (event.type === 'overturned' && event.to === 'submitted')
    return { key: 'flows/my-work:done.overturned_intake', values: { number } };
  return { key: `flows/my-work:done.${event.type}`, values: { number, until: untilValue(event) } };
}

function actorsFor({ record }: Kept<HazardCase>, { grants, me, regions }: WorkFacts): readonly Actor[] {
  return actorsOn(record, grants, me, regions);
}

function refusal(why: CaseRefusal, number: string, buttons: Buttons): LocalizedMessage {
  return { key: `common:refused.${why}`, values: { number }, buttons };
}

/** Repeats the typed date, so that the organiser notices a slip. */
function untilValue({ until }: CaseEvent): Value {
  return until === undefined ? '' : { at: until };
}
