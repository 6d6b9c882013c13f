import { expect, test } from 'vitest';
import { openDecodedPhotos } from '../../src/console/decoded-photos.ts';

const bytes = new Uint8Array();

test('a photo that a form sends with each answer is decoded once', async () => {
  const decoded: Uint8Array[] = [];
  const decode = openDecodedPhotos(async (one) => {
    decoded.push(one);
    return { bytes: one };
  });
  const photo = new Uint8Array([1]);
  for (let call = 0; call < 3; call += 1) expect(await decode(photo, 'a')).toEqual({ bytes: photo });
  expect(decoded).toEqual([photo]);
  // Few photos stay in memory.
  for (let other = 0; other < 8; other += 1) await decode(bytes, `other ${other}`);
  await decode(photo, 'a');
  expect(decoded).toHaveLength(10);
});

test('a decoder that could not start is tried again', async () => {
  let starts = 0;
  const decode = openDecodedPhotos(async () => {
    starts += 1;
    if (starts === 1) throw new Error('EAGAIN');
    return { bytes };
  });
  await expect(decode(bytes, 'a')).rejects.toThrow('EAGAIN');
  expect(await decode(bytes, 'a')).toEqual({ bytes });
});
