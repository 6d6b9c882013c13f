import type { Lot } from './draw-visits.ts';
import { drawVisits, listText, twoDigits } from './draw-visits.ts';
import { readFrame } from './frame.ts';

/** Repeats a draw from the text of its frame: all names that have a lot, and the list that follows from the lots. */
export type Redraw = {
  readonly names: (frame: string) => readonly string[];
  readonly list: (frame: string, lot: Lot) => string;
};

/** Repeats a drawn inspection. */
export const INSPECTION_REDRAW: Redraw = {
  names: (text) => {
    const { premises, checkers, items } = readFrame(text);
    return premises.flatMap(({ id, series }) => [
      id,
      ...checkers.map(({ code }) => `${id} ${code}`),
      ...items.flatMap((item) => (item.series === series ? [`${id} ${twoDigits(item.no)}`] : [])),
    ]);
  },
  list: (text, lot) => listText(drawVisits(readFrame(text), lot)),
};
