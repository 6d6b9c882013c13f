import { scaleLinear } from 'd3-scale';
import type { ScoreRow, ShownScore } from '../../pages/score-rows.ts';
import { Chart, useWidth } from '../charts/charts.tsx';
import { setParams } from '../router.ts';
import { word } from '../words.ts';

/** Points with their bounds. */
export function scoreText({ points, lo, hi }: ShownScore): string {
  return word('score.points', { points, lo, hi });
}

/** The place of a region in words: an interval of ranks, never one rank. */
export function placeText({ place, moved }: ScoreRow): string {
  if (!place) return '';
  const change = moved ? ` ${word(`score.moved.${moved}`)}` : '';
  return word('score.place', { from: place.from, to: place.to, ties: place.ties }) + change;
}

type BarsProps = { readonly title: string; readonly rows: readonly ScoreRow[] };

const ROW = 34;

/** Scores as bars with whiskers, coloured by tier; a bar opens its region. */
export function ScoreBars({ title, rows }: BarsProps) {
  const [box, width] = useWidth();
  const label = Math.min(130, width * 0.34);
  const x = scaleLinear([0, 100], [label, Math.max(label, width - 62)]);
  const table = (
    <table>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <th scope="row">{row.name}</th>
            <td>{row.score ? scoreText(row.score) : word('score.too_little')}</td>
            <td>{placeText(row)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
  return (
    <Chart title={title} table={table}>
      <div ref={box} class="plot">
        {width > 0 && (
          <svg width={width} height={rows.length * ROW + 20} role="img" aria-label={title}>
            {[0, 50, 100].map((tick) => (
              <g key={tick} class="grid">
                <line x1={x(tick)} x2={x(tick)} y1={0} y2={rows.length * ROW} />
                <text x={x(tick)} y={rows.length * ROW + 15} text-anchor="middle">
                  {tick}
                </text>
              </g>
            ))}
            {rows.map((row, i) => (
              // biome-ignore lint/a11y/noStaticElementInteractions: the list of buttons below does the same by keys
              <g
                key={row.id}
                class="score-row"
                transform={`translate(0 ${i * ROW})`}
                onClick={() => setParams({ region: row.id })}
              >
                <rect class="hit" width={width} height={ROW} />
                <text x={0} y={ROW / 2} dy="0.35em">
                  {row.name}
                </text>
                {row.score ? (
                  <>
                    <rect
                      class={`bar ${row.place?.tier ?? 'level'}`}
                      x={label}
                      y={9}
                      width={Math.max(0, x(row.score.points) - label)}
                      height={ROW - 18}
                    />
                    <path
                      class="whisker"
                      d={`M${x(row.score.lo)} ${ROW / 2}H${x(row.score.hi)}M${x(row.score.lo)} 12V22M${x(row.score.hi)} 12V22`}
                    />
                    <text x={width} y={ROW / 2} dy="0.35em" text-anchor="end">
                      {row.score.points}
                      {word('score.unit')}
                    </text>
                  </>
                ) : (
                  <text class="soft" x={label} y={ROW / 2} dy="0.35em">
                    {word('score.too_little')}
                  </text>
                )}
              </g>
            ))}
          </svg>
        )}
      </div>
      <ul class="score-chips">
        {rows.map((row) => (
          <li key={row.id}>
            <button type="button" onClick={() => setParams({ region: row.id })}>
              {row.name}
              {row.place && <span class={`tier ${row.place.tier}`}>{word(`score.tier.${row.place.tier}`)}</span>}
            </button>
          </li>
        ))}
      </ul>
    </Chart>
  );
}
