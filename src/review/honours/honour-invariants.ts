import type { Keys } from '../../store/keys.ts';
import type { InvariantCheck } from '../../store/records/invariants.ts';
import type { RecordKind } from '../../store/records/record-lists.ts';
import { hashOf, lotOf, seedOf } from '../../surveys/wave/draw.ts';
import { BASIS_REDRAW } from './basis-draw.ts';
import { isEnough } from './evidence.ts';
import type { Honour, HonourState } from './honour.ts';
import { isOpenHonour, openObjection } from './honour.ts';
import { loadHonourBases } from './honour-basis-store.ts';
import { loadHonours } from './honour-store.ts';

/** An honour stands on its evidence and two deciders; once it is decided, it holds no mark of a resident. */
export function honourKind(keys: Keys): RecordKind<Honour> {
  return {
    prefix: 'honour',
    keyOf: keys.honour,
    lists: [keys.honours, keys.honoursNews],
    inLists: ({ id, state }) => [
      { list: keys.honours, member: id },
      ...(state === 'proposed' ? [{ list: keys.honoursNews, member: `proposed ${id}` }] : []),
      ...(state === 'nominated' ? [{ list: keys.honoursNews, member: `nominated ${id}` }] : []),
      ...(state === 'public_notice' ? [{ list: keys.honoursNews, member: `notice_ends ${id}` }] : []),
    ],
    mayBeIn: () => true,
    reads: ({ subject }) => ({ open: ['get', keys.honourOpen(subject)] }),
    faults: (honour, { open }) => {
      const { id, state, evidence, agreed, decided, by, objections, proposer } = honour;
      const isScreened = !UNSCREENED.includes(state);
      const isThanked = state === 'thanked' || state === 'taken_back';
      return [
        ...(isOpenHonour(honour) === (open === id) ? [] : ['the mark of open honours differs from its state']),
        ...(isScreened && (evidence === undefined || isEnough(evidence) === (state === 'not_passed'))
          ? ['its evidence does not lead to its state']
          : []),
        ...(isThanked && (!agreed || !decided || new Set([by, agreed.by, decided.by]).size < 3)
          ? ['was not thanked by two who did not nominate it']
          : []),
        ...(isThanked && openObjection(honour) ? ['was thanked with an objection open'] : []),
        ...(!isOpenHonour(honour) && objections.some(({ mark }) => mark !== '')
          ? ['is decided, but still marks who objected']
          : []),
        ...(state !== 'proposed' && proposer !== undefined ? ['no longer waits, but still marks who proposed it'] : []),
      ];
    },
  };
}

/** States before the machine attaches the evidence. */
const UNSCREENED: readonly HonourState[] = ['proposed', 'returned', 'nominated'];

/** The draw of an approval follows from its frame and halves, and names exactly the honours of its list. */
export const basesHold: InvariantCheck = async (store) => {
  const bases = await loadHonourBases(store);
  if (bases.length === 0) return [];
  const honours = (await loadHonours(store, 0)).map(({ record }) => record);
  return bases.flatMap(({ id, halfHash, drawn }) => {
    const named = honours.filter(({ basis }) => basis?.id === id).map((one) => one.id);
    if (!drawn) return named.map((one) => `${one}: is named under ${id}, which was not drawn`);
    const { frame, halves, list } = drawn;
    const seed = seedOf(hashOf(frame), halves);
    const isRight =
      hashOf(halves[0]) === halfHash && BASIS_REDRAW.list(frame, (name) => lotOf(seed, name)) === list.join('\n');
    return [
      ...(isRight ? [] : [`${id}: its list does not follow from frame and halves`]),
      ...(named.toSorted().join() === list.toSorted().join() ? [] : [`${id}: names other honours than its list`]),
    ];
  });
};
