import type { Metadata } from 'sharp';
import sharp from 'sharp';

// One photo from standard input becomes one JPEG on standard output. The process ends with 1 and the reason if it cannot.

/** More pixels than a phone's photo has; a small file that decodes to more is an attack. */
const PIXELS_MAX = 50_000_000;
/** Limit of the bytes that a decoder holds at once where it cannot read line by line. */
const HELD_BYTES_MAX = 100_000_000;
/** Longest side in pixels: enough for a screen, and the size that FixMyStreet keeps. */
const SIDE_MAX = 2048;
const QUALITY = 82;

/** First bytes of the accepted formats. libvips would read more formats, SVG among them. */
const SIGNATURES: readonly (readonly [offset: number, bytes: string])[] = [
  [0, '\xff\xd8\xff'],
  [0, '\x89PNG\r\n\x1a\n'],
  [0, 'GIF8'],
  [8, 'WEBP'],
];

try {
  process.stdout.end(await encode(await bytesOf(process.stdin)));
} catch (error) {
  process.exitCode = 1;
  process.stderr.write(error instanceof Error ? error.message : String(error));
}

/** Turns the photo upright, puts transparency on white, and drops location, camera and thumbnails. */
async function encode(bytes: Buffer): Promise<Buffer> {
  if (!SIGNATURES.some(([at, said]) => bytes.toString('latin1', at, at + said.length) === said))
    throw new Error('none of JPEG, PNG, WebP and GIF');
  sharp.cache(false);
  sharp.concurrency(1);
  // A truncated photo still shows the hazard, so what can be read is kept.
  const photo = sharp(bytes, { failOn: 'none', limitInputPixels: PIXELS_MAX, sequentialRead: true });
  if (heldBytes(await photo.metadata()) > HELD_BYTES_MAX) throw new Error('needs too much memory');
  return photo
    .autoOrient()
    .resize({ width: SIDE_MAX, height: SIDE_MAX, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: QUALITY })
    .toBuffer();
}

/** Bytes that the decoder holds at once: 0 if it reads line by line. */
function heldBytes({ format, width, height, isProgressive, chromaSubsampling }: Metadata): number {
  const pixels = width * height;
  if (format === 'jpeg') return isProgressive ? pixels * (chromaSubsampling === '4:2:0' ? 3 : 6) : 0;
  return format === 'png' && !isProgressive ? 0 : pixels * 4;
}

async function bytesOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
