import type { Halves } from '../../surveys/wave/draw.ts';

/** All parts of a draw that is over. */
type OpenDraw = {
  /** Stands in the names of the files that the text writes. */
  readonly id: string;
  readonly frame: string;
  readonly frameHash: string;
  readonly halves: Halves;
  readonly halfHashes: readonly string[];
  readonly seed: string;
  readonly list: string;
  readonly listHash: string;
};

/**
 * Writes a draw as a shell script: what was fixed in which order, each hash again by sha256sum, the lots, and the list.
 * `by` tells how frame and halves were fixed; `lots` are the commands of steps 4 to 6.
 */
export function proofText(
  { id, frame, frameHash, halves, halfHashes, seed, list, listHash }: OpenDraw,
  by: { readonly first: string; readonly second: string; readonly list: string },
  lots: readonly string[],
): string {
  const [first, second] = halves;
  return `${[
    `# The draw ${id}. Run this text with sh: each command prints the value in the line above it.`,
    '',
    `# 1. ${by.first}`,
    `cat > ${id}-frame.txt <<'END'`,
    frame,
    'END',
    `# ${frameHash}  the frame, without its last newline`,
    `printf %s "$(cat ${id}-frame.txt)" | sha256sum`,
    `# ${halfHashes[0]}  the first half`,
    `printf %s "${first}" | sha256sum`,
    `# 2. ${by.second}`,
    `# ${halfHashes[1]}  the second half`,
    `printf %s "${second}" | sha256sum`,
    '# 3. The seed follows from frame and halves.',
    `# ${seed}`,
    `printf %s "${frameHash} ${first} ${second}" | sha256sum`,
    '',
    ...lots,
    '',
    `# 7. ${by.list} Its hash was published at the draw.`,
    `cat > ${id}-list.txt <<'END'`,
    list,
    'END',
    `# ${listHash}`,
    `printf %s "$(cat ${id}-list.txt)" | sha256sum`,
  ].join('\n')}\n`;
}

/** The commands that print the lots of some names, the smallest first. `suffix` follows each name. */
export function lotCommands(seed: string, names: readonly string[], suffix = ''): readonly string[] {
  return [
    `for p in ${names.join(' ')}; do`,
    `  printf '%s %s\\n' "$(printf %s "${seed} $p${suffix}" | sha256sum | cut -c1-64)" "$p"`,
    'done | sort',
  ];
}
