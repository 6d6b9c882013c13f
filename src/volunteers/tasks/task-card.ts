import { clockAt } from '../../calendar.ts';
import type { Value } from '../../delivery/outcome.ts';
import { cutText } from '../../engine/cut-text.ts';
import type { Names } from '../../engine/step.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Volunteer } from '../volunteer/volunteer.ts';
import type { KeptTask, Task } from './task.ts';

type TaskCardContext = { readonly regions: RegionTree; readonly me?: Kept<Volunteer> | undefined };

/** Values for the card of a task. `me` sees the own participation in place of the task's state. */
export function taskCard(
  kept: KeptTask | undefined,
  { me }: TaskCardContext,
  now: number,
): Readonly<Record<string, Value>> {
  if (!kept) return {};
  const { record, takers, parts } = kept;
  const part = me && parts[me.record.id];
  // The clock settles an open task some time after its end.
  const isOver = record.state === 'open' && now >= record.until;
  const state = isOver ? 'ended' : record.state === 'open' && takers.length >= record.needed ? 'full' : record.state;
  const own = part && ({ key: `common:task_part.${part.state}` } as const);
  return {
    ...taskValues(record),
    taken: takers.length,
    state:
      own && isOver ? { key: 'common:task_over', values: { own } } : (own ?? { key: `common:task_state.${state}` }),
  };
}

/** Values for any message about a task. */
export function taskValues(record: Task): Readonly<Record<string, Value>> {
  const { kind, words, place, from, until, needed, skills, checkIn, proof, case: about } = record;
  return {
    kind: { key: `common:task_kind.${kind}` },
    words: words === '' ? { key: `flows/my-tasks:case_words.${kind}` } : words,
    place: { place },
    from: { at: from },
    when: about === undefined ? { from, until } : { key: 'flows/my-tasks:when.look', values: { until: { at: until } } },
    needed,
    skills:
      skills.length > 0
        ? { joined: skills.map((skill): Value => ({ key: `flows/join-volunteers:skills.options.${skill}` })) }
        : { key: 'common:skipped' },
    check_in: { key: `common:task_check_in.${checkIn}` },
    proof: { key: `common:task_proof.${proof}` },
  };
}

/** The name of a task in a list: kind, time and place; a tick marks the volunteer's own. */
export function listedTaskName({ record, takers }: KeptTask, { regions, me }: TaskCardContext): Names {
  const tick = me !== undefined && takers.includes(me.record.id) ? '✅ ' : '';
  const where = record.place.region === undefined ? undefined : regions.nameOf(record.place.region);
  const when = shortTime(record.from);
  const icon = ICONS[record.kind];
  const languages = ['zh-CN', 'en'] as const;
  return Object.fromEntries(
    languages.map((language) => {
      const name = where?.[language] ?? where?.['zh-CN'] ?? '';
      return [language, `${tick}${icon} ${when} ${name || cutText(record.words, 12)}`.trim()];
    }),
  );
}

const ICONS = {
  patrol: '🚶',
  check: '👀',
  recheck: '🔎',
  publicity: '📣',
  help: '🤝',
  standby: '⏱️',
  drill: '🧯',
} as const;

/** Month, day and time by the city's clock: 11-27 19:00. */
function shortTime(at: number): string {
  return clockAt(at).slice(5, 16).replace('T', ' ');
}
