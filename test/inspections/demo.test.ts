import { expect, test } from 'vitest';
import { cityOf } from '../../src/city/city.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import { verifyDraw } from '../../src/console/web/verify-draw.ts';
import { demoCityData } from '../../src/demo/city.ts';
import { inspectionWrites } from '../../src/demo/history/inspections.ts';
import { drawProof } from '../../src/inspections/draw/draw-proof.ts';
import { INSPECTION_REDRAW } from '../../src/inspections/draw/redraw.ts';
import { keysOf } from '../../src/store/keys.ts';
import type { Store } from '../../src/store/store.ts';
import { lotOf } from '../../src/surveys/wave/draw.ts';

const NOW = Date.parse('2026-11-22T02:00:00Z');
const store = { keys: keysOf('demo'), seal: (text: string) => text } as unknown as Store;

test('the demo begins with a finished draw and one under way, the same at every start', async () => {
  const city = cityOf({ ...NEW_CITY, ...demoCityData() }, []);
  const writes = inspectionWrites(store, city, NOW);
  expect(JSON.stringify(inspectionWrites(store, city, NOW))).toBe(JSON.stringify(writes));
  const records = writes.flatMap(([command, key, ...rest]) =>
    command === 'HSET' && rest.map(String).includes('record') ? [{ key, record: JSON.parse(String(rest[3])) }] : [],
  );
  const draws = records.filter(({ key }) => key.includes('inspection-draw')).map(({ record }) => record);
  expect(draws.map(({ state }) => state)).toEqual(['done', 'drawn']);
  const [done, drawn] = draws;
  const frame = String(writes.find(([, key]) => key === store.keys.drawFrame(done.id))?.[2]);
  expect(drawProof(done, frame, (name) => lotOf(done.seed, name))).toContain(done.listHash);
  expect(drawn.halves).toBeUndefined();
  // The browser repeats the draw from what is published, and sees each part that was changed.
  const hashes = {
    frame: done.frameHash,
    first: done.halfHashes[0],
    second: done.halfHashes[1],
    list: done.listHash,
  };
  const open = { frame, halves: done.halves, text: '' };
  const all = { frame: true, first: true, second: true, list: true };
  expect(await verifyDraw({ hashes, open }, INSPECTION_REDRAW)).toEqual(all);
  const swapped = frame.replace(/ lot$/m, ' named');
  expect(await verifyDraw({ hashes, open: { ...open, frame: swapped } }, INSPECTION_REDRAW)).toEqual({
    ...all,
    frame: false,
    list: false,
  });
  const ground = { ...open, halves: [done.halves[0], 'f'.repeat(64)] as const };
  expect(await verifyDraw({ hashes, open: ground }, INSPECTION_REDRAW)).toEqual({
    ...all,
    second: false,
    list: false,
  });
  const visits = records.filter(({ key }) => key.includes('visit:')).map(({ record }) => record);
  const states = Object.groupBy(visits, ({ of, state }) => `${of} ${state}`);
  expect(Object.keys(states).sort()).toEqual([
    'draw_demo0001 left',
    'draw_demo0001 missed',
    'draw_demo0002 left',
    'draw_demo0002 told',
  ]);
});
