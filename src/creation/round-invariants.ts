import type { PremisesDocument } from '../inspections/documents/document.ts';
import type { Keys } from '../store/keys.ts';
import type { InvariantCheck } from '../store/records/invariants.ts';
import { scanKeys } from '../store/records/invariants.ts';
import type { RecordKind } from '../store/records/record-lists.ts';
import { orStoreAway } from '../store/store.ts';
import { hashOf, lotOf, seedOf } from '../surveys/wave/draw.ts';
import { RECHECK_REDRAW, recheckFrameText } from './rechecks/recheck-draw.ts';
import type { RecheckPlan } from './rechecks/recheck-plan.ts';
import type { Round } from './rounds/round.ts';
import { wakesAt } from './rounds/round-store.ts';

/** States in which the checks have been judged. */
const JUDGED: readonly Round['state'][] = ['judged', 'public_notice', 'met', 'named', 'suspended'];

/** A round keeps the half of its seed, its score once it is judged, and no mark of an objector after the notice. */
export function roundKind(keys: Keys): RecordKind<Round> {
  return {
    prefix: 'round',
    keyOf: keys.round,
    lists: [keys.rounds, keys.roundsOf('*'), keys.roundsClock],
    inLists: (round) => ownLists(keys, round).map((list) => ({ list, member: round.id })),
    mayBeIn: (round, list) => ownLists(keys, round).includes(list),
    reads: ({ id }) => ({
      half: ['hget', keys.drawHalves(id), 'office'],
      visits: ['zcard', keys.visitsOf(id)],
    }),
    faults: (round, { half, visits }, { unseal }) => {
      const { id, state, halfHash, score, objections, proposedBy, secondedBy, naming } = round;
      const own = typeof half === 'string' ? unseal(half, `${id} office`) : undefined;
      return [
        ...(state !== 'lapsed' && state !== 'withdrawn' && hashOf(own ?? '') !== halfHash
          ? ['its half of the seed does not have the published hash']
          : []),
        ...(state === 'checking' && visits === 0 ? ['is checked, but has no visit'] : []),
        ...(JUDGED.includes(state) && score === undefined ? [`is ${state}, but has no score`] : []),
        ...(state === 'public_notice' && (!proposedBy || !secondedBy || proposedBy === secondedBy)
          ? ['is under public notice without two persons']
          : []),
        ...(state === 'named' && naming === undefined ? ['is named without the document that names it'] : []),
        ...(['met', 'named', 'suspended'].includes(state) && objections.some(({ mark }) => mark !== '')
          ? ['its notice is over, but it still marks who objected']
          : []),
      ];
    },
  };
}

function ownLists(keys: Keys, round: Round): readonly string[] {
  return [keys.rounds, keys.roundsOf(round.premises), ...(wakesAt(round) === undefined ? [] : [keys.roundsClock])];
}

/** A document was confirmed by another person than entered it, and the clock looks at it. */
export const documentsHold: InvariantCheck = async (store) => {
  const { redis, keys } = store;
  const found = await Promise.all(
    (await scanKeys(store, keys.documents('*'))).map((key) => orStoreAway(redis.hvals(key))),
  );
  const documents = found.flat().map((text) => JSON.parse(text) as PremisesDocument); // written by keepDocument
  const listed = await orStoreAway(redis.zrange(keys.documentsClock, '0', '-1'));
  const members = documents.map(({ id, premises }) => `${premises} ${id}`);
  return [
    ...documents
      .filter(({ by, confirmed }) => confirmed?.by === by)
      .map(({ id }) => `${id}: was confirmed by the person who entered it`),
    ...members.filter((one) => !listed.includes(one)).map((one) => `${keys.documentsClock}: lacks ${one}`),
    ...listed
      .filter((one) => !members.includes(one))
      .map((one) => `${keys.documentsClock}: lists ${one}, which does not exist`),
  ];
};

/** A year's plan of re-checks follows from its frame and halves, and its list is the one whose hash was published. */
export const rechecksHold: InvariantCheck = async ({ redis, keys, unseal }) => {
  const plans = await orStoreAway(redis.hvals(keys.recheckPlans));
  return plans.flatMap((text) => {
    const plan = JSON.parse(text) as RecheckPlan; // written by keepRecheckPlan
    const { year, halfHash, half: sealed, claims, frame, frameHash, listHash, list = '' } = plan;
    const half = unseal(sealed, `recheck ${year}`) ?? '';
    const wrong = hashOf(half) === halfHash ? [] : ['its half of the seed does not have the published hash'];
    if (claims && frame && frameHash) {
      const seed = seedOf(frameHash, [half, claims]);
      const drawn = RECHECK_REDRAW.list(recheckFrameText(frame), (name) => lotOf(seed, name));
      if (hashOf(recheckFrameText(frame)) !== frameHash) wrong.push('its frame does not have the published hash');
      if (hashOf(drawn) !== listHash || unseal(list, `recheck ${year} list`) !== drawn)
        wrong.push('its list does not follow from frame and halves');
    }
    return wrong.map((fault) => `${keys.recheckPlans} ${year}: ${fault}`);
  });
};
