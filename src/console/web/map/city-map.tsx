import { useEffect, useState } from 'preact/hooks';
import type { Point } from '../../../engine/input.ts';
import type { MapTiles } from '../../../map-tiles.ts';
import type { HomeMap } from '../../pages/home.ts';
import { useWidth } from '../charts/charts.tsx';
import { me } from '../state.ts';
import { useData } from '../use-data.ts';
import { word } from '../words.ts';
import { frameOf, placeIn, planeAt } from './projection.ts';

export type MapPin = {
  readonly id: string;
  readonly label: string;
  readonly point: Point;
  readonly className?: string;
};

type CityMapProps = {
  readonly title: string;
  /** The shade of a region, 0 to 1; undefined: none. */
  readonly shadeOf?: (region: string) => number | undefined;
  readonly textOf?: (region: string) => string;
  readonly pins?: readonly MapPin[];
  readonly onRegion?: (region: string) => void;
  readonly hrefOf?: (region: string) => string;
  readonly onPin?: (id: string) => void;
};

/** Longest height of the map, px. */
const HEIGHT_MAX = 420;
const SHADES = 5;

type TileModule = typeof import('./tile-layer.tsx');

/** Loads the code of the tile layer, if the city has one; the map is shown without it meanwhile. */
function useTileLayer(tiles: MapTiles | undefined): TileModule | undefined {
  const [layer, setLayer] = useState<TileModule>();
  useEffect(() => {
    if (tiles) void import('./tile-layer.tsx').then((loaded) => setLayer(() => loaded));
  }, [tiles]);
  return layer;
}

function pointOf([longitude, latitude]: readonly [number, number]): Point {
  return { longitude, latitude };
}

function placeText([x, y]: readonly [number, number]): string {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}

/** The city's own polygons, on map tiles if the city has set a server of them. */
export function CityMap({ title, shadeOf, textOf, pins = [], onRegion, hrefOf, onPin }: CityMapProps) {
  const { data } = useData<HomeMap>('home/map');
  const [box, width] = useWidth();
  const tiles = me.value?.tiles;
  const layer = useTileLayer(tiles);
  const corners = data?.flatMap(({ rings }) => rings.flat()).map(pointOf) ?? [];
  if (data && corners.length === 0) return <p class="state">{word('map.none')}</p>;
  const project = layer && tiles ? layer.planeOf(tiles) : planeAt(corners[0]?.latitude ?? 0);
  const frame = frameOf(corners.map(project), width, HEIGHT_MAX);
  const at = (point: Point) => placeIn(frame, project(point));
  const pathOf = (rings: HomeMap[number]['rings']) =>
    rings.map((ring) => `M${ring.map((corner) => placeText(at(pointOf(corner)))).join('L')}Z`).join('');
  const placed = pins.map((pin) => ({ ...pin, place: at(pin.point) }));
  return (
    <figure class="map">
      <div ref={box} class="plot">
        {width > 0 && data && (
          <svg width={width} height={frame.height} class={layer ? 'on-tiles' : ''}>
            <title>{title}</title>
            {layer && tiles && <layer.TileLayer frame={frame} tiles={tiles} />}
            {data.map(({ id, name, rings }) => {
              const shade = shadeOf?.(id);
              const text = `${name} ${textOf?.(id) ?? ''}`;
              const level = shade === undefined ? 0 : Math.min(SHADES, Math.ceil(shade * SHADES));
              const path = (
                <path d={pathOf(rings)} class={`region shade-${level}`}>
                  <title>{text}</title>
                </path>
              );
              if (!onRegion) return <g key={id}>{path}</g>;
              // The table below the map has the same links for the keyboard.
              return (
                <a
                  key={id}
                  href={hrefOf?.(id) ?? ''}
                  tabIndex={-1}
                  aria-label={text}
                  onClick={(event) => {
                    event.preventDefault();
                    onRegion(id);
                  }}
                >
                  {path}
                </a>
              );
            })}
            {placed.map(({ id, label, place: [x, y], className = '' }) => (
              <a
                key={id}
                href={`?case=${id}`}
                aria-label={label}
                onClick={(event) => {
                  event.preventDefault();
                  onPin?.(id);
                }}
              >
                <circle class={`pin ${className}`} cx={x} cy={y} r="7">
                  <title>{label}</title>
                </circle>
              </a>
            ))}
          </svg>
        )}
      </div>
      <figcaption>
        {word('map.schematic')}
        {layer && ` ${tiles?.attribution}`}
      </figcaption>
    </figure>
  );
}
