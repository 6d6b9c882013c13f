import { useState } from 'preact/hooks';
import { mapLink } from '../../regions/map-link.ts';
import type { Ring } from '../../regions/region.ts';
import { polygonsOf } from '../../regions/region.ts';
import { regionTree } from '../../regions/region-tree.ts';
import { demoRegions } from '../city.ts';
import { LANGUAGE, word } from './words.ts';

type MapPoint = { readonly latitude: number; readonly longitude: number };

const REGIONS = demoRegions();
const TREE = regionTree(REGIONS);
const GROUNDS = REGIONS.flatMap(({ id, level, names, ground }) =>
  ground && (level === 'district' || level === 'community')
    ? [{ id, level, names, rings: polygonsOf(ground).flat() }]
    : [],
);
const ALL = GROUNDS.flatMap(({ rings }) => rings.flat());
const [WEST, EAST] = [Math.min(...ALL.map(([x]) => x)), Math.max(...ALL.map(([x]) => x))];
const [SOUTH, NORTH] = [Math.min(...ALL.map(([, y]) => y)), Math.max(...ALL.map(([, y]) => y))];
/** Margin around the city, in degrees. A place outside the city can be sent too. */
const MARGIN = 0.012;
const BOX = {
  x: WEST - MARGIN,
  y: SOUTH - MARGIN,
  width: EAST - WEST + 2 * MARGIN,
  height: NORTH - SOUTH + 2 * MARGIN,
};
/** Length of a degree of longitude relative to a degree of latitude, at 31.5° north. */
const LONGITUDE_SCALE = Math.cos((31.5 * Math.PI) / 180);
/** Step of one arrow key, in degrees. */
const STEP = 0.004;

type CityMapProps = {
  readonly onChoose: (place: MapPoint) => void;
  /** Shares a place as the map of an app does; absent where the phone's platform has no such messages. */
  readonly onShare?: ((title: string, url: string) => void) | undefined;
};

/** A map of the fictional city. A click sends its place; so do the arrow keys with Enter. */
export function CityMap({ onChoose, onShare }: CityMapProps) {
  const [shares, setShares] = useState(false);
  const [cross, setCross] = useState<MapPoint>({ latitude: 31.4552, longitude: 119.4434 });
  const at = (event: MouseEvent): MapPoint => {
    const box = (event.currentTarget as SVGElement).getBoundingClientRect();
    return {
      longitude: round(BOX.x + ((event.clientX - box.left) / box.width) * BOX.width),
      latitude: round(BOX.y + BOX.height - ((event.clientY - box.top) / box.height) * BOX.height),
    };
  };
  const choose = (place: MapPoint) => {
    const title = nameAt(place);
    return shares && onShare ? onShare(title, mapLink('amap', place, title)) : onChoose(place);
  };
  const press = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-STEP, 0],
      ArrowRight: [STEP, 0],
      ArrowUp: [0, STEP],
      ArrowDown: [0, -STEP],
    };
    const move = moves[event.key];
    if (move) setCross({ longitude: round(cross.longitude + move[0]), latitude: round(cross.latitude + move[1]) });
    else if (event.key === 'Enter' || event.key === ' ') choose(cross);
    else return;
    event.preventDefault();
  };
  const name = nameAt(cross);
  return (
    <div class="map">
      <button type="button" aria-label={word('map', { place: name })} onKeyDown={press}>
        {/* The svg handles clicks; the enclosing button handles keys. */}
        <svg
          viewBox={`0 0 ${BOX.width * LONGITUDE_SCALE * 1000} ${BOX.height * 1000}`}
          aria-hidden="true"
          onClick={(event) => choose(at(event))}
          onMouseMove={(event) => setCross(at(event))}
        >
          {GROUNDS.map(({ id, level, rings }) => (
            <path key={id} class={level} d={rings.map(pathOf).join('')} />
          ))}
          <circle class="cross" cx={across(cross.longitude)} cy={down(cross.latitude)} r="3" />
        </svg>
      </button>
      {onShare && (
        <label>
          <input type="checkbox" checked={shares} onChange={({ currentTarget }) => setShares(currentTarget.checked)} />
          {word('map_link')}
        </label>
      )}
      <p aria-live="polite">{word('map_here', { place: name })}</p>
    </div>
  );
}

function nameAt(place: MapPoint): string {
  const here = TREE.at(place);
  return (here && TREE.nameOf(here)?.[LANGUAGE]) ?? word('place_outside');
}

function pathOf(ring: Ring): string {
  return `M${ring.map(([x, y]) => `${across(x).toFixed(2)} ${down(y).toFixed(2)}`).join('L')}Z`;
}

function across(longitude: number): number {
  return (longitude - BOX.x) * LONGITUDE_SCALE * 1000;
}

function down(latitude: number): number {
  return (BOX.y + BOX.height - latitude) * 1000;
}

function round(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
