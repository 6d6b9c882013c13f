import type { Halves } from '../../surveys/wave/draw.ts';

/** The parts of a draw that hashes fix, in the order in which a page shows them. */
export const DRAW_PARTS = ['frame', 'first', 'second', 'list'] as const;
export type DrawPart = (typeof DRAW_PARTS)[number];

/** What is public of a draw. Frame, halves and the text that `sh` runs are there once it is over. */
export type PublishedDraw = {
  readonly hashes: Readonly<Partial<Record<DrawPart, string>>>;
  /** Where anybody reads the same without signing in, on this server. */
  readonly address?: string;
  readonly open?: { readonly frame: string; readonly halves: Halves; readonly text: string };
};
