import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { photoName } from '../../src/cases/photos/photo-name.ts';
import { storePhoto } from '../../src/cases/photos/store-photo.ts';

test('one photo that arrives twice at the same moment is stored once, without an error', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'anlin-photos-'));
  const name = photoName('case_x', 'same');
  const bytes = new Uint8Array(300_000).fill(7);
  await Promise.all(Array.from({ length: 8 }, () => storePhoto(folder, name, bytes)));
  expect(readdirSync(folder)).toHaveLength(1);
  rmSync(folder, { recursive: true });
});
