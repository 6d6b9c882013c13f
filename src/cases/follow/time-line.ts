import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Value } from '../../delivery/outcome.ts';
import type { CaseEvent, EventType } from '../case-event.ts';
import { PUBLIC_EVENTS } from '../case-messages.ts';
import { showCaseNumber } from '../case-number.ts';
import type { HazardCase } from '../hazard-case.ts';
import { unitName } from '../unit-names.ts';

/** Events on the time line of reporter and followers: what they are notified of, and what needs no notice. */
const SHOWN = [...PUBLIC_EVENTS.filter((type) => type !== 'withdrawn'), 'submitted', 'appealed', 'signed'] as const;

/** Limit of lines; the oldest are left out. */
const LINES_MAX = 10;

/** What happened to a case, a line each, oldest first. A rating is shown by its effect. */
export function timeLine(events: readonly CaseEvent[], { units }: Pick<City, 'units'>): readonly Value[] {
  return events.flatMap((event) => lineOf(event, units)).slice(-LINES_MAX);
}

function lineOf(event: CaseEvent, units: City['units']): readonly Value[] {
  const { type, at, to, words, reason, until, unit } = event;
  const rated = type === 'rated' && to === 'in_progress' ? 'reopened' : to === 'closed' ? 'closed' : undefined;
  const shown = type === 'left_unrated' ? type : (rated ?? SHOWN.find((one) => one === type));
  if (shown === undefined) return [];
  const why: readonly Value[] = [
    ...(reason ? [{ key: `common:reasons.${reason}` as const }] : []),
    ...(words && EXPLAINED.includes(type) ? [{ words }] : []),
  ];
  const what: Value = {
    key: `flows/my-cases:line.${shown}`,
    values: { unit: unitName(units, unit), until: until ? { at: until } : '' },
  };
  if (why.length === 0) return [{ key: 'common:history_line', values: { at: { at }, what } }];
  return [{ key: 'common:history_line_words', values: { at: { at }, what, words: { joined: why } } }];
}

/** Events whose words are meant for residents. */
const EXPLAINED: readonly EventType[] = ['asked', 'rejected', 'handled', 'check_failed', 'shelved', 'given_up'];

/** Events whose photos show the finished work. A containment is no result: the danger is only kept off. */
const RESULTS: readonly EventType[] = ['handled', 'check_passed'];

/** The photos of the result, each with its date. */
export function resultPhotos({ number }: HazardCase, events: readonly CaseEvent[]): readonly LocalizedMessage[] {
  return events
    .filter(({ type }) => RESULTS.includes(type))
    .flatMap(({ type, at, photos = [] }) =>
      photos.map(
        ({ file }): LocalizedMessage => ({
          key: 'flows/my-cases:photo',
          values: { number: showCaseNumber(number), at: { at }, what: { key: `common:case_event.${type}` } },
          photo: file,
        }),
      ),
    );
}
