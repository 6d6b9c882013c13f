import type { Store } from '../../store/store.ts';
import { lotOf } from '../../surveys/wave/draw.ts';
import type { InspectionDraw } from './draw.ts';
import { drawProof } from './draw-proof.ts';
import { loadFrameText } from './draw-store.ts';

/**
 * Writes what anybody may read of a draw: its hashes while it is under way, all of it once it is done. Undefined for a plan, and
 * for a draw that was called off.
 */
export async function publicText(store: Store, draw: InspectionDraw): Promise<string | undefined> {
  switch (draw.state) {
    case 'draft':
    case 'called_off':
      return undefined;
    case 'committed':
    case 'drawn':
      return hashesText(draw);
    case 'done': {
      const frame = await loadFrameText(store, draw.id);
      return frame === undefined ? undefined : drawProof(draw, frame, (name) => lotOf(draw.seed ?? '', name));
    }
  }
}

/** The hashes alone: series, region and days would warn the premises of a visit. */
function hashesText({
  id,
  frameHash = '-',
  halfHashes: [first = '-', second = '-'] = [],
  listHash = '-',
}: InspectionDraw) {
  return `${[
    `# The draw ${id} is under way. These SHA-256 are fixed. Once it is done, this address has the text that repeats it.`,
    `${frameHash}  the frame`,
    `${first}  the first half`,
    `${second}  the second half`,
    `${listHash}  the list`,
  ].join('\n')}\n`;
}
