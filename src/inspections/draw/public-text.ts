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
      return hashesText(draw.id, hashesOf(draw));
    case 'done': {
      const frame = await loadFrameText(store, draw.id);
      return frame === undefined ? undefined : drawProof(draw, frame, (name) => lotOf(draw.seed ?? '', name));
    }
  }
}

function hashesOf({ frameHash, halfHashes: [first, second] = [], listHash }: InspectionDraw): DrawHashes {
  return {
    ...(frameHash ? { frame: frameHash } : {}),
    ...(first ? { first } : {}),
    ...(second ? { second } : {}),
    ...(listHash ? { list: listHash } : {}),
  };
}

/** The hashes of a draw that are fixed so far. */
export type DrawHashes = Readonly<Partial<Record<'frame' | 'first' | 'second' | 'list', string>>>;

/** The hashes alone: series, region and days would warn the premises of a visit. */
export function hashesText(id: string, { frame = '-', first = '-', second = '-', list = '-' }: DrawHashes): string {
  return `${[
    `# The draw ${id} is under way. These SHA-256 are fixed. Once it is done, this address has the text that repeats it.`,
    `${frame}  the frame`,
    `${first}  the first half`,
    `${second}  the second half`,
    `${list}  the list`,
  ].join('\n')}\n`;
}
