import { personShield } from '../../cases/report/person-shield.ts';
import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Outcome } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice, choices } from '../../engine/steps/choice.ts';
import { review } from '../../engine/steps/confirm.ts';
import { date } from '../../engine/steps/date.ts';
import { photos } from '../../engine/steps/photos.ts';
import { text } from '../../engine/steps/text.ts';
import type { Grant } from '../../people/role.ts';
import { EVERYWHERE, widestOf } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { narrowRegion } from '../../regions/narrow-region.ts';
import type { Store } from '../../store/store.ts';
import type { BroadcastId } from '../broadcast.ts';
import { BUTTONS, BUTTONS_MAX, KINDS, MAY_ANNOUNCE, newBroadcastId, TOPICS } from '../broadcast.ts';
import type { KeptBroadcast } from '../broadcast-store.ts';
import { keepBroadcast, loadBroadcast } from '../broadcast-store.ts';
import { edit, isEditable } from '../lifecycle.ts';
import { isCron, MISFIRES } from '../schedule.ts';
import type { AnnouncementAnswers } from './announcement-answers.ts';
import type { Composed } from './announcement-from-answers.ts';
import { announcementFromAnswers, HOLIDAYS, SPARES, TEMPLATES } from './announcement-from-answers.ts';

type AnnounceFacts = City & {
  readonly grants: readonly Grant[];
  readonly me: string;
  /** The announcement that is to be changed. */
  readonly kept?: KeptBroadcast | undefined;
};
type AnnounceAnswers = Pick<AnnouncementAnswers, 'template' | 'buttons' | 'when'>;

const is =
  (...when: readonly string[]) =>
  ({ answers }: { readonly answers: AnnounceAnswers }) =>
    when.includes(answers.when ?? '');

const repeats = is('weekly', 'monthly', 'holiday', 'cron');

const AIMED = {
  ids: ['district', 'street', 'community'],
  from: ({ facts }: { readonly facts: AnnounceFacts }) => announceableRegion(facts),
} as const;

/** An organiser writes an announcement; it becomes a draft, and nothing is sent by this alone. */
export const announce = flow<AnnounceFacts>({ id: 'announce', version: 2, lifetimeSeconds: 24 * 3600 })
  .step('template', choice({ options: [...Object.keys(TEMPLATES), 'own'], resets: ['topic', 'headline', 'words'] }))
  .step(
    'topic',
    choice({
      relevant: ({ answers }) => answers.template === 'own',
      options: TOPICS.filter((topic) => topic !== 'urgent'),
    }),
  )
  .step('headline', text({ maxLength: 40, written: true, values: suggested('headline'), screen: personShield }))
  .step(
    'words',
    text({ maxLength: 3500, written: true, values: suggested('words'), screen: personShield, marked: true }),
  )
  .step('english', text({ maxLength: 3500, written: true, optional: true, screen: personShield, marked: true }))
  .step('photo', photos({ max: 1, optional: true }))
  .step('buttons', choices({ options: BUTTONS, min: 0, max: BUTTONS_MAX }))
  .step('link', text({ relevant: ({ answers }) => (answers.buttons ?? []).includes('link'), maxLength: 200 }))
  .step('district', narrowRegion(AIMED, 0))
  .step('street', narrowRegion(AIMED, 1))
  .step('community', narrowRegion(AIMED, 2))
  .step('who', choice({ options: ['everybody', 'volunteers', 'organisers'] }))
  .step('spare', choices({ options: Object.keys(SPARES), min: 0 }))
  .step('kind', choice({ options: KINDS }))
  .step(
    'when',
    choice({
      options: ['now', 'once', 'weekly', 'monthly', 'holiday', 'cron'],
      resets: ['at', 'weekday', 'holiday', 'cron', 'time', 'until', 'misfire'],
    }),
  )
  .step('at', date({ relevant: is('once'), time: true, withinDays: 180 }))
  .step('weekday', choice({ relevant: is('weekly'), options: ['1', '2', '3', '4', '5', '6', '0'] }))
  .step('holiday', choice({ relevant: is('holiday'), options: Object.keys(HOLIDAYS) }))
  .step('time', choice({ relevant: is('weekly', 'monthly', 'holiday'), options: ['08', '10', '15', '19'] }))
  .step('cron', text({ relevant: is('cron'), maxLength: 60, fits: isCron }))
  .step('until', date({ relevant: repeats, withinDays: 400 }))
  .step('misfire', choice({ relevant: repeats, options: MISFIRES }))
  .step('review', review())
  .end();

/** What a template says, to be copied and filled in. */
function suggested(part: 'headline' | 'words') {
  return ({ answers }: { readonly answers: AnnounceAnswers }) => {
    const template = answers.template ?? 'own';
    return { suggestion: { key: `flows/announce:templates.${template}.${part}` } };
  };
}

/** The ground for which somebody may speak: the widest of their roles. */
export function announceableRegion({ grants, regions }: Pick<AnnounceFacts, 'grants' | 'regions'>): string | undefined {
  const widest = widestOf(
    grants.filter(({ role }) => MAY_ANNOUNCE.includes(role)),
    regions,
  );
  return widest === EVERYWHERE ? regions.all('city')[0] : widest;
}

export const announceTalk = talk({
  flow: announce,
  load: async ({ store, person, position }: LoadContext) => {
    const { edits } = position.answers;
    const kept = typeof edits === 'string' ? await loadBroadcast(store, edits) : undefined;
    return { me: store.pseudonym(person.urn), kept };
  },
  facts: (city: City, { contact }, loaded) => ({
    ...city,
    grants: contact?.grants ?? [],
    ...loaded,
  }),
  opens: (argument) => (argument === 'new' ? {} : { edits: argument }),
  prefills: ({ kept, me }) => (kept && isEditable(kept.record, me) ? kept.record.written : undefined),
  closed: (facts) => {
    if (announceableRegion(facts) === undefined) return { key: 'flows/announce:not_you' };
    const { kept, me } = facts;
    return kept && !isEditable(kept.record, me) ? { key: 'flows/my-broadcasts:refused.state' } : undefined;
  },
  finish: (answers, { store, facts, given, now }) => {
    const region = announceableRegion(facts) ?? '';
    const composed = announcementFromAnswers(answers, region, now);
    if (!composed) return noChange('broadcast_unwritten', { key: 'flows/announce:written_only' });
    if (given.edits !== undefined) return change(composed, store, facts, now);
    const head = { id: newBroadcastId(), state: 'draft', by: facts.me, region, madeAt: now, runs: [] } as const;
    return { outcome: 'broadcast_drafted', ...keepBroadcast(store, { ...head, ...composed }), says: [stored(head.id)] };
  },
});

/** What was written stays the announcement it was: whoever had agreed to it must agree anew. */
function change(composed: Composed, store: Store, { kept, me }: AnnounceFacts, now: number): Outcome {
  const own = kept && { ...kept.record, by: kept.record.by || me };
  // How long it holds, where somebody else said so, is not for a change of words to say.
  const changed = own && own.kind === composed.kind ? { ...composed, staleAfterMs: own.staleAfterMs } : composed;
  const result = own && edit(own, me, changed, now);
  if (!kept || result?.type !== 'done')
    return noChange('broadcast_refused', { key: 'flows/my-broadcasts:refused.state' });
  const { id } = kept.record;
  return { outcome: 'broadcast_edited', ...keepBroadcast(store, result.broadcast, kept), says: [stored(id)] };
}

function stored(id: BroadcastId): LocalizedMessage {
  return {
    key: 'flows/announce:done',
    buttons: [{ label: 'flows/announce:look', flow: 'my-broadcasts', argument: id }],
  };
}
