import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { expect, test } from 'vitest';
import { reencode } from '../../src/cases/photos/reencode.ts';

function picture(width: number, height: number) {
  const data = Buffer.alloc(width * height * 4, 255);
  for (let i = 0; i < data.length; i += 4) data[i] = i % 256;
  return { width, height, data };
}

const JPEG = jpeg.encode(picture(64, 48), 90).data;

/** The photo with an EXIF segment behind its first marker, as a phone writes where it was taken. */
function withPlace(photo: Buffer): Buffer {
  const exif = Buffer.from('Exif\0\0GPSLatitude 31.4552 GPSLongitude 119.4434 周阿姨的手机');
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(exif.length + 2, 2);
  return Buffer.concat([photo.subarray(0, 2), head, exif, photo.subarray(2)]);
}

test('nothing but the picture is kept: no place, no camera', () => {
  const photo = withPlace(JPEG);
  expect(photo.includes('GPSLatitude')).toBe(true);
  const kept = Buffer.from(reencode(photo));
  expect(kept.includes('Exif\0\0GPS')).toBe(false);
  expect(kept.includes('31.4552')).toBe(false);
  const { width, height } = jpeg.decode(kept);
  expect([width, height]).toEqual([64, 48]);
});

test('a PNG becomes a JPEG', () => {
  const { width, height, data } = picture(20, 10);
  const png = new PNG({ width, height });
  data.copy(png.data);
  const kept = reencode(PNG.sync.write(png));
  expect([...kept.subarray(0, 2)]).toEqual([0xff, 0xd8]);
});

test('a large picture is made as small as a screen', () => {
  const { width, height } = jpeg.decode(reencode(jpeg.encode(picture(3000, 1500), 50).data));
  expect([width, height]).toEqual([2048, 1024]);
});

test('what unfolds to more than forty million pixels, and what is no picture, is not unfolded', () => {
  const bomb = PNG.sync.write(new PNG({ width: 8, height: 8 }));
  bomb.writeUInt32BE(60_000, 16);
  bomb.writeUInt32BE(60_000, 20);
  expect(() => reencode(bomb)).toThrow(/too many pixels/);
  const large = Buffer.from(JPEG);
  const frame = large.indexOf(Buffer.from([0xff, 0xc0]));
  large.writeUInt16BE(60_000, frame + 5);
  large.writeUInt16BE(60_000, frame + 7);
  expect(() => reencode(large)).toThrow();
  expect(() => reencode(Buffer.from('<svg onload="alert(1)"/>'))).toThrow(/neither/);
});
