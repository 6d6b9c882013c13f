import type { BulletinPage } from '../../pages/bulletin.ts';
import { frameOf, placeIn, planeAt } from '../map/projection.ts';
import { word } from '../words.ts';

const WIDTH = 260;
const HEIGHT_MAX = 260;

/** A small map of the city: tiers as shades, streets with a weak point with a thick outline. */
export function StreetMap({ page: { map, streets, weakStreets } }: { readonly page: BulletinPage }) {
  const corners = map.flatMap(({ rings }) => rings.flat());
  const [first] = corners;
  if (!first) return null;
  const project = planeAt(first[1]);
  const planed = ([longitude, latitude]: readonly [number, number]) => project({ longitude, latitude });
  const frame = frameOf(corners.map(planed), WIDTH, HEIGHT_MAX);
  const text = (corner: readonly [number, number]) =>
    placeIn(frame, planed(corner))
      .map((one) => one.toFixed(1))
      .join(' ');
  const tierOf = (street: string) => streets.find(({ region }) => region === street)?.tier ?? 'none';
  const drawn = map.map(({ street, rings }) => ({
    street,
    path: rings.map((ring) => `M${ring.map(text).join('L')}Z`).join(''),
  }));
  const isWeak = ({ street }: { readonly street: string }) => weakStreets.includes(street);
  const tiers = [...new Set(streets.map(({ tier }) => tier ?? 'none'))];
  return (
    <figure class="street-map">
      <svg viewBox={`-2 -2 ${frame.width + 4} ${frame.height + 4}`} role="img" aria-label={word('bulletin.map')}>
        {/* Neighbours that are drawn later would cover a thick outline. */}
        {drawn
          .toSorted((a, b) => Number(isWeak(a)) - Number(isWeak(b)))
          .map(({ street, path }, i) => (
            <path key={i} d={path} class={`tier-${tierOf(street)}${isWeak({ street }) ? ' has-weak' : ''}`} />
          ))}
      </svg>
      <figcaption>
        {tiers.map((tier) => (
          <span key={tier} class={`tier-${tier}`}>
            {word(`bulletin.map_tier.${tier}`)}
          </span>
        ))}
        {weakStreets.length > 0 && <span class="has-weak">{word('bulletin.map_weak')}</span>}
      </figcaption>
    </figure>
  );
}
