import type { BulletinPage } from '../../pages/bulletin.ts';
import { word } from '../words.ts';

type BandProps = { readonly lo: number; readonly hi: number; readonly at: number; readonly label: string };

/** A share of 0–100 with its bounds: a bar up to the share, and a whisker from bound to bound. */
export function Band({ lo, hi, at, label }: BandProps) {
  return (
    <svg class="whisker" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label={label}>
      <rect class="scale" width="100" height="10" />
      <rect class="filled" width={at} height="10" />
      <rect class="whisk" x={lo} y="4" width={Math.max(0.4, hi - lo)} height="2" />
      <rect class="whisk" x={lo} y="2" width="0.6" height="6" />
      <rect class="whisk" x={Math.max(lo, hi - 0.6)} y="2" width="0.6" height="6" />
    </svg>
  );
}

/** More lines than these are set smaller, so that the page holds them. */
const FEW = 16;

/** Scores of streets in the order of their regions, never of their scores. A tier is a word, not a place. */
export function StreetBars({ streets }: Pick<BulletinPage, 'streets'>) {
  return (
    <table class={streets.length > FEW ? 'streets many' : 'streets'}>
      <tbody>
        {streets.map(({ region, name, score, lo, hi, tier }) => (
          <tr key={region}>
            <th scope="row">{name}</th>
            <td class="bar-cell">
              {score !== undefined && <Band lo={lo ?? score} hi={hi ?? score} at={score} label={`${name} ${score}`} />}
            </td>
            <td class="number">{score === undefined ? tierText(tier) : scoreText(score, lo ?? score, hi ?? score)}</td>
            <td class="tier">{score !== undefined && tier && tierText(tier)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Of other streets a lead reads the tier alone, also on a phone, where bars have no column of tiers. */
function tierText(tier: BulletinPage['streets'][number]['tier']): string {
  return tier ? word(`bulletin.tier.${tier}`) : word('bulletin.too_little');
}

function scoreText(score: number, lo: number, hi: number): string {
  return word('bulletin.score', { score: score.toFixed(1), lo: lo.toFixed(1), hi: hi.toFixed(1) });
}
