import { spawnSync } from 'node:child_process';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { reencode, withMemoryLimit } from '../../src/cases/photos/reencode.ts';

const RED = { r: 255, g: 0, b: 0, alpha: 1 };
const CLEAR = { r: 0, g: 0, b: 0, alpha: 0 };

const picture = (width: number, height: number, background = RED) =>
  sharp({ create: { width, height, channels: 4, background } });

async function encoded(photo: Buffer): Promise<Buffer> {
  const result = await reencode(photo);
  if ('problem' in result) throw new Error(result.problem);
  expect((await sharp(result.bytes).metadata()).format).toBe('jpeg');
  return Buffer.from(result.bytes);
}

async function sizeOf(photo: Buffer): Promise<readonly number[]> {
  const { width, height } = await sharp(photo).metadata();
  return [width, height];
}

/** Red, green and blue of one pixel. */
async function colourAt(photo: Buffer, left: number, top: number): Promise<readonly number[]> {
  const { data } = await sharp(photo)
    .extract({ left, top, width: 1, height: 1 })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [...data];
}

/** Adds an EXIF segment with a location after the first marker, as phones do. */
function withExif(photo: Buffer): Buffer {
  const exif = Buffer.from('Exif\0\0GPSLatitude 31.4552 GPSLongitude 119.4434 周阿姨的手机');
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(exif.length + 2, 2);
  return Buffer.concat([photo.subarray(0, 2), head, exif, photo.subarray(2)]);
}

test('re-encoding removes location and camera', async () => {
  const photo = withExif(await picture(64, 48).jpeg().toBuffer());
  expect(photo.includes('GPSLatitude')).toBe(true);
  const result = await encoded(photo);
  expect(result.includes('GPSLatitude')).toBe(false);
  expect(result.includes('31.4552')).toBe(false);
  expect(await sizeOf(result)).toEqual([64, 48]);
});

test('a photo of a phone that was held upright is stored upright', async () => {
  const lying = await picture(400, 300).jpeg().withMetadata({ orientation: 6 }).toBuffer();
  expect(await sizeOf(lying)).toEqual([400, 300]);
  expect(await sizeOf(await encoded(lying))).toEqual([300, 400]);
  // The left edge of the sensor is the top of the photo.
  const blue = {
    input: await picture(200, 300, { ...RED, r: 0, b: 255 })
      .png()
      .toBuffer(),
    left: 0,
    top: 0,
  };
  const halves = await picture(400, 300).composite([blue]).jpeg().withMetadata({ orientation: 6 }).toBuffer();
  const [top, bottom] = await Promise.all([20, 380].map(async (y) => colourAt(await encoded(halves), 150, y)));
  expect([top?.[2], bottom?.[0]].map((part = 0) => part > 200)).toEqual([true, true]);
});

test('PNG, WebP and GIF become a JPEG, and transparency becomes white', async () => {
  const clear = picture(20, 10, CLEAR);
  for (const photo of [
    await clear.clone().png().toBuffer(),
    await clear.clone().webp().toBuffer(),
    await clear.clone().gif().toBuffer(),
  ]) {
    const result = await encoded(photo);
    expect(await sizeOf(result)).toEqual([20, 10]);
    for (const part of await colourAt(result, 5, 5)) expect(part).toBeGreaterThan(250);
  }
});

test('of an animated GIF the first frame is kept', async () => {
  const frames = [RED, { ...RED, r: 0, b: 255 }].map((colour) => ({
    create: { width: 32, height: 16, channels: 4 as const, background: colour },
  }));
  const animated = await sharp(await Promise.all(frames.map((frame) => sharp(frame).png().toBuffer())), {
    join: { animated: true },
  })
    .gif()
    .toBuffer();
  expect((await sharp(animated).metadata()).pages).toBe(2);
  const result = await encoded(animated);
  expect(await sizeOf(result)).toEqual([32, 16]);
  const [red = 0, , blue = 255] = await colourAt(result, 8, 8);
  expect([red > 200, blue < 50]).toEqual([true, true]);
});

test('a photo that was cut short keeps what arrived', async () => {
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 40 };
  const whole = await sharp({ create: { width: 800, height: 600, channels: 3, background: RED, noise } })
    .jpeg()
    .toBuffer();
  expect(await sizeOf(await encoded(whole.subarray(0, whole.length / 2)))).toEqual([800, 600]);
  // Some cameras leave out the two bytes of the end.
  expect(await encoded(whole.subarray(0, -2))).toEqual(await encoded(whole));
});

test('a large photo is scaled to 2,048 pixels', async () => {
  expect(await sizeOf(await encoded(await picture(3000, 1500).jpeg().toBuffer()))).toEqual([2048, 1024]);
});

test('a file that claims too many pixels is refused before decoding', async () => {
  const png = await picture(8, 8).png().toBuffer();
  png.writeUInt32BE(60_000, 16);
  png.writeUInt32BE(60_000, 20);
  const jpeg = await picture(64, 48).jpeg().toBuffer();
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
  jpeg.writeUInt16BE(60_000, frame + 5);
  jpeg.writeUInt16BE(60_000, frame + 7);
  for (const bomb of [png, jpeg]) expect(await reencode(bomb)).toEqual({ problem: expect.stringMatching(/pixel/) });
});

test('a file whose decoder would hold too much at once is refused', async () => {
  const wide = picture(5100, 5100);
  const bombs = await Promise.all([
    wide.clone().png({ progressive: true, compressionLevel: 1 }).toBuffer(),
    wide.clone().jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer(),
  ]);
  for (const bomb of bombs) expect(await reencode(bomb)).toEqual({ problem: 'needs too much memory' });
});

test('a file of another kind is refused', async () => {
  for (const other of ['<svg xmlns="http://www.w3.org/2000/svg"/>', '%PDF-1.7', 'MZ', '\0\0\0\x18ftypheic', ''])
    expect(await reencode(Buffer.from(other))).toEqual({ problem: 'none of JPEG, PNG, WebP and GIF' });
});

test.runIf(process.platform === 'linux')('the decoder gets no more memory than its limit', () => {
  const script = (bytes: number) => [process.execPath, '-e', `Buffer.alloc(${bytes}, 1)`] as [string, ...string[]];
  const ends = (bytes: number) => spawnSync(...withMemoryLimit(script(bytes))).status === 0;
  expect([ends(50_000_000), ends(600_000_000)]).toEqual([true, false]);
});
