import type { Value } from '../../delivery/outcome.ts';
import { cutText } from '../../engine/cut-text.ts';
import type { Key } from '../../i18n.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Broadcast } from '../broadcast.ts';
import { secondApproverReasons } from '../lifecycle.ts';
import { nextSlot } from '../schedule.ts';
import type { Progress } from '../sending/ledger.ts';
import { coveredValues } from './covered-values.ts';
import type { BoardContext, BoardFacts } from './load-board.ts';
import { chosenBroadcast } from './load-board.ts';

/** Messages a minute at the default pace, for an estimate. */
const PER_MINUTE = 25 * 60;

/** States in which the content cannot be approved any more. */
const DECIDED: readonly Broadcast['state'][] = ['approved', 'started', 'cancelled'];

/** Characters of the text that a card shows after the decision. */
const TEXT_SHOWN = 1000;

/** Card values of the chosen announcement. */
export function chosenCardValues(here: BoardContext): Readonly<Record<string, Value>> {
  const kept = chosenBroadcast(here);
  return kept ? cardValues(kept.record, here.facts, here.now) : {};
}

/** Card values of one announcement: content, audience, time, approval, progress and responses. */
export function cardValues(record: Broadcast, facts: BoardFacts, now: number): Readonly<Record<string, Value>> {
  const { state, approval } = record;
  const count = record.count ?? facts.count;
  const second = secondApproverReasons(record, count, now).map(
    (why): Value => ({ key: `flows/my-broadcasts:second.${why}` as const }),
  );
  const covered = coveredValues(record, { regions: facts.regions, now });
  return {
    ...covered,
    // Before an approval the card shows all of the text, afterwards its beginning.
    text: DECIDED.includes(state) ? shortened(String(covered.text)) : (covered.text ?? ''),
    state: { key: `flows/my-broadcasts:state.${isMissed(record) ? 'missed' : state}` as const },
    count,
    minutes: minutesFor(count),
    second: second.length > 0 && !approval ? { list: second } : { key: 'flows/my-broadcasts:second.none' },
    progress: progressText(facts.progress),
    heard: heardText(record, facts.heard, facts.regions),
    replies: facts.replies.length,
  };
}

/** True if its time passed in a downtime and no run started. */
function isMissed({ state, runs, next }: Broadcast): boolean {
  return state === 'started' && next === undefined && runs.every(({ fate }) => fate === 'missed');
}

/** Acknowledgements in all and by region: the parts of the audience's region, in map order, or its several regions. */
export function heardText(
  { audience, region }: Broadcast,
  heard: ReadonlyMap<string, number>,
  regions: RegionTree,
): Value {
  const all = [...heard.values()].reduce((sum, n) => sum + n, 0);
  const people = audience.type === 'people' ? audience : undefined;
  const parts = people?.also
    ? [people.region, ...people.also].map((id) => ({ id, name: regions.nameOf(id) }))
    : regions.below(people?.region ?? region);
  const lines = parts.flatMap(({ id, name }): readonly Value[] => {
    const here = [...heard].filter(([home]) => regions.chain(home).includes(id));
    const n = here.reduce((sum, [, some]) => sum + some, 0);
    return n > 0 ? [{ key: 'flows/my-broadcasts:heard.in', values: { where: { names: name ?? {} }, n } }] : [];
  });
  return { list: [{ key: 'flows/my-broadcasts:heard.all', values: { n: all } }, ...lines] };
}

/** Cuts the text for the card; the preview shows all of it. */
function shortened(text: string): string {
  return cutText(text, TEXT_SHOWN, '…');
}

/** Estimated sending time, minutes. */
export function minutesFor(count: number): number {
  return Math.max(1, Math.ceil(count / PER_MINUTE));
}

/** State and all counts of a run; the counts add up to the audience. */
export function progressText(progress: Progress | undefined): Value {
  if (!progress) return { key: 'flows/my-broadcasts:progress.none' };
  const { state, why = '', total, counts, left, ways } = progress;
  const known = ['done', 'late', 'cancelled', 'by_hand', 'token', 'unknowns', 'restored'].includes(why);
  const reason: readonly Value[] =
    state === 'sending' || why === '' || why === 'done'
      ? []
      : [
          known
            ? { key: `flows/my-broadcasts:why.${why}` as const }
            : { key: 'flows/my-broadcasts:why.other', values: { why } },
        ];
  return {
    list: [
      { key: `flows/my-broadcasts:progress.${state}` as const, values: { total } },
      ...reason,
      ...Object.entries(counts).map(
        ([name, n]): Value => ({ key: `flows/my-broadcasts:counted.${name}` as const, values: { n } }),
      ),
      ...(left > 0
        ? [
            {
              key: `flows/my-broadcasts:counted.${state === 'ended' ? 'passed_over' : 'left'}` as const,
              values: { n: left },
            },
          ]
        : []),
      ...wayLines(ways),
    ],
  };
}

/** A line per channel, where there is more than one or a message waits. */
function wayLines(ways: Progress['ways']): readonly Value[] {
  const all = Object.entries(ways);
  if (all.length < 2 && !all.some(([, { waiting }]) => waiting)) return [];
  return all.map(([channel, counts]): Value => {
    const parts = Object.entries(counts).map(([name, n]) => ({
      key: `flows/my-broadcasts:way.${name}` as Key,
      values: { n },
    }));
    const values = { channel: { key: `common:channels.${channel}` as Key }, parts: { joined: parts } };
    return { key: 'flows/my-broadcasts:way.line', values };
  });
}

/** Time of the next run, for a sentence about it. */
export function whenText({ schedule, next }: Broadcast, now: number): Value {
  const coming = schedule.type === 'once' ? schedule.at : nextSlot(schedule, now);
  const at = next !== undefined && next > now ? next : coming;
  if (at === 'now') return { key: 'flows/my-broadcasts:when.now' };
  return at === undefined
    ? { key: 'flows/my-broadcasts:when.never' }
    : { key: 'flows/my-broadcasts:when.at', values: { at: { at } } };
}
