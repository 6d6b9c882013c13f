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
import { approveBroadcast, breakGlass } from '../lifecycle.ts';
import { agreedText } from './agreed-text.ts';
import { chosenCardValues } from './board-card.ts';
import { offeredBroadcastActions, performBroadcastAction } from './broadcast-actions.ts';
import type { BoardContext, BoardFacts } from './load-board.ts';
import { chosenBroadcast, loadBoard } from './load-board.ts';
import { refuse } from './refuse.ts';

const WRITE = [{ label: 'common:buttons.announce', flow: 'announce', argument: 'new' }] as const;
/** Irreversible actions, which need a confirmation. */
const FINAL: readonly string[] = ['approved', 'glass_broken', 'ended', 'recalled', 'denied'];

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
      resets: ['count', 'words', 'sure'],
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
    'words',
    text({
      relevant: ({ answers }) => answers.next === 'corrected',
      maxLength: 3000,
      screen: personShield,
      marked: true,
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
    grants.some(({ role }) => MAY_READ.includes(role)) ? undefined : { key: 'flows/announce:not_you' },
  // The argument `all` opens the list.
  opens: (argument) => (argument === 'all' ? {} : { broadcast: argument }),
  finish: (answers, { facts, store, person, now }) => {
    if (answers.broadcast === 'new')
      return noChange('broadcasts_seen', { key: 'flows/my-broadcasts:write', buttons: WRITE });
    const kept = chosenBroadcast({ facts, answers });
    const action = answers.next;
    if (!kept || !action || (FINAL.includes(action) && answers.sure !== true))
      return noChange('broadcasts_seen', { key: 'common:closed' });
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
  const { answers, facts, now } = here;
  const record = chosenBroadcast(here)?.record;
  const decision =
    record && answers.next === 'approved'
      ? approveBroadcast(record, facts.me, sealOf(record), record.count ?? 0, now)
      : record && answers.next === 'glass_broken'
        ? breakGlass(record, facts.me, facts.glass, now)
        : undefined;
  if (decision?.type === 'done')
    return { key: 'flows/my-broadcasts:consequence.agreed', values: { agreed: agreedText(decision.broadcast, now) } };
  return { key: `flows/my-broadcasts:consequence.${answers.next === 'denied' ? 'denied' : 'final'}` as const };
}

/** Seal of the buttons: a button is void once the announcement's state or content has changed. */
function sealNow(here: BoardContext): string {
  const kept = chosenBroadcast(here);
  return kept ? `${kept.record.state}.${sealOf(kept.record)}` : '';
}
