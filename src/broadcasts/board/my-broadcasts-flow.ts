import { personShield } from '../../cases/report/person-shield.ts';
import type { City } from '../../city/city.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import { number } from '../../engine/steps/number.ts';
import { text } from '../../engine/steps/text.ts';
import { talk } from '../../people/talk.ts';
import { sealOf } from '../broadcast.ts';
import { announceableRegion } from '../compose/announce-flow.ts';
import { broadcastCard } from './board-card.ts';
import { offeredBroadcastActions, performBroadcastAction, refused } from './broadcast-actions.ts';
import type { BoardContext, BoardFacts } from './load-board.ts';
import { chosenBroadcast, loadBoard } from './load-board.ts';

const WRITE = [{ label: 'common:buttons.announce', flow: 'announce', argument: 'new' }] as const;
/** What cannot be taken back is asked once more. */
const FINAL: readonly string[] = ['approved', 'glass_broken', 'ended', 'recalled', 'denied'];

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
      options: (here) => offeredBroadcastActions(here).map((id) => ({ id })),
      confirms: sealNow,
      values: (here) => broadcastCard(here),
      resets: ['count', 'words', 'sure'],
    }),
  )
  .step(
    'count',
    number({
      relevant: ({ answers }) => answers.next === 'approved',
      min: 0,
      max: 1e9,
      values: (here) => broadcastCard(here),
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
      values: (here) => broadcastCard(here),
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
  closed: (facts) => (announceableRegion(facts) === undefined ? { key: 'flows/announce:not_you' } : undefined),
  // `all` shows the list.
  opens: (argument) => (argument === 'all' ? {} : { broadcast: argument }),
  finish: (answers, finishing) => {
    const { facts, now } = finishing;
    if (answers.broadcast === 'new')
      return noChange('broadcasts_seen', { key: 'flows/my-broadcasts:write', buttons: WRITE });
    const kept = chosenBroadcast({ facts, answers });
    const deed = answers.next;
    if (!kept || !deed || (FINAL.includes(deed) && answers.sure !== true))
      return noChange('broadcasts_seen', { key: 'common:closed' });
    if (!offeredBroadcastActions({ facts, answers, now }).includes(deed)) return refused('state', kept);
    return performBroadcastAction(deed, kept, answers, facts, finishing);
  },
});

/** Buttons are for what was shown, and for nothing that it has become since. */
function sealNow(here: BoardContext): string {
  const kept = chosenBroadcast(here);
  return kept ? `${kept.record.state}.${sealOf(kept.record)}` : '';
}
