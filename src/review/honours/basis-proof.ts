import { lotCommands, proofText } from '../../inspections/draw/proof-text.ts';
import { hashOf, seedOf } from '../../surveys/wave/draw.ts';
import type { HonourBasis } from './honour-basis.ts';

/** What is public of the draw of an approval: hashes, and after the draw its frame, halves and a text that `sh` runs. */
export function basisProof({ id, halfHash, drawn }: HonourBasis) {
  if (!drawn) return { hashes: { first: halfHash } };
  const { frame, halves } = drawn;
  const [frameHash, list] = [hashOf(frame), drawn.list.join('\n')];
  const open = { id, frame, frameHash, halves, seed: seedOf(frameHash, halves), list, listHash: hashOf(list) };
  const text = proofText(
    { ...open, halfHashes: [halfHash, hashOf(halves[1])] },
    {
      first:
        'Fixed when the approval was entered: the server half, by its hash. The frame: its number, the honours that passed.',
      second: 'Fixed by the machine: SHA-256 of the lines "<honour> <SHA-256 of its evidence>", sorted.',
      list: 'The honours that are named.',
    },
    [
      '# 4. Honours by lot, the smallest first. As many are named as the approval allows.',
      ...lotCommands(
        open.seed,
        frame
          .split('\n')
          .slice(1)
          .map((line) => line.split(' ')[1] ?? ''),
      ),
    ],
  );
  const hashes = { frame: frameHash, first: halfHash, second: hashOf(halves[1]), list: open.listHash };
  return { hashes, open: { frame, halves, text } };
}
