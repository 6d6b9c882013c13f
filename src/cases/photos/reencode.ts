import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';

/** More pixels than any phone's photo; a small file that decodes to more is an attack. */
const PIXELS_MAX = 40_000_000;
const MEMORY_MAX_MB = 512;
/** Longest side in pixels: enough for a screen, and the size that FixMyStreet keeps. */
const SIDE_MAX = 2048;
const QUALITY = 82;

type Pixels = { readonly width: number; readonly height: number; readonly data: Uint8Array };

/**
 * Re-encodes a photo as a JPEG without metadata, at most 2,048 pixels a side. Location, camera and thumbnails are dropped.
 * Throws for a file that is neither JPEG nor PNG, or has more than 40 million pixels.
 */
export function reencode(bytes: Uint8Array): Uint8Array {
  const { width, height, data } = shrink(decode(bytes));
  return jpeg.encode({ width, height, data }, QUALITY).data;
}

function decode(bytes: Uint8Array): Pixels {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) {
    const caps = { maxResolutionInMP: PIXELS_MAX / 1e6, maxMemoryUsageInMB: MEMORY_MAX_MB };
    return jpeg.decode(bytes, { useTArray: true, formatAsRGBA: true, tolerantDecoding: true, ...caps });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // The first chunk holds the size, so the check needs no decoding.
  if (bytes.length < 24 || view.getUint32(0) !== 0x89504e47) throw new Error('neither a JPEG nor a PNG');
  if (view.getUint32(16) * view.getUint32(20) > PIXELS_MAX) throw new Error('too many pixels');
  return PNG.sync.read(Buffer.from(bytes));
}

/** Scales down by averaging: dropping pixels would add moiré patterns. */
function shrink(pixels: Pixels): Pixels {
  const factor = Math.max(pixels.width, pixels.height) / SIDE_MAX;
  if (factor <= 1) return pixels;
  const width = Math.max(1, Math.floor(pixels.width / factor));
  const height = Math.max(1, Math.floor(pixels.height / factor));
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    const [top, bottom] = [Math.floor(y * factor), Math.max(Math.floor((y + 1) * factor), Math.floor(y * factor) + 1)];
    for (let x = 0; x < width; x += 1) {
      const [left, right] = [
        Math.floor(x * factor),
        Math.max(Math.floor((x + 1) * factor), Math.floor(x * factor) + 1),
      ];
      const sum = [0, 0, 0, 0];
      for (let py = top; py < bottom && py < pixels.height; py += 1) {
        for (let px = left; px < right && px < pixels.width; px += 1) {
          const at = (py * pixels.width + px) * 4;
          for (let c = 0; c < 4; c += 1) sum[c] = (sum[c] ?? 0) + (pixels.data[at + c] ?? 0);
        }
      }
      const count = Math.max(1, (Math.min(bottom, pixels.height) - top) * (Math.min(right, pixels.width) - left));
      for (let c = 0; c < 4; c += 1) data[(y * width + x) * 4 + c] = Math.round((sum[c] ?? 0) / count);
    }
  }
  return { width, height, data };
}
