import type { City } from '../city/city.ts';
import type { LocalizedMessage, Value } from '../delivery/outcome.ts';
import type { CaseEvent, EventType } from './case-event.ts';
import { showCaseNumber } from './case-number.ts';
import type { Clock } from './deadlines.ts';
import { cureDue } from './deadlines.ts';
import { staffNotice, wordsAndDeadline } from './desk/staff-notice.ts';
import type { WorkList } from './desk/work-queues.ts';
import { CITY_DESK, workListsOf } from './desk/work-queues.ts';
import type { HazardCase } from './hazard-case.ts';
import { unitName } from './unit-names.ts';

/** Notifications of one event: one for all followers, and one for each work list that gets the case. */
export type CaseMessages = {
  readonly followers?: LocalizedMessage;
  readonly staff: readonly StaffMessage[];
  /** For the organiser who had the case in hand, by pseudonym. */
  readonly holder?: { readonly of: string; readonly said: LocalizedMessage };
};

/** A message for the readers of a work list. `arrives`: a burst of them is one notice. */
type StaffMessage = { readonly list: WorkList; readonly said: LocalizedMessage; readonly arrives?: true };

/** Events of which all followers are notified. */
export const PUBLIC_EVENTS = [
  'asked',
  'look_ordered',
  'accepted',
  'rejected',
  'merged',
  'unmerged',
  'dispatched',
  'contained',
  'extended',
  'handled',
  'check_failed',
  'check_passed',
  'left_unrated',
  'reopened',
  'shelved',
  'resumed',
  'given_up',
  'overturned',
  'listed',
  'delisted',
  'withdrawn',
] as const satisfies readonly EventType[];

/** Writes the notifications of one event. Pure. `before` is undefined for the first event. */
export function caseMessages(
  before: HazardCase | undefined,
  after: HazardCase,
  event: CaseEvent,
  city: City,
): CaseMessages {
  return {
    ...followerMessage(before, after, event, city),
    staff: staffMessages(before, after, event, city),
    ...holderMessage(before, after, event, city),
  };
}

/** Tells the earlier holder that a colleague took over; once for all cases of one hand-over. */
function holderMessage(
  before: HazardCase | undefined,
  after: HazardCase,
  event: CaseEvent,
  city: City,
): Pick<CaseMessages, 'holder'> {
  if (event.type !== 'handed_over' || before?.holder === undefined || event.count === undefined) return {};
  const values = { ...valuesOf(after, event, city), count: event.count };
  return { holder: { of: before.holder, said: { key: 'common:turn.handed_over', values } } };
}

function followerMessage(
  before: HazardCase | undefined,
  after: HazardCase,
  event: CaseEvent,
  city: City,
): Pick<CaseMessages, 'followers'> {
  const values = valuesOf(after, event, city);
  const open = (deed?: string) => ({ flow: 'my-cases', argument: deed ? `${after.number}.${deed}` : after.number });
  // A rating that closes or reopens the case notifies all followers.
  const ended = after.state === 'closed' && before?.state !== 'closed' && event.type !== 'left_unrated';
  const worked = event.type === 'rated' && after.state === 'in_progress';
  if (ended || worked)
    return { followers: { key: `common:news.${ended ? 'closed' : 'reopened'}`, values, buttons: [] } };
  const type = PUBLIC_EVENTS.find((one) => one === event.type);
  if (!type) return {};
  const key = `common:news.${type}` as const;
  switch (type) {
    case 'check_passed':
      // Each button is a complete rating.
      return {
        followers: {
          key,
          values,
          buttons: [
            { label: 'common:news_buttons.solved', ...open('solved') },
            { label: 'common:news_buttons.partly', ...open('partly') },
            { label: 'common:news_buttons.unsolved', ...open('unsolved') },
            photosButton(after),
          ],
        },
      };
    case 'asked':
      return { followers: { key, values, buttons: [{ label: 'common:news_buttons.answer', ...open('answer') }] } };
    case 'rejected':
      // The lead's own refusal is final.
      if (after.appealed) return { followers: { key: 'common:news.rejected_again', values, buttons: [] } };
      return { followers: { key, values, buttons: [{ label: 'common:news_buttons.appeal', ...open('appeal') }] } };
    case 'handled':
      return { followers: { key, values, buttons: [photosButton(after)] } };
    case 'left_unrated':
      return { followers: { key, values, buttons: [{ label: 'common:news_buttons.reopen', ...open('reopen') }] } };
    default:
      return { followers: { key, values, buttons: [{ label: 'common:news_buttons.look', ...open() }] } };
  }
}

/** The button that shows the photos of the finished work. */
function photosButton({ number }: HazardCase) {
  return { label: 'common:news_buttons.photos', flow: 'my-cases', argument: `${number}.photos` } as const;
}

/** Notification of an area subscription: category and community only. */
export function subscriberMessage({ category, place }: HazardCase, { categories, regions }: City): LocalizedMessage {
  const community = place.region === undefined ? undefined : regions.above(place.region, 'community');
  const where = community === undefined ? undefined : regions.nameOf(community);
  const values = {
    category: { names: categories.nameOf(category) },
    where: where ? { names: where } : { key: 'common:place.none' as const },
  };
  return { key: 'common:news.in_your_area', values, buttons: [] };
}

function staffMessages(
  before: HazardCase | undefined,
  after: HazardCase,
  event: CaseEvent,
  city: City,
): CaseMessages['staff'] {
  const listsBefore = before ? workListsOf(before).map(({ list }) => list) : [];
  const listedBefore = new Set(listsBefore);
  const now = workListsOf(after).map(({ list }) => list);
  const values = valuesOf(after, event, city);
  const buttons = [{ label: 'common:news_buttons.work' as const, flow: 'my-work', argument: after.number }];
  if (event.type === 'reminded') {
    // The digest tells all other deadlines.
    if (!after.urgent) return [];
    const [what = 'cure', at = '', kind = ''] = (event.mark ?? '').split(':') as [Clock['for']?, string?, string?]; // as marksOf writes it
    const clock = { key: `common:clock_name.${what}` as const };
    const key = `common:turn.${kind === 'amber' ? 'amber' : 'red'}` as const;
    // The desk gets every overdue case, in addition to the list that must act.
    const late = kind === 'amber' ? [] : [`desk:${after.desk ?? CITY_DESK}` as const];
    const said = { key, values: { ...values, clock, due: { at: Number(at) } }, buttons };
    return [...new Set([...now, ...late])].map((list) => ({ list, said }));
  }
  if (event.type === 'supervised' || event.type === 'listed') {
    const about: Value = { list: wordsAndDeadline(after, event) };
    return now.map((list) => ({
      list,
      said: { key: 'common:turn.supervised', values: { ...values, about }, buttons },
    }));
  }
  if (event.type === 'extension_refused' || event.type === 'extended') {
    const key = event.type === 'extended' ? 'common:turn.extended' : 'common:turn.not_extended';
    const due: Value = { at: cureDue(after) ?? after.since };
    return now.map((list) => ({ list, said: { key, values: { ...values, due }, buttons } }));
  }
  if (event.type === 'answered' || event.type === 'noted') {
    const about: Value = { list: wordsAndDeadline(after, event) };
    const key = `common:turn.${event.type}` as const;
    return notedLists(after, event).map((list) => ({ list, said: { key, values: { ...values, about }, buttons } }));
  }
  if (event.type === 'withdrawn')
    return listsBefore.map((list) => ({ list, said: { key: 'common:turn.withdrawn', values, buttons: [] } }));
  const moved = before?.state !== after.state || event.type === 'looked' || event.type === 'extension_asked';
  const added = now.filter((list) => !listedBefore.has(list) || (moved && event.as === 'house'));
  const arrives = event.type === 'submitted' && !after.urgent ? ({ arrives: true } as const) : {};
  return added.map((list) => ({
    list,
    said: { ...staffNotice(list, before, after, event, city), buttons },
    ...arrives,
  }));
}

/** An answer goes to the lists of the case; a note to the desk and the unit, without the side that wrote it. */
function notedLists(after: HazardCase, { type, as }: CaseEvent): readonly WorkList[] {
  if (type === 'answered') return workListsOf(after).map(({ list }) => list);
  const desk = `desk:${after.desk ?? CITY_DESK}` as const;
  const unit = after.unit === undefined ? [] : [`unit:${after.unit}` as const];
  return [...(as === 'dispatcher' ? [] : [desk]), ...(as === 'unit_staff' ? [] : unit)];
}

function valuesOf(after: HazardCase, { reason, words, until, unit }: CaseEvent, { categories, units }: City) {
  const values: Record<string, Value> = {
    number: showCaseNumber(after.number),
    category: { names: categories.nameOf(after.category) },
    place: { place: after.place },
    unit: unitName(units, after.unit ?? unit),
    reason: reason ? { key: `common:reasons.${reason}` } : { key: 'common:skipped' },
    words: words ? { words } : { key: 'common:skipped' },
    until: until ? { at: until } : { key: 'common:skipped' },
  };
  return values;
}
