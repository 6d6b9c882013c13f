import { lastCutBefore } from '../engine/cut-text.ts';
import type { Mark } from '../engine/input.ts';

type Piece = { readonly text: string; readonly marks: readonly Mark[] };

/** Places to cut a long text, best first: between paragraphs, lines, sentences, clauses, words. */
const CUTS = ['\n\n', '\n', /[。！？!?…]+[”’」』）)]*/g, /[；;]/g, /[，、,]/g, /\s/g] as const;

/** Splits a text into pieces of at most `max` UTF-16 units, the first of at most `firstMax`. Without loss, never within a character. */
export function splitText(text: string, marks: readonly Mark[], max: number, firstMax = max): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (let room = firstMax; text.length - from > room; room = max) {
    const to = from + cutBefore(text.slice(from, from + room + 1), room);
    pieces.push(pieceOf(text, marks, from, to));
    from = to;
  }
  pieces.push(pieceOf(text, marks, from, text.length));
  return pieces.filter((p) => p.text.length > 0);
}

/** Finds the best cut in a window. Only cuts in its second half count, so that no piece is tiny. */
function cutBefore(window: string, max: number): number {
  for (const cut of CUTS) {
    const place = lastEnd(window, cut, max);
    if (place > max / 2) return place;
  }
  return lastCutBefore(window, max);
}

function lastEnd(window: string, cut: string | RegExp, max: number): number {
  if (typeof cut === 'string') {
    const at = window.lastIndexOf(cut, max - cut.length);
    return at < 0 ? -1 : at + cut.length;
  }
  let end = -1;
  for (const match of window.matchAll(cut)) {
    const place = match.index + match[0].length;
    if (place <= max) end = place;
  }
  return end;
}

/** Cuts one piece out of a text, without the white space around it, and moves its marks along. */
function pieceOf(text: string, marks: readonly Mark[], from: number, to: number): Piece {
  const raw = text.slice(from, to);
  const trimmed = raw.replace(/^\s+|\s+$/g, '');
  const start = from + raw.length - raw.trimStart().length;
  const kept = marks.flatMap((mark) => {
    const a = Math.max(mark.offset, start);
    const b = Math.min(mark.offset + mark.length, start + trimmed.length);
    return a < b ? [{ ...mark, offset: a - start, length: b - a }] : [];
  });
  return { text: trimmed, marks: kept };
}
