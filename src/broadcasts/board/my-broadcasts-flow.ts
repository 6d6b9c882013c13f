import { personShield } from '../../cases/report/person-shield.ts';
import type { City } from '../../city/city.ts';
import type { Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import type { Option } from '../../engine/step.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import { number } from '../../engine/steps/number.ts';
import { text } from '../../engine/steps/text.ts';
import { talk } from '../../people/talk.ts';
import { MAY_READ, sealOf } from '../broadcast.ts';
import type { Decision } from '../lifecycle.ts';
import { approveBroadcast, breakGlass } from '../lifecycle.ts';
import { agreedText } from './agreed-text.ts';
import { chosenCardValues } from './board-card.ts';
import { previewMessage } from './board-messages.ts';
import { offeredBroadcastActions, performBroadcastAction } from './broadcast-actions.ts';
import { decideFollowUp, followUpOf } from './follow-up.ts';
import type { BoardAnswers, BoardContext, BoardFacts } from './load-board.ts';
import { chosenBroadcast, loadBoard } from './load-board.ts';
import { refuse } from './refuse.ts';

const WRITE = [{ label: 'common:buttons.announce', flow: 'announce', argument: 'new' }] as const;
/** Irreversible actions, which need a confirmation. */
const FINAL: readonly string[] = ['approved', 'glass_broken', 'ended', 'recalled', 'denied'];

const isCorrected = ({ answers }: { readonly answers: BoardAnswers }) => answers.next === 'corrected';

/** The announcement board of organisers: test, submit, approve, follow, pause, correct. */
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
      options: (here) => offeredBroadcastActions(here).map((id) => optionOf(id, here)),
      confirms: sealNow,
      values: (here) => chosenCardValues(here),
      resets: ['count', 'headline', 'words', 'submits', 'sure'],
    }),
  )
  .step(
    'count',
    number({
      relevant: ({ answers }) => answers.next === 'approved',
      min: 0,
      max: 1e9,
      values: (here) => chosenCardValues(here),
    }),
  )
  .step(
    'headline',
    text({
      relevant: isCorrected,
      maxLength: 40,
      written: true,
      optional: true,
      screen: personShield,
      values: (here) => ({ title: chosenBroadcast(here)?.record.content.title ?? '' }),
    }),
  )
  .step('words', text({ relevant: isCorrected, maxLength: 3000, written: true, screen: personShield, marked: true }))
  .step(
    'submits',
    confirm({
      relevant: isCorrected,
      values: (here) => ({ count: here.facts.progress?.counts.delivered ?? 0, consequence: consequenceText(here) }),
      confirms: sealNow,
    }),
  )
  .step(
    'sure',
    confirm({
      relevant: ({ answers }) => FINAL.includes(answers.next ?? ''),
      values: (here) => ({ ...chosenCardValues(here), consequence: consequenceText(here) }),
      confirms: sealNow,
    }),
  )
  .end();

export const myBroadcastsTalk = talk({
  flow: myBroadcasts,
  load: loadBoard,
  loadsBy: ['broadcast'],
  facts: (city: City, { contact }, loaded) => ({
    ...city,
    grants: contact?.grants ?? [],
    ...loaded,
  }),
  menuOf: MAY_READ,
  closed: ({ grants }) =>
    grants.some(({ role }) => MAY_READ.includes(role)) ? undefined : { key: 'flows/my-broadcasts:for_residents' },
  // The argument `all` opens the list.
  opens: (argument) => (argument === 'all' ? {} : { broadcast: argument }),
  says: ({ step }, answers, facts) => {
    const kept = step === 'words' ? chosenBroadcast({ facts, answers }) : undefined;
    const draft = kept && followUpOf({ outcomes: ['d'], correction: answers }, kept.record, facts, kept.record.madeAt);
    return draft && previewMessage(draft);
  },
  finish: (answers, { facts, store, person, now }) => {
    if (answers.broadcast === 'new')
      return noChange('broadcasts_seen', { key: 'flows/my-broadcasts:write', buttons: WRITE });
    const kept = chosenBroadcast({ facts, answers });
    const action = answers.next;
    const agreed =
      action === 'corrected' ? answers.submits === true : !FINAL.includes(action ?? '') || answers.sure === true;
    if (!kept || !action || !agreed) return noChange('broadcasts_seen', { key: 'common:closed' });
    if (!offeredBroadcastActions({ facts, answers, now }).includes(action)) return refuse('state', kept.record);
    return performBroadcastAction(action, { kept, answers, facts, store, person, now });
  },
});

/** An announcement gets its new time in its own talk; a follow-up is sent as soon as it is agreed to. */
function optionOf(id: string, here: BoardContext): Option {
  const record = chosenBroadcast(here)?.record;
  const opens = id === 'rescheduled' && record?.written ? { flow: 'announce', argument: record.id } : undefined;
  return { id, ...(opens ? { opens } : {}) };
}

/** Words what the confirmed action will do; an approval names its time and its undo before the tap. */
function consequenceText(here: BoardContext): Value {
  const decision = decisionOn(here);
  if (decision?.type !== 'done')
    return { key: `flows/my-broadcasts:consequence.${here.answers.next === 'denied' ? 'denied' : 'final'}` as const };
  const { broadcast } = decision;
  return broadcast.state === 'proposed'
    ? { key: 'flows/my-broadcasts:consequence.proposed' }
    : { key: 'flows/my-broadcasts:consequence.agreed', values: { agreed: agreedText(broadcast, here.now) } };
}

/** The decision that the chosen action would bring; undefined for an action that decides nothing. */
function decisionOn(here: BoardContext): Decision | undefined {
  const { answers, facts, now } = here;
  const record = chosenBroadcast(here)?.record;
  if (!record) return undefined;
  switch (answers.next) {
    case 'approved':
      return approveBroadcast(record, facts.me, sealOf(record), record.count ?? 0, now);
    case 'glass_broken':
      return breakGlass(record, facts.me, facts.glass, now);
    case 'recalled':
      return decideFollowUp({ outcomes: ['d'], recalls: true }, record, facts, now);
    case 'corrected':
      return decideFollowUp({ outcomes: ['d'], correction: answers }, record, facts, now);
    default:
      return undefined;
  }
}

/** Seal of the buttons: a button is void once the announcement's state or content has changed. */
function sealNow(here: BoardContext): string {
  const kept = chosenBroadcast(here);
  return kept ? `${kept.record.state}.${sealOf(kept.record)}` : '';
}
