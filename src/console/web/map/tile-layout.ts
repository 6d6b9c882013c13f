import type { Point } from '../../../engine/input.ts';
import type { MapTiles } from '../../../map-tiles.ts';
import type { Frame, Projection } from './projection.ts';

/** The plane of map tiles: the whole world is a square with sides of length 1 (web Mercator). */
export const mercator: Projection = ({ longitude, latitude }: Point) => [
  longitude / 360 + 0.5,
  0.5 - Math.asinh(Math.tan((latitude * Math.PI) / 180)) / (2 * Math.PI),
];

/** Side of a tile at its own zoom, px. */
const TILE_PX = 256;
const ZOOM_MAX = 18;
/** More tiles than any window shows; a wrong frame must not flood the tile server. */
const TILES_MAX = 64;

export type PlacedTile = {
  readonly url: string;
  readonly x: number; // px
  readonly y: number; // px
  readonly size: number; // px
};

/** Lists the tiles that cover a frame of the Mercator plane, at the zoom whose tiles are drawn at about their own size. */
export function tilesIn(frame: Frame, { url }: Pick<MapTiles, 'url'>): readonly PlacedTile[] {
  const { width, height, west, north, scale, left } = frame;
  const zoom = Math.max(0, Math.min(ZOOM_MAX, Math.round(Math.log2(scale / TILE_PX))));
  const across = 2 ** zoom;
  const size = scale / across;
  const clamp = (n: number) => Math.max(0, Math.min(across - 1, Math.floor(n)));
  const [firstX, lastX] = [clamp((west - left / scale) * across), clamp((west + (width - left) / scale) * across)];
  const [firstY, lastY] = [clamp(north * across), clamp((north + height / scale) * across)];
  if ((lastX - firstX + 1) * (lastY - firstY + 1) > TILES_MAX) return [];
  const tiles: PlacedTile[] = [];
  for (let y = firstY; y <= lastY; y += 1)
    for (let x = firstX; x <= lastX; x += 1)
      tiles.push({
        url: url.replace('{z}', String(zoom)).replace('{x}', String(x)).replace('{y}', String(y)),
        x: left + (x / across - west) * scale,
        y: (y / across - north) * scale,
        size,
      });
  return tiles;
}
