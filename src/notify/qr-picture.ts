import { onUse } from '../on-use.ts';
import { png } from './png.ts';

const qrcode = onUse<typeof import('qrcode-generator')>('qrcode-generator');

/** Module width in pixels; the quiet zone is four modules (ISO/IEC 18004, 9.1). */
const MODULE_PIXELS = 12;
const QUIET_MODULES = 4;

/** Encodes a text as the modules of a QR code, quiet zone included. */
function modulesOf(text: string): { readonly size: number; readonly isDark: (row: number, column: number) => boolean } {
  const code = qrcode()(0, 'M');
  code.addData(text);
  code.make();
  const count = code.getModuleCount();
  return {
    size: count + 2 * QUIET_MODULES,
    isDark: (y, x) => {
      const [row, column] = [y - QUIET_MODULES, x - QUIET_MODULES];
      return Math.min(row, column) >= 0 && Math.max(row, column) < count && code.isDark(row, column);
    },
  };
}

/** Draws a text as a QR code for print. Returns a PNG in base64. */
export function qrPicture(text: string): string {
  const { size, isDark } = modulesOf(text);
  const side = size * MODULE_PIXELS;
  const { PNG } = png();
  const picture = new PNG({ width: side, height: side, colorType: 0 });
  picture.data.fill(0xff);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      if (isDark(Math.floor(y / MODULE_PIXELS), Math.floor(x / MODULE_PIXELS)))
        picture.data.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3);
    }
  }
  return PNG.sync.write(picture, { colorType: 0 }).toString('base64');
}

/** Draws a text as a QR code: an SVG path of its dark modules, in a square of `size` units. */
export function qrPath(text: string): { readonly size: number; readonly path: string } {
  const { size, isDark } = modulesOf(text);
  let path = '';
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const from = x;
      while (isDark(y, x)) x += 1;
      if (x > from) path += `M${from} ${y}h${x - from}v1H${from}z`;
    }
  }
  return { size, path };
}
