import { readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { frameOf, placeIn } from '../../src/console/web/map/projection.ts';
import { mercator, tilesIn } from '../../src/console/web/map/tile-layout.ts';
import { giveDemoRoles } from '../../src/demo/people.ts';
import type { Running } from '../../src/open.ts';
import { builtPage } from '../../src/page-build/page-files.ts';
import { fromWgs84 } from '../../src/regions/datum.ts';
import { CHROMIUM, launchChromium, shoot, violationsOn } from '../chromium.ts';
import { copyDemoData, openDemo } from '../demo-app.ts';
import { memoryFolder } from '../memory-folder.ts';

const NINGBO = { latitude: 29.87, longitude: 121.55 };
const TILES = { url: 'https://t.example/{z}/{x}/{y}' };

describe('the layout of tiles', () => {
  test('a place lies in the tile that the tile servers give it', () => {
    // The example of the OpenStreetMap wiki, "Slippy map tilenames".
    const [x, y] = mercator({ latitude: 51.51202, longitude: 0.02435 });
    expect([Math.floor(x * 2 ** 17), Math.floor(y * 2 ** 17)]).toEqual([65544, 43582]);
    expect(mercator({ latitude: 0, longitude: -180 }).map((n) => Number(n.toFixed(9)))).toEqual([0, 0.5]);
  });

  test.each([300, 390, 1000])('tiles cover a map %i px wide without a gap, and only it', (width) => {
    const corners = [NINGBO, { latitude: 30.02, longitude: 121.8 }].map(mercator);
    const frame = frameOf(corners, width, 420);
    const tiles = tilesIn(frame, TILES);
    const size = tiles[0]?.size ?? 0;
    expect(size).toBeGreaterThan(256 / 1.5);
    expect(size).toBeLessThan(256 * 1.5);
    const [left, right] = [Math.min(...tiles.map(({ x }) => x)), Math.max(...tiles.map(({ x }) => x + size))];
    const [top, bottom] = [Math.min(...tiles.map(({ y }) => y)), Math.max(...tiles.map(({ y }) => y + size))];
    expect(left).toBeLessThanOrEqual(0);
    expect(left).toBeGreaterThan(-size);
    expect(right).toBeGreaterThanOrEqual(frame.width);
    expect(right).toBeLessThan(frame.width + size + 1);
    expect(top).toBeLessThanOrEqual(0);
    expect(bottom).toBeGreaterThanOrEqual(frame.height);
    expect(tiles).toHaveLength(Math.round(((right - left) / size) * ((bottom - top) / size)));
    // A place is drawn on the tile that holds it.
    const [x, y] = placeIn(frame, corners[0] ?? [0, 0]);
    const tile = tiles.find((one) => one.x <= x + 0.01 && x < one.x + size && one.y <= y && y <= one.y + size + 0.01);
    const [, zoom = 0, column = 0] = /\/(\d+)\/(\d+)\/\d+$/.exec(tile?.url ?? '')?.map(Number) ?? [];
    expect(column).toBe(Math.floor((corners[0]?.[0] ?? 0) * 2 ** zoom + 1e-9));
  });

  test('a frame of the whole world at a high zoom asks for no flood of tiles', () => {
    const frame = { width: 100_000, height: 100_000, west: 0, north: 0, scale: 100_000, left: 0 };
    expect(tilesIn(frame, TILES)).toEqual([]);
  });
});

describe.skipIf(!CHROMIUM)('the map on tiles', { timeout: 60_000 }, () => {
  let browser: Browser;
  let page: Page;
  let running: Running;
  let folder: string;
  const asked: string[] = [];
  const troubles: string[] = [];
  const server = createServer(async (request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(200, { 'content-type': 'image/png', 'cross-origin-resource-policy': 'cross-origin' });
    const create = { width: 256, height: 256, channels: 3, background: '#cde' } as const;
    response.end(await sharp({ create }).png().toBuffer());
  });

  beforeAll(async () => {
    folder = memoryFolder('anlin-tiles-');
    const launched = launchChromium();
    await copyDemoData(folder);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const env = {
      MAP_TILES: `http://127.0.0.1:${port}/{z}/{x}/{y}.png`,
      MAP_TILES_DATUM: 'gcj02',
      MAP_TILES_ATTRIBUTION: '© 测试图源',
    };
    const demo = await openDemo({ folder, at: '10:00', env });
    running = demo.running;
    await giveDemoRoles(running.store, demo.simulator.world, demo.simulator.world.now());
    browser = await launched;
    page = await (await browser.newContext({ viewport: { width: 1280, height: 860 }, locale: 'zh-CN' })).newPage();
    page.on('pageerror', ({ message }) => troubles.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 401/.test(message.text())) troubles.push(message.text());
    });
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await running.close();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('tiles lie below the polygons, shifted into the datum of their server, with their source named', async () => {
    const address = `http://127.0.0.1:${running.web.port}/console`;
    const answer = await page.goto(address);
    const policy = answer?.headers()['content-security-policy'] ?? '';
    expect(policy).toContain("frame-ancestors 'self' https://web.telegram.org");
    expect(answer?.headers()['x-frame-options']).toBeUndefined();
    expect(policy).toContain(`img-src 'self' data: blob: http://127.0.0.1:${(server.address() as AddressInfo).port};`);
    await page
      .getByRole('button', { name: /平安办/ })
      .first()
      .click();
    await page.getByRole('heading', { name: '工作台' }).waitFor();
    await page.goto(`${address}/cases?stage=all&view=map`);
    await page.locator('svg.on-tiles image').first().waitFor();
    await expect.poll(() => asked.length).toBeGreaterThan(0);
    await page.getByText('© 测试图源').waitFor();
    // The first corner of the first polygon lies where its shifted place lies on the tile that holds it.
    const drawn = await page.evaluate(async () => {
      const map = (await (await fetch('/console/api/home/map', { headers: { 'x-anlin-page': '1' } })).json()) as {
        readonly rings: readonly (readonly (readonly [number, number])[])[];
      }[];
      const path = document.querySelector('.region')?.getAttribute('d') ?? '';
      const tiles = [...document.querySelectorAll('svg.on-tiles image')].map((tile) => ({
        href: tile.getAttribute('href') ?? '',
        x: Number(tile.getAttribute('x')),
        y: Number(tile.getAttribute('y')),
        size: Number(tile.getAttribute('width')),
      }));
      return { corner: map[0]?.rings[0]?.[0], path, tiles };
    });
    const [longitude = 0, latitude = 0] = drawn.corner ?? [];
    const [px = 0, py = 0] = /^M([\d.-]+) ([\d.-]+)/.exec(drawn.path)?.slice(1).map(Number) ?? [];
    const tile = drawn.tiles.find(({ x, y, size }) => x <= px && px < x + size && y <= py && py < y + size);
    const [zoom = 0, column = 0, row = 0] =
      /(\d+)\/(\d+)\/(\d+)\.png$/
        .exec(tile?.href ?? '')
        ?.slice(1)
        .map(Number) ?? [];
    const [mx, my] = mercator(fromWgs84({ longitude, latitude }, 'gcj02'));
    const size = tile?.size ?? 1;
    expect(mx * 2 ** zoom - column).toBeCloseTo((px - (tile?.x ?? 0)) / size, 2);
    expect(my * 2 ** zoom - row).toBeCloseTo((py - (tile?.y ?? 0)) / size, 2);
    for (const theme of ['light', 'dark'] as const)
      for (const width of [1280, 390, 320]) {
        await page.emulateMedia({ colorScheme: theme });
        await page.setViewportSize({ width, height: 860 });
        expect(await violationsOn(page), `${theme} ${width}`).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        await shoot(page, `tiles-${theme}-${width}`);
      }
    expect(troubles).toEqual([]);
  });

  test('its code is loaded apart and small', () => {
    const built = join(builtPage('console'), 'assets');
    const [layer, ...more] = readdirSync(built).filter((name) => /^tile-layer.*\.js\.br$/.test(name));
    expect(more).toEqual([]);
    expect(statSync(join(built, layer ?? '')).size).toBeLessThan(15_000);
  });
});
