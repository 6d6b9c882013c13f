import type { MapTiles } from '../../../map-tiles.ts';
import { fromWgs84 } from '../../../regions/datum.ts';
import type { Frame, Projection } from './projection.ts';
import { mercator, tilesIn } from './tile-layout.ts';

/** The plane of a tile server: Chinese maps shift every place, so the city's own places are shifted with them. */
export function planeOf({ datum }: MapTiles): Projection {
  return datum === 'wgs84' ? mercator : (point) => mercator(fromWgs84(point, datum));
}

/** The tiles below the city's polygons. A tile that does not come leaves its room empty. */
export function TileLayer({ frame, tiles }: { readonly frame: Frame; readonly tiles: MapTiles }) {
  return (
    <g>
      {tilesIn(frame, tiles).map(({ url, x, y, size }) => (
        <image key={url} href={url} x={x} y={y} width={size} height={size} preserveAspectRatio="none" />
      ))}
      <rect class="veil" width={frame.width} height={frame.height} />
    </g>
  );
}
