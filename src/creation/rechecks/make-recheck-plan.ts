import type { Store } from '../../store/store.ts';
import type { Halves } from '../../surveys/wave/draw.ts';
import { hashOf, lotOf, seedOf } from '../../surveys/wave/draw.ts';
import { claimsHash } from '../checks/draw-round.ts';
import type { Round } from '../rounds/round.ts';
import { drawRechecks, recheckFrameText, recheckListText, recheckTargets } from './recheck-draw.ts';
import type { RecheckPlan } from './recheck-plan.ts';
import { recheckFrame } from './recheck-plan.ts';

/** Begins the plan of a year with the server's half of its seed. */
export function beginRecheckPlan({ seal }: Pick<Store, 'seal'>, year: number, half: string, now: number): RecheckPlan {
  return { year, madeAt: now, halfHash: hashOf(half), half: seal(half, `recheck ${year}`), made: {} };
}

/** Draws a plan. The other half is what contacts claimed: they fixed it, and the server its half a day before the frame. */
export function drawRecheckPlan(store: Store, plan: RecheckPlan, holding: readonly Round[], now: number): RecheckPlan {
  const frame = recheckFrame(holding, now);
  const frameHash = hashOf(recheckFrameText(frame));
  const halves = halvesOf(store, plan, holding);
  const seed = seedOf(frameHash, halves);
  const rechecks = drawRechecks(frame, (name) => lotOf(seed, name));
  const text = recheckListText(rechecks);
  return {
    ...plan,
    claims: halves[1],
    frame,
    frameHash,
    listHash: hashOf(text),
    list: store.seal(text, `recheck ${plan.year} list`),
    targets: recheckTargets(rechecks),
  };
}

function halvesOf(store: Store, { year, half }: RecheckPlan, holding: readonly Round[]): Halves {
  const own = store.unseal(half, `recheck ${year}`);
  if (own === undefined) throw new Error(`The plan of re-checks of ${year} was sealed with another DATA_KEY.`);
  const claims = holding.map((round) => `${round.id} ${claimsHash(round)}`).toSorted();
  return [own, hashOf(claims.join('\n'))];
}
