import type { City } from '../city/city.ts';
import type { LocalizedMessage, Value } from '../delivery/outcome.ts';
import type { CaseEvent, EventType } from './case-event.ts';
import { showCaseNumber } from './case-number.ts';
import type { Clock } from './deadlines.ts';
import type { WorkList } from './desk/work-queues.ts';
import { NOWHERE, workListsOf } from './desk/work-queues.ts';
import type { HazardCase } from './hazard-case.ts';

/** What is to be told of an event: to all who follow the case, and to those whose turn it is now. */
export type CaseMessages = {
  readonly followers?: LocalizedMessage;
  readonly staff: readonly { readonly list: WorkList; readonly said: LocalizedMessage }[];
};

/** The public steps: what every follower hears of. */
const PUBLIC = [
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

/** What one event has to be told. Pure: the case before and after it, the event, and the city. */
export function caseMessages(
  before: HazardCase | undefined,
  after: HazardCase,
  event: CaseEvent,
  city: City,
): CaseMessages {
  return { ...toFollowers(before, after, event, city), staff: toStaff(before, after, event, city) };
}

function toFollowers(
  before: HazardCase | undefined,
  after: HazardCase,
  event: CaseEvent,
  city: City,
): Pick<CaseMessages, 'followers'> {
  const values = valuesOf(after, event, city);
  const open = (deed?: string) => ({ flow: 'my-cases', argument: deed ? `${after.number}.${deed}` : after.number });
  // Those who follow hear also that somebody else has called it solved or not.
  const ended = after.state === 'closed' && before?.state !== 'closed' && event.type !== 'left_unrated';
  const worked = event.type === 'rated' && after.state === 'in_progress';
  if (ended || worked)
    return { followers: { key: `common:news.${ended ? 'closed' : 'reopened'}`, values, buttons: [] } };
  const type = PUBLIC.find((one) => one === event.type);
  if (!type) return {};
  const key = `common:news.${type}` as const;
  switch (type) {
    case 'check_passed':
      // One tap is the answer.
      return {
        followers: {
          key,
          values,
          buttons: [
            { label: 'common:news_buttons.solved', ...open('solved') },
            { label: 'common:news_buttons.partly', ...open('partly') },
            { label: 'common:news_buttons.unsolved', ...open('unsolved') },
          ],
        },
      };
    case 'left_unrated':
      return { followers: { key, values, buttons: [{ label: 'common:news_buttons.reopen', ...open('reopen') }] } };
    default:
      return { followers: { key, values, buttons: [{ label: 'common:news_buttons.look', ...open() }] } };
  }
}

/** What those hear who asked for the cases of an area: the kind and where about, once it was looked at. */
export function subscriberMessage({ category, place }: HazardCase, { categories, regions }: City): LocalizedMessage {
  const community = place.region === undefined ? undefined : regions.above(place.region, 'community');
  const where = community === undefined ? undefined : regions.nameOf(community);
  const values = {
    category: { names: categories.nameOf(category) },
    where: where ? { names: where } : { key: 'common:place.none' as const },
  };
  return { key: 'common:news.in_your_area', values, buttons: [] };
}

function toStaff(
  before: HazardCase | undefined,
  after: HazardCase,
  event: CaseEvent,
  city: City,
): CaseMessages['staff'] {
  const listed = new Set(before ? workListsOf(before).map(({ list }) => list) : []);
  const now = workListsOf(after).map(({ list }) => list);
  const values = { ...valuesOf(after, event, city), state: { key: `common:case_state.${after.state}` as const } };
  const buttons = [{ label: 'common:news_buttons.work' as const, flow: 'my-work', argument: after.number }];
  if (event.type === 'reminded') {
    const [what = 'cure', , kind = ''] = (event.mark ?? '').split(':') as [Clock['for']?, string?, string?]; // as marksOf writes it
    const clock = { key: `common:clock_name.${what}` as const };
    const key = `common:turn.${kind === 'amber' ? 'amber' : 'red'}` as const;
    // What is late is the desk's business too, whoever's turn it is.
    const late = kind === 'amber' ? [] : [`desk:${after.desk ?? NOWHERE}` as const];
    const said = { key, values: { ...values, clock }, buttons };
    return [...new Set([...now, ...late])].map((list) => ({ list, said }));
  }
  if (event.type === 'supervised' || event.type === 'listed') {
    return now.map((list) => ({ list, said: { key: 'common:turn.supervised', values, buttons } }));
  }
  if (event.type === 'extension_refused') {
    return now.map((list) => ({ list, said: { key: 'common:turn.not_extended', values, buttons } }));
  }
  const moved = before?.state !== after.state || event.type === 'looked' || event.type === 'extension_asked';
  const mine = now.filter((list) => !listed.has(list) || (moved && event.as === 'house'));
  const key = after.urgent ? 'common:turn.urgent' : 'common:turn.new';
  return mine.map((list) => ({ list, said: { key, values, buttons } }));
}

function valuesOf(after: HazardCase, { reason, words, until, unit }: CaseEvent, { categories, units }: City) {
  const doing = units.get(after.unit ?? unit ?? '')?.names;
  const values: Record<string, Value> = {
    number: showCaseNumber(after.number),
    category: { names: categories.nameOf(after.category) },
    place: { place: after.place },
    unit: doing ? { names: doing } : { key: 'common:nobody_yet' },
    reason: reason ? { key: `common:reasons.${reason}` } : { key: 'common:skipped' },
    words: words ? { words } : { key: 'common:skipped' },
    until: until ? { at: until } : { key: 'common:skipped' },
  };
  return values;
}
