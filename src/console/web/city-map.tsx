import { scaleLinear } from 'd3-scale';
import type { Point } from '../../engine/input.ts';
import type { HomeMap } from '../home.ts';
import { useWidth } from './charts.tsx';
import { useData } from './use-data.ts';
import { word } from './words.ts';

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

/** The city's own polygons. Nothing is fetched from a map service. */
export function CityMap({ title, shadeOf, textOf, pins = [], onRegion, hrefOf, onPin }: CityMapProps) {
  const { data } = useData<HomeMap>('home/map');
  const [box, width] = useWidth();
  const points = data?.flatMap(({ rings }) => rings.flat()) ?? [];
  if (data && points.length === 0) return <p class="state">{word('map.none')}</p>;
  const [west, east] = [Math.min(...points.map(([x]) => x)), Math.max(...points.map(([x]) => x))];
  const [south, north] = [Math.min(...points.map(([, y]) => y)), Math.max(...points.map(([, y]) => y))];
  // A degree of longitude is shorter than one of latitude.
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const ratio = (north - south) / ((east - west) * shrink || 1);
  const height = Math.min(HEIGHT_MAX, Math.round(width * ratio)) || 1;
  const drawn = height / ratio;
  const x = scaleLinear([west, east], [(width - drawn) / 2, (width + drawn) / 2]);
  const y = scaleLinear([south, north], [height, 0]);
  const pathOf = (rings: HomeMap[number]['rings']) =>
    rings.map((ring) => `M${ring.map(([a, b]) => `${x(a).toFixed(1)} ${y(b).toFixed(1)}`).join('L')}Z`).join('');
  return (
    <figure class="map">
      <div ref={box} class="plot">
        {width > 0 && data && (
          <svg width={width} height={height}>
            <title>{title}</title>
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
            {pins.map(({ id, label, point, className = '' }) => (
              <a
                key={id}
                href={`?case=${id}`}
                aria-label={label}
                onClick={(event) => {
                  event.preventDefault();
                  onPin?.(id);
                }}
              >
                <circle class={`pin ${className}`} cx={x(point.longitude)} cy={y(point.latitude)} r="7">
                  <title>{label}</title>
                </circle>
              </a>
            ))}
          </svg>
        )}
      </div>
      <figcaption>{word('map.schematic')}</figcaption>
    </figure>
  );
}
