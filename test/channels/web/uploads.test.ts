import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openUploads } from '../../../src/channels/web/uploads.ts';

test('one photo that several browsers send at the same moment is kept for each of them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'anlin-uploads-'));
  const uploads = openUploads(folder);
  const photo = new Uint8Array(300_000).fill(7);
  photo.set([0xff, 0xd8, 0xff]);
  const names = await Promise.all(Array.from({ length: 8 }, () => uploads.keep(photo)));
  expect(new Set(names).size).toBe(1);
  expect(readdirSync(folder)).toEqual([names[0]]);
  expect(new Uint8Array(await uploads.read(names[0] ?? ''))).toEqual(photo);
  rmSync(folder, { recursive: true });
});
