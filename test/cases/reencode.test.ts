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

/** Adds an EXIF segment with a location after the first marker, as phones do. */
function withExif(photo: Buffer): Buffer {
  const exif = Buffer.from('Exif\0\0GPSLatitude 31.4552 GPSLongitude 119.4434 周阿姨的手机');
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(exif.length + 2, 2);
  return Buffer.concat([photo.subarray(0, 2), head, exif, photo.subarray(2)]);
}

test('re-encoding removes location and camera', () => {
  const photo = withExif(JPEG);
  expect(photo.includes('GPSLatitude')).toBe(true);
  const encoded = Buffer.from(reencode(photo));
  expect(encoded.includes('Exif\0\0GPS')).toBe(false);
  expect(encoded.includes('31.4552')).toBe(false);
  const { width, height } = jpeg.decode(encoded);
  expect([width, height]).toEqual([64, 48]);
});

test('a PNG becomes a JPEG', () => {
  const { width, height, data } = picture(20, 10);
  const png = new PNG({ width, height });
  data.copy(png.data);
  const encoded = reencode(PNG.sync.write(png));
  expect([...encoded.subarray(0, 2)]).toEqual([0xff, 0xd8]);
});

test('a large photo is scaled to 2,048 pixels', () => {
  const { width, height } = jpeg.decode(reencode(jpeg.encode(picture(3000, 1500), 50).data));
  expect([width, height]).toEqual([2048, 1024]);
});

test('a file with more than forty million pixels, or one that is no image, is refused before decoding', () => {
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
