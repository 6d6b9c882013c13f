import { personShield } from '../../cases/report/person-shield.ts';
import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import type { Premises } from '../../city/premises.ts';
import type { LocalizedMessage, Outcome } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { number } from '../../engine/steps/number.ts';
import { text } from '../../engine/steps/text.ts';
import { checkerCode } from '../../inspections/draw/draw.ts';
import type { Grant } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { peopleOf } from '../premises/load-premises.ts';
import { isContact, isLead } from '../premises/rights.ts';
import { keepDrills, loadYearOfDrills } from './drill-store.ts';
import type { Drill, DrillQuarter, Watch } from './drill-watch.ts';
import { isUnseen, isUntimed, NO_WATCHER, WATCH_ANSWERS, withDrill } from './drill-watch.ts';
import { watchValues } from './watch-message.ts';

/** A drill that this person watches, about which this lead decides, or whose minutes this contact notes. */
type OpenDrill = {
  readonly kept: Kept<DrillQuarter>;
  readonly drill: Drill;
  readonly premises: Premises;
  readonly as: 'watcher' | 'lead' | 'contact';
};
type WatchFacts = {
  readonly open: readonly OpenDrill[];
  readonly chosen: OpenDrill | undefined;
  readonly contacts: readonly Urn[];
  readonly leads: readonly Urn[];
};

const MINUTES_MAX = 240;

/**
 * 看演练: the drawn watcher says whether the drill took place and how long it took; a lead may let an unseen one count; a contact
 * notes the minutes of an own drill.
 */
export const watchDrill = flow<WatchFacts>({ id: 'watch-drill', version: 1, lifetimeSeconds: 24 * 3600, light: true })
  .step(
    'drill',
    choice({
      options: ({ facts }) => facts.open.map(({ drill, premises }) => ({ id: drill.task, name: premises.names })),
      resets: ['next'],
    }),
  )
  .step(
    'next',
    choice({
      options: ({ facts: { chosen }, now }) => optionsOf(chosen, now).map((id) => ({ id })),
      values: ({ facts: { chosen } }) => ({
        card: chosen
          ? { key: `flows/watch-drill:card.${chosen.as}`, values: watchValues(chosen.drill, chosen.premises) }
          : '',
      }),
    }),
  )
  .step(
    'minutes',
    number({
      relevant: ({ answers }) => answers.next === 'held' || answers.next === 'timed',
      min: 1,
      max: MINUTES_MAX,
    }),
  )
  .step(
    'words',
    text({
      relevant: ({ answers }) => answers.next === 'not_held',
      minLength: 4,
      maxLength: 200,
      screen: personShield,
    }),
  )
  .end();

export const watchDrillTalk = talk({
  flow: watchDrill,
  loadsBy: ['drill'],
  load: async ({ store, city, person, position, now }: LoadContext): Promise<WatchFacts> => {
    const me = store.pseudonym(person.urn);
    const grants = person.contact?.grants ?? [];
    const open = (await loadYearOfDrills(store, now)).flatMap((kept) =>
      kept.record.drills.flatMap((drill): OpenDrill[] => {
        const premises = city.premises.get(drill.premises);
        const as = premises && roleAt(drill, premises, { me, grants, city, now });
        return premises && as ? [{ kept, drill, premises, as }] : [];
      }),
    );
    const chosen = open.find(({ drill }) => drill.task === position.answers.drill);
    return { open, chosen, ...(chosen ? await peopleOf(store, city, chosen.premises) : { contacts: [], leads: [] }) };
  },
  facts: (_city: City, _person, loaded: WatchFacts) => loaded,
  prefills: ({ open }) => (open.length === 1 ? { drill: open[0]?.drill.task } : undefined),
  closed: ({ open }) => (open.length === 0 ? { key: 'flows/watch-drill:none' } : undefined),
  opens: (argument) => (argument === 'all' ? {} : { drill: argument }),
  finish: ({ next, minutes, words }, { store, facts: { chosen, contacts, leads }, person, now }): Outcome => {
    if (!chosen || next === 'later') return noChange('watch_seen', { key: 'common:closed' });
    const { kept, drill, premises } = chosen;
    if (next === 'timed') {
      const timed = { ...drill, minutes: minutes ?? 0 };
      const says = [{ key: 'flows/watch-drill:done.timed', values: watchValues(timed, premises) } as const];
      return { outcome: 'drill_timed', ...keepDrills(store, withDrill(kept.record, timed), kept), says };
    }
    const watch = watchAfter(drill.watch ?? { watchers: [] }, next ?? '', { minutes, words }, now);
    const after: Drill = { ...drill, watch };
    const values = watchValues(after, premises);
    const told = next === 'cannot' ? [] : [...new Set([...contacts, ...leads])].filter((urn) => urn !== person);
    const said = (to: Urn): LocalizedMessage => ({
      key: `flows/watch-drill:news.${next}`,
      values,
      ...(next === 'not_held' && leads.includes(to)
        ? { buttons: [{ label: 'flows/watch-drill:decide', flow: 'watch-drill', argument: drill.task } as const] }
        : {}),
    });
    return {
      outcome: `drill_${next}`,
      ...keepDrills(store, withDrill(kept.record, after), kept),
      says: [{ key: `flows/watch-drill:done.${next}`, values }],
      tells: told.map((to) => ({ to, said: said(to) })),
    };
  },
});

/** The part of a person in a drill; undefined without one. */
function roleAt(
  drill: Drill,
  premises: Premises,
  {
    me,
    grants,
    city,
    now,
  }: { readonly me: string; readonly grants: readonly Grant[]; readonly city: City; readonly now: number },
): OpenDrill['as'] | undefined {
  const { task, watch, until } = drill;
  if (watch && !watch.answer && watch.watchers.at(-1) === checkerCode(task, me)) return 'watcher';
  if (isUnseen(drill) && isLead(grants, premises, city)) return 'lead';
  return until <= now && isUntimed(drill) && isContact(grants, premises) ? 'contact' : undefined;
}

function optionsOf(chosen: OpenDrill | undefined, now: number): readonly string[] {
  if (chosen?.as === 'lead') return ['counts', 'later'];
  if (chosen?.as === 'contact') return ['timed', 'later'];
  // Before its time no drill is seen or missed.
  const hasBegun = chosen !== undefined && now >= chosen.drill.from;
  return [...WATCH_ANSWERS.filter((one) => (one === 'cannot') !== hasBegun), 'later'];
}

/** The watch after an answer. One who cannot go leaves the watch open; the clock draws the next one. */
function watchAfter(
  watch: Watch,
  next: string,
  {
    minutes,
    words,
  }: { readonly minutes?: number | null | undefined; readonly words?: Watch['words'] | null | undefined },
  now: number,
): Watch {
  if (next === 'counts') return { ...watch, overruled: true };
  if (next === 'cannot') return { ...watch, watchers: [...watch.watchers, NO_WATCHER] };
  return {
    ...watch,
    answer: next === 'held' ? 'held' : 'not_held',
    at: now,
    ...(minutes ? { minutes } : {}),
    ...(words ? { words } : {}),
  };
}
