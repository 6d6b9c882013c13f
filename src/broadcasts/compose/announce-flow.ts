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
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { regionSteps } from '../../regions/narrow-region.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import type { Broadcast, BroadcastId } from '../broadcast.ts';
import { BROADCAST_BUTTONS, BROADCAST_BUTTONS_MAX, BROADCAST_KINDS, newBroadcastId, TOPICS } from '../broadcast.ts';
import { keepBroadcast, loadBroadcast } from '../broadcast-store.ts';
import { editBroadcast, isEditable, isReschedulable } from '../lifecycle.ts';
import { isDailyCron, MISFIRES } from '../schedule.ts';
import type { AnnouncementAnswers, GapStep } from './announcement-answers.ts';
import type { ComposedAnnouncement } from './announcement-from-answers.ts';
import { announcementFromAnswers, EXCLUSIONS, HOLIDAYS } from './announcement-from-answers.ts';
import {
  ANNOUNCEMENT_TEMPLATES,
  englishExample,
  filledTemplate,
  GAP_STEPS,
  gapStepsOf,
} from './announcement-templates.ts';
import { senderOf, signed } from './sender.ts';

type AnnounceFacts = City & {
  readonly grants: readonly Grant[];
  readonly me: string;
  /** The announcement that is edited. */
  readonly kept?: Kept<Broadcast> | undefined;
};
type AnnounceAnswers = Pick<AnnouncementAnswers, 'template' | 'buttons' | 'when' | 'kind'>;

const ONCE = ['now', 'once'] as const;
const REPEATING = ['weekly', 'monthly', 'holiday', 'cron'] as const;

const isScheduled =
  (...when: readonly string[]) =>
  ({ answers }: { readonly answers: AnnounceAnswers }) =>
    when.includes(answers.when ?? '');

const repeats = isScheduled(...REPEATING);

/** The answers about the time; a missed announcement is asked for them again. */
const TIMES = ['at', 'weekday', 'holiday', 'cron', 'time', 'until', 'misfire'] as const;

const AUDIENCE_REGION = {
  ids: ['district', 'street', 'community'],
  from: ({ facts }: { readonly facts: AnnounceFacts }) => senderOf(facts)?.region,
} as const;

/** Writes or edits an announcement; the result is a draft that needs to be submitted. */
export const announce = flow<AnnounceFacts>({
  id: 'announce',
  version: 3,
  lifetimeSeconds: 24 * 3600,
  readsOut: (answers) => filledTemplate(answers as AnnouncementAnswers), // typed by the steps below
})
  .step(
    'template',
    choice({ options: [...Object.keys(ANNOUNCEMENT_TEMPLATES), 'own'], resets: ['topic', 'headline', 'words'] }),
  )
  .step(
    'topic',
    choice({
      relevant: ({ answers }) => answers.template === 'own',
      options: TOPICS.filter((topic) => topic !== 'urgent'),
    }),
  )
  .steps(gapSteps())
  .step('headline', text({ maxLength: 40, written: true, values: suggestionOf('headline'), screen: personShield }))
  .step(
    'words',
    text({ maxLength: 3500, written: true, values: suggestionOf('words'), screen: personShield, marked: true }),
  )
  .step(
    'english',
    text({
      maxLength: 3500,
      written: true,
      optional: true,
      values: ({ answers }) => ({ example: englishExample(answers.template) }),
      screen: personShield,
      marked: true,
    }),
  )
  .step('photo', photos({ max: 1, optional: true }))
  .step('buttons', choices({ options: BROADCAST_BUTTONS, min: 0, max: BROADCAST_BUTTONS_MAX }))
  .step('link', text({ relevant: ({ answers }) => (answers.buttons ?? []).includes('link'), maxLength: 200 }))
  .steps(regionSteps(AUDIENCE_REGION))
  .step('who', choice({ options: ['everybody', 'volunteers', 'organisers'] }))
  .step('spare', choices({ options: Object.keys(EXCLUSIONS), min: 0 }))
  .step('kind', choice({ options: BROADCAST_KINDS }))
  .step(
    'when',
    choice({
      // An urgent message never repeats; the missed slot of a series is made up for once.
      options: ({ answers, facts }) =>
        (answers.kind === 'urgent' || missedOfSeries(facts) ? ONCE : [...ONCE, ...REPEATING]).map((id) => ({ id })),
      resets: TIMES,
    }),
  )
  .step('at', date({ relevant: isScheduled('once'), time: true, withinDays: 180 }))
  .step('weekday', choice({ relevant: isScheduled('weekly'), options: ['1', '2', '3', '4', '5', '6', '0'] }))
  .step('holiday', choice({ relevant: isScheduled('holiday'), options: Object.keys(HOLIDAYS) }))
  .step('time', choice({ relevant: isScheduled('weekly', 'monthly', 'holiday'), options: ['08', '10', '15', '19'] }))
  .step('cron', text({ relevant: isScheduled('cron'), maxLength: 60, fits: isDailyCron }))
  .step('until', date({ relevant: repeats, withinDays: 400 }))
  .step('misfire', choice({ relevant: repeats, options: MISFIRES }))
  .step('review', review())
  .end();

/** One question for each blank of the templates; a new answer fills the text again. */
function gapSteps() {
  const step = (gap: GapStep) =>
    text<AnnounceFacts, { readonly template?: string | null }>({
      relevant: ({ answers }) => gapStepsOf(answers.template).includes(gap),
      maxLength: 40,
      written: true,
      screen: personShield,
      resets: ['words'],
    });
  return Object.fromEntries(GAP_STEPS.map((gap) => [gap, step(gap)])) as Readonly<
    Record<GapStep, ReturnType<typeof step>>
  >;
}

/** The wording so far to copy and change; an example before the author has written any. */
function suggestionOf(part: 'headline' | 'words') {
  return ({ answers }: { readonly answers: AnnouncementAnswers }) => {
    const written = answers[part];
    const suggestion = written ? { words: written } : { key: `flows/announce:templates.own.${part}` };
    return { suggestion };
  };
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
  prefills: ({ kept, me }) => {
    if (!kept) return undefined;
    if (isEditable(kept.record, me)) return writtenAnswers(kept.record);
    return isReschedulable(kept.record, me) ? withoutTime(writtenAnswers(kept.record)) : undefined;
  },
  guardsEnd: true,
  closed: (facts) => {
    if (senderOf(facts) === undefined) return { key: 'flows/announce:not_you' };
    const { kept, me } = facts;
    if (!kept || isEditable(kept.record, me)) return undefined;
    const maySetAgain = isReschedulable(kept.record, me) && kept.record.written !== undefined;
    return maySetAgain ? undefined : { key: 'flows/my-broadcasts:refused.state' };
  },
  says: ({ step }, answers) => {
    const { headline, words, english } = answers;
    const isFilled = (step === 'template' || step.startsWith('gap_')) && english === undefined;
    return isFilled && headline && words
      ? { key: 'flows/announce:filled', values: { title: { words: headline }, text: { words } } }
      : undefined;
  },
  finish: (answers, { store, facts, given, now }) => {
    const region = senderOf(facts)?.region ?? '';
    const written = announcementFromAnswers(answers, region, now);
    if (!written) return noChange('broadcast_unwritten', { key: 'flows/announce:written_only' });
    const composed = signed(written, facts);
    if (given.edits !== undefined && !missedOfSeries(facts)) return applyEdit(composed, store, facts, now);
    const head = { id: newBroadcastId(), state: 'draft', by: facts.me, region, madeAt: now, runs: [] } as const;
    return {
      outcome: 'broadcast_drafted',
      ...keepBroadcast(store, { ...head, ...composed }),
      says: [draftStored(head.id)],
    };
  },
});

/** True if the opened announcement repeats and missed its last slot: the new time is for a copy of it. */
function missedOfSeries({ kept, me }: AnnounceFacts): boolean {
  return kept !== undefined && kept.record.schedule.type !== 'once' && isReschedulable(kept.record, me);
}

/** The author's answers; a text from a template that had no questions for its blanks counts as the author's own. */
function writtenAnswers({ written = {}, topic }: Broadcast): AnnouncementAnswers {
  const asked = gapStepsOf(written.template).every((gap) => written[gap]);
  return asked ? written : { ...written, template: 'own', topic: topic === 'urgent' ? 'notices' : topic };
}

function withoutTime(written: AnnouncementAnswers): object {
  const isKept = (step: string) => step !== 'when' && !(TIMES as readonly string[]).includes(step);
  return Object.fromEntries(Object.entries(written).filter(([step]) => isKept(step)));
}

/** Changes the announcement in place; it returns to draft and needs a new approval. */
function applyEdit(composed: ComposedAnnouncement, store: Store, { kept, me }: AnnounceFacts, now: number): Outcome {
  const own = kept && { ...kept.record, by: kept.record.by || me };
  const result = own && editBroadcast(own, me, keepImported(composed, own), now);
  if (!kept || result?.type !== 'done')
    return noChange('broadcast_refused', { key: 'flows/my-broadcasts:refused.state' });
  const { id } = kept.record;
  return { outcome: 'broadcast_edited', ...keepBroadcast(store, result.broadcast, kept), says: [draftStored(id)] };
}

/** An imported alert brings its own expiry and may cover several regions; editing the text keeps both. */
function keepImported(composed: ComposedAnnouncement, { kind, staleAfterMs, audience: own }: Broadcast) {
  const { audience } = composed;
  const same = audience.type === 'people' && own.type === 'people' && audience.region === own.region;
  return {
    ...composed,
    ...(kind === composed.kind ? { staleAfterMs } : {}),
    ...(same && own.also ? { audience: { ...audience, also: own.also } } : {}),
  };
}

function draftStored(id: BroadcastId): LocalizedMessage {
  return {
    key: 'flows/announce:done',
    buttons: [{ label: 'flows/announce:look', flow: 'my-broadcasts', argument: id }],
  };
}
