import type { Wave } from './wave.ts';

/** Writes how to repeat the draw of a counted wave with sha256sum; undefined for a draw without halves or before the count. */
export function drawProof(wave: Wave): string | undefined {
  const { id, halves, halfHashes = ['', ''], frameHash = '', seed = '', seedHash = '', secondBy } = wave;
  if (!halves) return undefined;
  const [office, second] = halves;
  const lines = [
    `# The draw of ${id}: its parts in the order in which they were fixed, then the commands that print them again.`,
    `# office half    ${office}`,
    `#   its SHA-256  ${halfHashes[0]}`,
    `# frame SHA-256  ${frameHash}`,
    `# second half    ${second}`,
    `#   its SHA-256  ${halfHashes[1]}`,
    secondBy
      ? '#   by the auditor, who did not know the office half, after frame and office half were fixed'
      : '#   by the server, before the frame was fixed; that no other halves were tried before is not proven',
    `# seed           ${seed}`,
    `#   its SHA-256  ${seedHash}`,
    '',
    `sha256sum ${id}-frame.txt`,
    `printf %s "${office}" | sha256sum`,
    `printf %s "${second}" | sha256sum`,
    `printf %s "${[frameHash, ...halves].join(' ')}" | sha256sum`,
    '',
    '# The lot of a member; within a stratum the smallest lot comes first.',
    `printf %s "${seed} <member number>" | sha256sum`,
  ];
  return `${lines.join('\n')}\n`;
}
