import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { text } from '../../engine/steps/text.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { hashOf } from './draw.ts';
import { auditorsOf } from './open-wave.ts';
import { keepHalf } from './secrets-store.ts';
import type { Wave } from './wave.ts';
import { keepWave, loadWave } from './wave-store.ts';

type AddHalfFacts = { readonly waiting: Kept<Wave> | undefined };

/** Lets an auditor add the second half of a draw's seed, once the frame and the office's half are fixed. */
export const addHalf = flow<AddHalfFacts>({ id: 'add-half', version: 1, lifetimeSeconds: 24 * 3600 })
  .step(
    'words',
    // There is no button that makes a half at random: the server would make it, and could choose.
    text({
      maxLength: 200,
      written: true,
      optional: true,
      values: ({ facts: { waiting } }) => ({
        title: { names: waiting?.record.questionnaire.title ?? {} },
        region: { place: { region: waiting?.record.region ?? '' } },
        frame: waiting?.record.frameHash ?? '',
        office: waiting?.record.halfHashes?.[0] ?? '',
      }),
    }),
  )
  .end();

export const addHalfTalk = talk({
  flow: addHalf,
  load: async ({ store, city, person, position }: LoadContext) => {
    const kept = await loadWave(store, position.answers.wave);
    if (kept?.record.state !== 'drawing' || !kept.record.frameHash || kept.record.secondBy) return undefined;
    return (await auditorsOf(store, kept.record, city)).includes(person.urn) ? kept : undefined;
  },
  facts: (_city: object, _person, waiting): AddHalfFacts => ({ waiting }),
  closed: ({ waiting }) => (waiting ? undefined : { key: 'flows/add-half:over' }),
  opens: (argument) => ({ wave: argument }),
  finish: ({ words }, { store, facts: { waiting }, now }) => {
    if (!waiting?.record.halfHashes) return noChange('half_late', { key: 'flows/add-half:over' });
    const { id, halfHashes } = waiting.record;
    if (!words || !('text' in words)) {
      const { checks, writes } = keepWave(store, waiting.record, now, waiting);
      return { outcome: 'half_left', checks, writes, says: [{ key: 'flows/add-half:left' }] };
    }
    // The half is the hash of the words: of one length, without quotes, and the words stay the auditor's own.
    const half = hashOf(words.text);
    const record: Wave = { ...waiting.record, secondBy: 'auditor', halfHashes: [halfHashes[0], hashOf(half)] };
    const { checks, writes } = keepWave(store, record, now, waiting);
    return {
      outcome: 'half_added',
      checks,
      writes: [...writes, keepHalf(store, id, 'second', half)],
      says: [{ key: 'flows/add-half:done', values: { words: words.text, half, hash: hashOf(half) } }],
    };
  },
});
