import type { Lot } from '../../inspections/draw/draw-visits.ts';
import type { Redraw } from '../../inspections/draw/redraw.ts';
import { inOrderOfLot } from '../../surveys/wave/lot-order.ts';
import type { HonourId } from './honour.ts';

/** All that decides who is named under an approval besides the seed: its number, and the honours that passed. */
export type BasisFrame = { readonly number: number; readonly honours: readonly HonourId[] };

/** Writes a frame as lines; `sha256sum` of the text is its hash. */
export function basisFrameText({ number, honours }: BasisFrame): string {
  return [`number ${number}`, ...honours.toSorted().map((id) => `honour ${id}`)].join('\n');
}

function readBasisFrame(text: string): BasisFrame {
  const [first = '', ...lines] = text.split('\n').map((line) => line.split(' ')[1] ?? '');
  return { number: Number(first), honours: lines as HonourId[] }; // written by basisFrameText
}

/** The honours that are named: all that passed or, where more passed than the approval allows, those with the smallest lots. */
export function drawNamed({ number, honours }: BasisFrame, lot: Lot): readonly HonourId[] {
  return inOrderOfLot(honours, lot).slice(0, number);
}

/** Repeats the draw of an approval. It imports nothing of the store: a browser runs it too. */
export const BASIS_REDRAW: Redraw = {
  names: (text) => readBasisFrame(text).honours,
  list: (text, lot) => drawNamed(readBasisFrame(text), lot).join('\n'),
};
