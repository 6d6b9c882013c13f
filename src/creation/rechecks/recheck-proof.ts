import { lotCommands, proofText } from '../../inspections/draw/proof-text.ts';
import type { Store } from '../../store/store.ts';
import type { Halves } from '../../surveys/wave/draw.ts';
import { hashOf, lotOf, seedOf } from '../../surveys/wave/draw.ts';
import { drawnByLot, RECHECK_REDRAW, readRecheckList, recheckFrameText, recheckQuarters } from './recheck-draw.ts';
import type { RecheckPlan } from './recheck-plan.ts';

/** Opens the plan of a year that is over: frame, both halves, and a text that `sh` runs. Undefined for a plan without a draw. */
export function openRecheckPlan(store: Store, plan: RecheckPlan) {
  const { year, half: sealed, halfHash, claims, frame: parts, frameHash, listHash } = plan;
  const half = store.unseal(sealed, `recheck ${year}`);
  if (!half || !claims || !parts || !frameHash || !listHash) return undefined;
  const halves: Halves = [half, claims];
  const seed = seedOf(frameHash, halves);
  const frame = recheckFrameText(parts);
  const list = RECHECK_REDRAW.list(frame, (name) => lotOf(seed, name));
  const open = { id: `recheck-${year}`, frame, frameHash, halves, seed, list, listHash };
  const drawn = readRecheckList(list).map(({ premises }) => premises);
  const text = proofText(
    { ...open, halfHashes: [halfHash, hashOf(claims)] },
    {
      first: 'Fixed before the frame: the server half, by its hash. A day later the frame of premises with a level.',
      second: 'Fixed by the contacts: SHA-256 of the lines "<round> <SHA-256 of its claims>", sorted.',
      list: 'The list of re-checks: premises, quarter, day.',
    },
    [
      `# 4. Premises by lot, the smallest first. The first ${drawnByLot(parts)} are drawn, besides those that are due.`,
      ...lotCommands(seed, parts.lots),
      `# 5. The lots that deal them to ${recheckQuarters(parts.from)
        .map(({ quarter }) => quarter)
        .join(', ')} in turn, the smallest first.`,
      ...lotCommands(seed, drawn, ' when'),
      '# 6. The lots of their days. Its first 8 digits, times the number of days, over 2^32, are days after the first.',
      ...recheckQuarters(parts.from).map(({ quarter, first, days }) => `#    ${quarter}: ${days} days from ${first}`),
      ...lotCommands(seed, drawn, ' day'),
    ],
  );
  return { frame, halves, text };
}
