import type { CaseCity } from '../cases/report-flow.ts';
import type { Effects, Said, Value } from '../delivery/effects.ts';
import { flow } from '../engine/flow.ts';
import { choice } from '../engine/steps/choice.ts';
import { confirm } from '../engine/steps/confirm.ts';
import { number } from '../engine/steps/number.ts';
import type { Words } from '../engine/steps/text.ts';
import { text } from '../engine/steps/text.ts';
import { reaches } from '../people/role.ts';
import { talk } from '../people/talk.ts';
import type { Check, Write } from '../store/commit.ts';
import type { Store } from '../store/store.ts';
import { groundOf } from './announce-flow.ts';
import { countsText, minutesFor, whenText } from './board-card.ts';
import type { Broadcast } from './broadcast.ts';
import { MAY_APPROVE, newBroadcastId, runOf, sealOf } from './broadcast.ts';
import type { KeptBroadcast } from './broadcast-store.ts';
import { keepBroadcast, newsOf } from './broadcast-store.ts';
import type { OutcomeLetter } from './ledger.ts';
import type { Decided } from './lifecycle.ts';
import { approve, breakGlass, cancel, edit, propose, reviewGlass, secondNeeded } from './lifecycle.ts';
import { faultsOf } from './lint.ts';
import type { BoardFacts } from './load-board.ts';
import { loadBoard } from './load-board.ts';

type Answers = {
  readonly broadcast?: string | null;
  readonly next?: string | null;
  readonly count?: number | null;
  readonly words?: Words | null;
  readonly sure?: boolean | null;
};
type Here = { readonly facts: BoardFacts; readonly answers: Answers; readonly now: number };

const WRITE = [{ label: 'common:buttons.announce', flow: 'announce', argument: 'new' }] as const;
/** What cannot be taken back is asked once more. */
const FINAL: readonly string[] = ['glass_broken', 'ended', 'recalled', 'denied'];

/** Organisers look at announcements: try them, hand them in, agree, follow, pause, correct. */
export const myBroadcasts = flow<BoardFacts>({
  id: 'my-broadcasts',
  version: 1,
  lifetimeSeconds: 24 * 3600,
  light: true,
})
  .step(
    'broadcast',
    choice({
      options: ({ facts }) => [
        ...facts.all.map(({ record }) => ({ id: record.id, name: { 'zh-CN': record.content.title } })),
        { id: 'new' },
      ],
      resets: ['next'],
    }),
  )
  .step(
    'next',
    choice({
      relevant: ({ answers }) => answers.broadcast !== 'new',
      options: (here) => deedsFor(here).map((id) => ({ id })),
      values: (here) => cardOf(here),
      resets: ['count', 'words', 'sure'],
    }),
  )
  .step(
    'count',
    number({
      relevant: ({ answers }) => answers.next === 'approved',
      min: 0,
      max: 1e9,
      values: (here) => cardOf(here),
    }),
  )
  .step('words', text({ relevant: ({ answers }) => answers.next === 'corrected', maxLength: 3000 }))
  .step(
    'sure',
    confirm({ relevant: ({ answers }) => FINAL.includes(answers.next ?? ''), values: (here) => cardOf(here) }),
  )
  .end();

export const myBroadcastsTalk = talk({
  flow: myBroadcasts,
  load: loadBoard,
  facts: ({ regions, categories, units, surge, quotas }: CaseCity, { contact }, loaded) => ({
    regions,
    categories,
    units,
    surge,
    quotas,
    grants: contact?.grants ?? [],
    ...loaded,
  }),
  closed: (facts) => (groundOf(facts) === undefined ? { key: 'flows/announce:not_you' } : undefined),
  // `all` shows the list.
  opens: (argument) => (argument === 'all' ? {} : { broadcast: argument }),
  finish: (answers, { store, facts, now }) => {
    if (answers.broadcast === 'new')
      return nothing('broadcasts_seen', { key: 'flows/my-broadcasts:write', buttons: WRITE });
    const kept = chosen({ facts, answers });
    const deed = answers.next;
    if (!kept || !deed || (FINAL.includes(deed) && answers.sure !== true))
      return nothing('broadcasts_seen', { key: 'common:closed' });
    if (!deedsFor({ facts, answers, now }).includes(deed)) return refused('state', kept);
    return carryOut(deed, kept, answers, facts, store, now);
  },
});

function carryOut(
  deed: string,
  kept: KeptBroadcast,
  answers: Answers,
  facts: BoardFacts,
  store: Store,
  now: number,
): Effects {
  const { record } = kept;
  const { me } = facts;
  const decided = (result: Decided, ...writes: readonly Write[]): Effects => {
    if (result.type === 'refused') return refused(result.why, kept);
    const { checks, writes: keeping } = keepBroadcast(store, result.broadcast, kept);
    const values = { ...valuesOf(result.broadcast, facts, now), seconds: 60 };
    const alone = deed === 'proposed' && result.broadcast.state === 'approved';
    return {
      outcome: `broadcast_${deed}`,
      checks,
      writes: [...keeping, ...writes],
      says: [
        { key: `flows/my-broadcasts:done.${alone ? 'agreed_alone' : deed}` as const, values, buttons: again(record) },
      ],
    };
  };
  const running = (checks: readonly Check[], ...writes: readonly Write[]): Effects => ({
    outcome: `broadcast_${deed}`,
    checks,
    writes,
    says: [{ key: `flows/my-broadcasts:done.${deed}` as const, buttons: again(record) }],
  });
  const run = facts.run ?? runOf(record.id, 0);
  const key = store.keys.broadcastRun(run);
  const state = { key, field: 'state', is: facts.progress?.state ?? '' };
  switch (deed) {
    case 'tested':
      return {
        outcome: 'broadcast_tested',
        checks: [],
        writes: [],
        says: [preview(record), { key: 'flows/my-broadcasts:done.tested', buttons: again(record) }],
      };
    case 'proposed': {
      const [fault] = faultsOf(record.content, ['zh-CN']);
      if (fault)
        return nothing('broadcast_refused:fault', {
          key: `flows/my-broadcasts:fault.${fault.type}` as const,
          values: { what: fault.what },
          buttons: again(record),
        });
      const own = record.by === '' ? { ...record, by: me } : record;
      const result = propose(own, me, facts.count, facts.made, now);
      const asks = result.type === 'done' && result.broadcast.state === 'proposed';
      return decided(result, ...(asks ? [newsOf(store, record.id, `proposed.${kept.version}`, now)] : []));
    }
    case 'approved':
      return decided(
        approve(record, me, sealOf(record), answers.count ?? -1, now),
        newsOf(store, record.id, `approved.${kept.version}`, now),
      );
    case 'denied':
      return decided(edit(record, record.by, {}), newsOf(store, record.id, `denied.${kept.version}`, now));
    case 'glass_broken':
      return decided(
        breakGlass(record, me, facts.glass, now),
        ['ZADD', store.keys.broadcastsGlass, now, me],
        newsOf(store, record.id, `glass.${kept.version}`, now),
      );
    case 'glass_reviewed':
      return decided(reviewGlass(record, me, now));
    case 'cancelled':
      return decided(cancel(record, now));
    case 'paused':
      return running([state], ['HSET', key, 'state', 'paused', 'why', 'by_hand']);
    case 'resumed':
      return running(
        [state],
        ['HSET', key, 'state', 'sending'],
        ['HDEL', key, 'why'],
        ['ZADD', store.keys.broadcastsSending, now, run],
      );
    case 'ended':
      return running(
        [state],
        ['HSET', key, 'state', 'ended', 'why', 'cancelled', 'ended_at', String(now)],
        ['ZREM', store.keys.broadcastsSending, run],
      );
    case 'corrected':
      return followUp(kept, { outcomes: ['d'], words: answers.words }, facts, store, now);
    case 'retried':
      return followUp(kept, { outcomes: ['u', 'b'] }, facts, store, now);
    case 'recalled':
      return followUp(kept, { outcomes: ['d'], recalls: true }, facts, store, now);
    case 'refreshed':
      return nothing('broadcast_seen', {
        key: 'flows/my-broadcasts:done.refreshed',
        values: valuesOf(record, facts, now),
        buttons: again(record),
      });
    default:
      return refused('state', kept);
  }
}

/** A new announcement to those of the last sending for whom it ended so; it is proposed like any other. */
function followUp(
  { record }: KeptBroadcast,
  {
    outcomes,
    words,
    recalls,
  }: {
    readonly outcomes: readonly OutcomeLetter[];
    readonly words?: Words | null | undefined;
    readonly recalls?: true;
  },
  facts: BoardFacts,
  store: Store,
  now: number,
): Effects {
  const run = facts.run;
  if (!run) return nothing('broadcast_refused', { key: 'flows/my-broadcasts:refused.state', buttons: again(record) });
  const { approval: _a, count: _c, next: _n, ...rest } = record;
  const said = words && 'text' in words ? { 'zh-CN': words.text } : record.content.words;
  const made: Broadcast = {
    ...rest,
    id: newBroadcastId(),
    state: 'draft',
    content: { ...record.content, words: said },
    audience: { type: 'of', run, outcomes },
    schedule: { type: 'once', at: 'now' },
    by: facts.me,
    madeAt: now,
    runs: [],
    ...(recalls ? { recalls: run } : {}),
  };
  return {
    outcome: 'broadcast_followed_up',
    ...keepBroadcast(store, made),
    says: [
      {
        key: `flows/my-broadcasts:done.${recalls ? 'recalled' : words ? 'corrected' : 'retried'}` as const,
        buttons: again(made),
      },
    ],
  };
}

/** What this organiser may do with the announcement now. */
function deedsFor(here: Here): readonly string[] {
  const { facts, now } = here;
  const kept = chosen(here);
  if (!kept) return [];
  const { record } = kept;
  // What was brought in from outside is nobody's own until somebody hands it in.
  const mine = record.by === facts.me || record.by === '';
  const other =
    !mine &&
    facts.grants.some((grant) => MAY_APPROVE.includes(grant.role) && reaches(grant, record.region, facts.regions));
  const waiting = record.next !== undefined && record.next > now;
  const { state } = facts.progress ?? {};
  const mayGuide = mine || other;
  return [
    ...(record.recalls ? [] : ['tested']),
    ...(record.state === 'draft' && mine ? ['proposed'] : []),
    ...(record.state === 'proposed' && other ? ['approved', 'denied'] : []),
    ...(record.state === 'proposed' && mine && record.kind === 'urgent' ? ['glass_broken'] : []),
    ...(other && record.kind === 'urgent' && record.approval?.alone && !record.approval.reviewed
      ? ['glass_reviewed']
      : []),
    ...((record.state === 'draft' || record.state === 'proposed') && mine ? ['cancelled'] : []),
    ...(mayGuide && waiting ? ['cancelled'] : []),
    ...(mayGuide && state === 'sending' ? ['paused', 'ended'] : []),
    ...(mayGuide && state === 'paused' ? ['resumed', 'ended'] : []),
    ...(mayGuide && state === 'ended' && !record.recalls ? ['corrected', 'retried', 'recalled'] : []),
    ...(facts.progress ? ['refreshed'] : []),
  ].filter((deed, i, all) => all.indexOf(deed) === i);
}

function chosen({ facts, answers }: Pick<Here, 'facts' | 'answers'>): KeptBroadcast | undefined {
  return facts.all.find(({ record }) => record.id === answers.broadcast);
}

/** Everything about one announcement on one card. */
function cardOf(here: Here): Readonly<Record<string, Value>> {
  const kept = chosen(here);
  return kept ? valuesOf(kept.record, here.facts, here.now) : {};
}

function valuesOf(record: Broadcast, facts: BoardFacts, now: number): Readonly<Record<string, Value>> {
  const { content, kind, state, audience, approval } = record;
  const count = record.count ?? facts.count;
  const region = audience.type === 'people' ? audience.region : undefined;
  const second = secondNeeded(record, count, now).map(
    (why): Value => ({ key: `flows/my-broadcasts:second.${why}` as const }),
  );
  return {
    title: content.title,
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
    heard: [...facts.heard.values()].reduce((all, n) => all + n, 0),
  };
}

/** The announcement as its recipients will read it. */
function preview({ content }: Broadcast): Said {
  const { title, words, photo } = content;
  const text = words['zh-CN'] ?? Object.values(words)[0] ?? '';
  return { key: 'common:broadcast.preview', values: { title, text }, ...(photo ? { photo: photo.file } : {}) };
}

function again({ id }: Broadcast): NonNullable<Said['buttons']> {
  return [{ label: 'flows/my-broadcasts:again' as const, flow: 'my-broadcasts', argument: id }];
}

function nothing(outcome: string, said: Said): Effects {
  return { outcome, checks: [], writes: [], says: [said] };
}

function refused(why: string, { record }: KeptBroadcast): Effects {
  return nothing(`broadcast_refused:${why}`, {
    key: `flows/my-broadcasts:refused.${why}` as const,
    buttons: again(record),
  });
}
