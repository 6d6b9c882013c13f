import { onUse } from '../on-use.ts';
import { png } from './png.ts';

const qrcode = onUse<typeof import('qrcode-generator')>('qrcode-generator');

/** Module width in pixels; the quiet zone is four modules (ISO/IEC 18004, 9.1). */
const MODULE_PIXELS = 12;
const QUIET_MODULES = 4;

/** Draws a text as a QR code for print. Returns a PNG in base64. */
export function qrPicture(text: string): string {
  const code = qrcode()(0, 'M');
  code.addData(text);
  code.make();
  const side = (code.getModuleCount() + 2 * QUIET_MODULES) * MODULE_PIXELS;
  const { PNG } = png();
  const picture = new PNG({ width: side, height: side, colorType: 0 });
  picture.data.fill(0xff);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const [row, column] = [y, x].map((at) => Math.floor(at / MODULE_PIXELS) - QUIET_MODULES) as [number, number];
      const inside = Math.min(row, column) >= 0 && Math.max(row, column) < code.getModuleCount();
      if (inside && code.isDark(row, column)) picture.data.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3);
    }
  }
  return PNG.sync.write(picture, { colorType: 0 }).toString('base64');
}
