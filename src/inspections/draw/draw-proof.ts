import type { InspectionDraw } from './draw.ts';
import type { DrawnVisit } from './draw-visits.ts';
import { drawVisits, listText } from './draw-visits.ts';
import { readFrame } from './frame.ts';

/** The visits of a frame with lots from a function, and their list. */
export function listOf(frameText: string, lot: (name: string) => string): readonly DrawnVisit[] {
  return drawVisits(readFrame(frameText), lot);
}

/**
 * Writes a finished draw as a shell script: it states what was published when, prints each hash again with sha256sum, and
 * orders the premises by lot. Undefined before the end, when halves and list are still sealed.
 */
export function drawProof(draw: InspectionDraw, frameText: string, lot: (name: string) => string): string | undefined {
  const { id, state, frameHash = '', halfHashes = [], halves, seed, listHash = '' } = draw;
  if (state !== 'done' || !halves || !seed) return undefined;
  const [office, auditor] = halves;
  const list = listText(listOf(frameText, lot));
  const premises = readFrame(frameText).premises.filter(({ named }) => !named);
  const strata = Map.groupBy(premises, ({ series, street }) => `${series} ${street}`);
  const keys = [...strata.keys()].sort();
  return `${[
    `# The draw ${id}. Run this text with sh: each command prints the value in the line above it.`,
    '',
    '# 1. Fixed before the auditor gave a half: the frame and the office half, by these hashes.',
    `cat > ${id}-frame.txt <<'END'`,
    frameText,
    'END',
    `# ${frameHash}  the frame, without its last newline`,
    `printf %s "$(cat ${id}-frame.txt)" | sha256sum`,
    `# ${halfHashes[0]}  the office half`,
    `printf %s "${office}" | sha256sum`,
    '# 2. Fixed by the auditor, who did not know the office half.',
    `# ${halfHashes[1]}  the auditor half`,
    `printf %s "${auditor}" | sha256sum`,
    '# 3. The seed follows from frame and halves.',
    `# ${seed}`,
    `printf %s "${frameHash} ${office} ${auditor}" | sha256sum`,
    '',
    '# 4. Premises of each stratum, the smallest lot first.',
    ...keys.flatMap((key) => [
      `# ${key}`,
      `for p in ${(strata.get(key) ?? []).map((one) => one.id).join(' ')}; do`,
      `  printf '%s %s\\n' "$(printf %s "${seed} $p" | sha256sum | cut -c1-64)" "$p"`,
      'done | sort',
    ]),
    '',
    '# 5. A checker: among those without a conflict and with the fewest visits, the smallest lot of this form.',
    `printf %s "${seed} <premises> <checker>" | sha256sum`,
    '# 6. An item: all key items, then eight with the smallest lots of this form; the number has two digits.',
    `printf %s "${seed} <premises> <number>" | sha256sum`,
    '',
    '# 7. The list of visits: premises, by lot or designated, checkers, items. Its hash was published at the draw.',
    `cat > ${id}-list.txt <<'END'`,
    list,
    'END',
    `# ${listHash}`,
    `printf %s "$(cat ${id}-list.txt)" | sha256sum`,
  ].join('\n')}\n`;
}
