import type { InspectionDraw } from './draw.ts';
import { drawAgain } from './draw-again.ts';
import { readFrame, stratumOf } from './frame.ts';
import { lotCommands, proofText } from './proof-text.ts';
import { INSPECTION_REDRAW } from './redraw.ts';

/** Writes a finished draw as a shell script. Undefined before the end, when halves and list are still sealed. */
export function drawProof(draw: InspectionDraw, frame: string, lot: (name: string) => string): string | undefined {
  const { id, state, frameHash = '', halfHashes = [], halves, seed, listHash = '' } = draw;
  if (state !== 'done' || !halves || !seed) return undefined;
  const list = INSPECTION_REDRAW.list(frame, lot);
  const strata = Map.groupBy(
    readFrame(frame).premises.filter(({ named }) => !named),
    stratumOf,
  );
  const text = proofText(
    { id, frame, frameHash, halves, halfHashes, seed, list, listHash },
    {
      first: 'Fixed before the auditor gave a half: the frame and the office half, by these hashes.',
      second: 'Fixed by the auditor, who did not know the office half.',
      list: 'The list of visits: premises, by lot or designated, checkers, items.',
    },
    [
      '# 4. Premises of each stratum, the smallest lot first.',
      ...[...strata.keys()].sort().flatMap((key) => [
        `# ${key}`,
        ...lotCommands(
          seed,
          (strata.get(key) ?? []).map((one) => one.id),
        ),
      ]),
      '',
      '# A pair line of the frame names two sides that do not check each other; a checker line the premises barred to that code.',
      '# 5. A checker: among those without a conflict and with the fewest visits, the smallest lot of this form.',
      `printf %s "${seed} <premises> <checker>" | sha256sum`,
      '# 6. An item: all key items, then eight with the smallest lots of this form; the number has two digits.',
      `printf %s "${seed} <premises> <number>" | sha256sum`,
    ],
  );
  const again = [
    '',
    '# 8. All of it drawn again from frame and seed. This takes some seconds; the hash must be that of the list.',
    `# ${listHash}`,
    ...drawAgain(id, seed),
  ];
  return `${text}${again.join('\n')}\n`;
}
