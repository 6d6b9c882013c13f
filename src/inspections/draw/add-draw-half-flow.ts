import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { text } from '../../engine/steps/text.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { hashOf } from '../../surveys/wave/draw.ts';
import { auditorsOf } from './auditors.ts';
import { drawValues } from './commit-draw.ts';
import type { InspectionDraw } from './draw.ts';
import { keepDraw, keepHalf, loadDraw } from './draw-store.ts';

type HalfFacts = { readonly waiting: Kept<InspectionDraw> | undefined };

/** Lets an auditor add the second half of a draw's seed. There is no way around it: without it nothing is drawn. */
export const addDrawHalf = flow<HalfFacts>({ id: 'add-draw-half', version: 1, lifetimeSeconds: 24 * 3600, light: true })
  .step(
    'words',
    text({
      minLength: 4,
      maxLength: 200,
      written: true,
      values: ({ facts: { waiting } }) => (waiting ? drawValues(waiting.record) : {}),
    }),
  )
  .end();

export const addDrawHalfTalk = talk({
  flow: addDrawHalf,
  load: async ({ store, city, person, position }: LoadContext) => {
    const kept = await loadDraw(store, position.answers.draw);
    if (kept?.record.state !== 'committed' || kept.record.halfHashes?.length !== 1) return undefined;
    return (await auditorsOf(store, kept.record, city)).includes(person.urn) ? kept : undefined;
  },
  facts: (_city: object, _person, waiting): HalfFacts => ({ waiting }),
  closed: ({ waiting }) => (waiting ? undefined : { key: 'flows/add-draw-half:over' }),
  opens: (argument) => ({ draw: argument }),
  finish: ({ words }, { store, facts: { waiting }, now }) => {
    const [office] = waiting?.record.halfHashes ?? [];
    if (!waiting || !office || !words || !('text' in words))
      return noChange('half_late', { key: 'flows/add-draw-half:over' });
    // The half is the hash of the words: of one length, without quotes, and the words stay the auditor's own.
    const half = hashOf(words.text);
    const record: InspectionDraw = { ...waiting.record, halfHashes: [office, hashOf(half)] };
    const { checks, writes } = keepDraw(store, record, now, waiting);
    return {
      outcome: 'half_added',
      checks,
      writes: [...writes, keepHalf(store, record.id, 'auditor', half)],
      says: [{ key: 'flows/add-draw-half:done', values: { words: words.text, half, hash: hashOf(half) } }],
    };
  },
});
