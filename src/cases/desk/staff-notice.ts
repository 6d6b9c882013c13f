import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Value } from '../../delivery/outcome.ts';
import type { CaseEvent } from '../case-event.ts';
import { showCaseNumber } from '../case-number.ts';
import { clocksOf } from '../deadlines.ts';
import type { HazardCase } from '../hazard-case.ts';
import { unitName } from '../unit-names.ts';
import type { WorkList } from './work-queues.ts';

/** Words a notice that a case is on this work list now: the wish, the case, what happened, and the deadline. */
export function staffNotice(
  list: WorkList,
  before: HazardCase | undefined,
  after: HazardCase,
  event: CaseEvent,
  { categories, units }: City,
): Omit<LocalizedMessage, 'buttons'> {
  return {
    key: after.urgent ? 'common:turn.urgent' : 'common:turn.new',
    values: {
      wish: { key: `common:turn.wish.${wishOf(list, after, event)}` },
      number: showCaseNumber(after.number),
      category: { names: categories.nameOf(after.category) },
      place: { place: after.place },
      about: { list: [...causeOf(before, event, units), ...wordsAndDeadline(after, event)] },
    },
  };
}

/** The words of an event and the next deadline, a line each; nothing for what there is not. */
export function wordsAndDeadline(after: HazardCase, { words }: CaseEvent): readonly Value[] {
  const [clock] = clocksOf(after);
  return [
    ...(words ? [said('words', { words: { words } })] : []),
    ...(clock ? [said('due', { due: { at: clock.due } })] : []),
  ];
}

/** What the readers of this list are asked to do now. */
function wishOf(list: WorkList, { state, found, extensionAsked, appealed }: HazardCase, { type }: CaseEvent) {
  const [reader] = list.split(':') as ['desk' | 'grid' | 'unit' | 'lead' | 'office'];
  switch (state) {
    case 'submitted':
      if (appealed && reader === 'lead') return 'appeal';
      return reader === 'desk' ? 'accept' : 'watch';
    case 'verifying':
      if (reader === 'grid') return 'look';
      if (appealed && reader === 'lead' && found !== undefined) return 'appeal';
      return reader === 'desk' && found !== undefined ? 'decide' : 'watch';
    case 'filed':
      if (reader === 'desk') return type === 'returned' ? 'redispatch' : 'dispatch';
      return reader === 'lead' ? 'arbitrate' : 'watch';
    case 'dispatched':
      return reader === 'unit' ? 'sign' : 'watch';
    case 'in_progress':
      if (reader !== 'unit') return extensionAsked === undefined ? 'watch' : 'extension';
      return type === 'signed' ? 'handle' : 'redo';
    case 'checking':
      if (reader === 'grid') return 'check';
      return reader === 'lead' ? 'three' : 'watch';
    case 'confirming':
      return reader === 'lead' ? 'three' : 'watch';
    default:
      return state === 'shelved' ? 'shelved' : 'watch';
  }
}

/** What happened, in one line; nothing if the wish says it all. */
function causeOf(before: HazardCase | undefined, event: CaseEvent, units: City['units']): readonly Value[] {
  const nameOf = (unit: string | undefined) => unitName(units, unit);
  switch (event.type) {
    case 'looked':
      return [said(event.found ? 'looked_yes' : 'looked_no', {})];
    case 'returned': {
      const reason: Value = event.reason ? { key: `common:reasons.${event.reason}` } : { key: 'common:skipped' };
      return [said('returned', { from: nameOf(before?.unit), reason, unit: nameOf(event.unit) })];
    }
    case 'dispatched':
      return event.route ? [said('why', { why: { key: `common:route.${event.route.rule}` } })] : [];
    case 'extension_asked':
      return event.until ? [said('wants_until', { until: { at: event.until } })] : [];
    case 'handled':
      return [said('handled', { unit: nameOf(before?.unit) })];
    case 'appealed':
    case 'check_failed':
    case 'reopened':
    case 'resumed':
    case 'unmerged':
    case 'overturned':
      return [said(event.type, {})];
    case 'rated':
      return [said('reopened', {})];
    default:
      return [];
  }
}

type Line =
  | 'words'
  | 'due'
  | 'looked_yes'
  | 'looked_no'
  | 'returned'
  | 'why'
  | 'wants_until'
  | 'handled'
  | 'appealed'
  | 'check_failed'
  | 'reopened'
  | 'resumed'
  | 'unmerged'
  | 'overturned';

const said = (line: Line, values: Readonly<Record<string, Value>>): Value => ({
  key: `common:turn.about.${line}`,
  values,
});
