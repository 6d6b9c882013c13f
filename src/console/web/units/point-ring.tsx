import type { UnitPage } from '../../pages/unit-page.ts';
import { word } from '../words.ts';

const PARTS = ['computed', 'checked', 'claimed', 'na', 'missing'] as const;
const RADIUS = 54;
const ROUND = 2 * Math.PI * RADIUS;

/** The points of a round as a ring: where each comes from. The list beside it says the same in figures. */
export function PointRing({ parts, score }: { readonly parts: UnitPage['parts']; readonly score: string | undefined }) {
  const all = PARTS.reduce((sum, part) => sum + parts[part], 0) || 1;
  let before = 0;
  return (
    <div class="ring">
      <svg viewBox="0 0 140 140" role="img" aria-label={word('units.points')}>
        {PARTS.map((part) => {
          const length = (parts[part] / all) * ROUND;
          const offset = -before;
          before += length;
          return (
            <circle
              key={part}
              class={`ring-${part}`}
              cx="70"
              cy="70"
              r={RADIUS}
              stroke-dasharray={`${length} ${ROUND - length}`}
              stroke-dashoffset={offset}
              transform="rotate(-90 70 70)"
            />
          );
        })}
        <text x="70" y="79" text-anchor="middle">
          {score ?? '–'}
        </text>
      </svg>
      <ul>
        {PARTS.map((part) => (
          <li key={part}>
            <span class={`swatch ring-${part}`} /> {word(`units.parts.${part}`)} {parts[part].toFixed(1)}
          </li>
        ))}
      </ul>
      <p>{word(score === undefined ? 'units.no_score' : 'units.of_hundred')}</p>
    </div>
  );
}
