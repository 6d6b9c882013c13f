import type { LocalizedMessage } from '../delivery/outcome.ts';
import { png } from './png.ts';

/** Sizes in pixels. */
const WIDTH = 900;
const ROW = 84;
const MARGIN = { left: 90, right: 190, top: 30, bottom: 60 };
const PIXEL = 4;

const INK = [0x1f, 0x29, 0x37] as const;
const FAINT = [0xd8, 0xdd, 0xe3] as const;
const BAND = [0x7f, 0xb2, 0xe5] as const;
const DOT = [0x12, 0x5a, 0x9e] as const;
const AIM = [0xc2, 0x6a, 0x12] as const;

/** Digits as 5×7 dots, one number per row. The picture needs no font; its labels stand in the text below. */
const SIGNS: Readonly<Record<string, readonly number[]>> = {
  '0': [14, 17, 19, 21, 25, 17, 14],
  '1': [4, 12, 4, 4, 4, 4, 14],
  '2': [14, 17, 1, 2, 4, 8, 31],
  '3': [31, 2, 4, 2, 1, 17, 14],
  '4': [2, 6, 10, 18, 31, 2, 2],
  '5': [31, 16, 30, 1, 1, 17, 14],
  '6': [6, 8, 16, 30, 17, 17, 14],
  '7': [31, 1, 2, 4, 8, 8, 8],
  '8': [14, 17, 17, 14, 17, 17, 14],
  '9': [14, 17, 17, 15, 1, 2, 12],
  '%': [24, 25, 2, 4, 8, 19, 3],
  '.': [0, 0, 0, 0, 0, 12, 12],
};

type Colour = readonly [number, number, number];

/** Draws shares with their bounds, one numbered row each, on a scale from 0 to 100. Returns a PNG in base64. */
export function barsPicture(bars: NonNullable<LocalizedMessage['bars']>): string {
  const height = MARGIN.top + bars.length * ROW + MARGIN.bottom;
  const { PNG } = png();
  const picture = new PNG({ width: WIDTH, height });
  picture.data.fill(0xff);
  const fill = (x: number, y: number, w: number, h: number, [r, g, b]: Colour) => {
    for (let row = Math.max(0, Math.round(y)); row < Math.min(height, Math.round(y + h)); row += 1) {
      for (let column = Math.max(0, Math.round(x)); column < Math.min(WIDTH, Math.round(x + w)); column += 1) {
        picture.data.set([r, g, b, 0xff], (row * WIDTH + column) * 4);
      }
    }
  };
  const write = (text: string, x: number, y: number, colour: Colour) => {
    for (const [i, sign] of [...text].entries()) {
      for (const [row, dots] of (SIGNS[sign] ?? []).entries()) {
        for (let column = 0; column < 5; column += 1) {
          if ((dots >> (4 - column)) & 1) fill(x + (i * 6 + column) * PIXEL, y + row * PIXEL, PIXEL, PIXEL, colour);
        }
      }
    }
  };
  const at = (percent: number) => MARGIN.left + (percent / 100) * (WIDTH - MARGIN.left - MARGIN.right);
  for (const percent of [0, 25, 50, 75, 100]) {
    fill(at(percent), MARGIN.top - 10, 2, bars.length * ROW + 10, FAINT);
    write(String(percent), at(percent) - String(percent).length * 3 * PIXEL, height - 44, INK);
  }
  for (const [i, { percent, lo, hi, aim }] of bars.entries()) {
    const middle = MARGIN.top + i * ROW + ROW / 2;
    write(String(i + 1), 28, middle - 14, INK);
    fill(at(lo), middle - 11, Math.max(2, at(hi) - at(lo)), 22, BAND);
    fill(at(percent) - 4, middle - 20, 8, 40, DOT);
    if (aim !== undefined) fill(at(aim) - 1, middle - 30, 3, 60, AIM);
    write(`${percent}%`, WIDTH - MARGIN.right + 26, middle - 14, INK);
  }
  return PNG.sync.write(picture).toString('base64');
}
