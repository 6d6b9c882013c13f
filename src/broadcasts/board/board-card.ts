import type { LocalizedMessage, Value } from '../../delivery/outcome.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Broadcast } from '../broadcast.ts';
import { saidIn, wholeOf } from '../broadcast.ts';
import { secondNeeded } from '../lifecycle.ts';
import type { Progress } from '../sending/ledger.ts';
import type { BoardContext, BoardFacts } from './load-board.ts';
import { chosenBroadcast } from './load-board.ts';

/** The usual pace of announcements; a city with another one finds out by watching. */
const PER_MINUTE = 25 * 60;

const TEXT_SHOWN = 1000;

/** Everything about one announcement on one card. */
export function broadcastCard(here: BoardContext): Readonly<Record<string, Value>> {
  const kept = chosenBroadcast(here);
  return kept ? broadcastValues(kept.record, here.facts, here.now) : {};
}

export function broadcastValues(record: Broadcast, facts: BoardFacts, now: number): Readonly<Record<string, Value>> {
  const { content, kind, state, audience, approval } = record;
  const count = record.count ?? facts.count;
  const region = audience.type === 'people' ? audience.region : undefined;
  const second = secondNeeded(record, count, now).map(
    (why): Value => ({ key: `flows/my-broadcasts:second.${why}` as const }),
  );
  return {
    title: content.title,
    text: shortened(saidIn(content).text),
    kind: { key: `flows/my-broadcasts:kind.${kind}` as const },
    state: { key: `flows/my-broadcasts:state.${state}` as const },
    who: region
      ? { names: facts.regions.nameOf(region) ?? { 'zh-CN': region } }
      : { key: 'flows/my-broadcasts:those_of_before' },
    count,
    minutes: minutesFor(count),
    when: whenText(record, now),
    second: second.length > 0 && !approval ? { list: second } : { key: 'flows/my-broadcasts:second.none' },
    progress: countsText(facts.progress),
    heard: heardText(record, facts.heard, facts.regions),
    replies: facts.replies.length,
  };
}

/** How many know of it, and where they live, a level below the place that it was for; in the order of the map, never by count. */
export function heardText(
  { audience, region }: Broadcast,
  heard: ReadonlyMap<string, number>,
  regions: RegionTree,
): Value {
  const all = [...heard.values()].reduce((sum, n) => sum + n, 0);
  const parts = regions.below(audience.type === 'people' ? audience.region : region);
  const lines = parts.flatMap(({ id, name }): readonly Value[] => {
    const here = [...heard].filter(([home]) => regions.chain(home).includes(id));
    const n = here.reduce((sum, [, some]) => sum + some, 0);
    return n > 0 ? [{ key: 'flows/my-broadcasts:heard.in', values: { where: { names: name ?? {} }, n } }] : [];
  });
  return { list: [{ key: 'flows/my-broadcasts:heard.all', values: { n: all } }, ...lines] };
}

/** How a sending stands, as it is watched; the same message is written over as it goes on. */
export function progressSaid(
  record: Broadcast,
  { progress, heard, regions }: Pick<BoardFacts, 'progress' | 'heard' | 'regions'>,
): LocalizedMessage {
  const { id, content } = record;
  return {
    key: 'flows/my-broadcasts:done.refreshed',
    values: { title: content.title, progress: countsText(progress), heard: heardText(record, heard, regions) },
    buttons: [{ label: 'flows/my-broadcasts:again', flow: 'my-broadcasts', argument: id }],
  };
}

/** As much as a card has room for; “send it to me” shows all. */
function shortened(text: string): string {
  return text.length > TEXT_SHOWN ? `${text.slice(0, TEXT_SHOWN)}…` : text;
}

/** The announcement as its recipients will read it. */
export function preview({ content }: Broadcast): LocalizedMessage {
  const { photo } = content;
  const { text, marks } = wholeOf(saidIn(content));
  return { key: 'common:broadcast.preview', values: { text }, marks, ...(photo ? { photo: photo.file } : {}) };
}

/** About how long so many messages take, minutes. */
export function minutesFor(count: number): number {
  return Math.max(1, Math.ceil(count / PER_MINUTE));
}

/** How a sending stands: every number there is, so that they add up to the audience. */
export function countsText(progress: Progress | undefined): Value {
  if (!progress) return { key: 'flows/my-broadcasts:progress.none' };
  const { state, why = '', total, counts, left } = progress;
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
    ],
  };
}

/** When it goes out next, or how it will be repeated. */
export function whenText({ schedule, next }: Broadcast, now: number): Value {
  if (next !== undefined && next > now) return { key: 'flows/my-broadcasts:when.at', values: { at: { at: next } } };
  switch (schedule.type) {
    case 'once':
      return schedule.at === 'now'
        ? { key: 'flows/my-broadcasts:when.now' }
        : { key: 'flows/my-broadcasts:when.at', values: { at: { at: schedule.at } } };
    case 'cron':
    case 'holiday':
    case 'first_working_day':
      return { key: `flows/my-broadcasts:when.${schedule.type}` };
  }
}
