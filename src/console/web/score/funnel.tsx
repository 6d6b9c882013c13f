import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { useState } from 'preact/hooks';
import type { FunnelMark, ScorePage } from '../../pages/score.ts';
import { Chart, Grid, useWidth } from '../charts/charts.tsx';
import { word } from '../words.ts';

/** Half-widths of the 95 % and the 99.8 % limits, in standard deviations. */
const WIDTHS = [1.959964, 3.090232] as const;
const STEPS = 60;

type FunnelProps = { readonly funnels: ScorePage['funnels'] };

/** The funnel of one indicator at a time. */
export function Funnels({ funnels }: FunnelProps) {
  const usable = funnels.filter(({ marks }) => marks.length > 0);
  const [code, setCode] = useState<string>();
  const shown = usable.find((one) => one.code === code) ?? usable[0];
  if (!shown) return <p class="state">{word('score.no_funnel')}</p>;
  return (
    <section>
      <label>
        {word('score.columns.indicator')}{' '}
        <select value={shown.code} onChange={(event) => setCode(event.currentTarget.value)}>
          {usable.map((one) => (
            <option key={one.code} value={one.code}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      <Funnel {...shown} />
      <p class="note">{word('score.funnel_note')}</p>
    </section>
  );
}

function Funnel({ name, m, tau2, marks }: ScorePage['funnels'][number]) {
  const [box, width] = useWidth();
  const [height, left, bottom, top] = [280, 44, 26, 8];
  const most = Math.max(10, ...marks.map(({ n }) => n)) * 1.08;
  const x = scaleLinear([0, most], [left, Math.max(left, width - 12)]);
  const y = scaleLinear([0, 100], [height - bottom, top]);
  const limit = (k: number, sign: number) =>
    line<number>(
      (n) => x(n),
      (n) => y(100 * limitAt(n, m, tau2, sign * k)),
    )(Array.from({ length: STEPS }, (_, i) => (most * (i + 1)) / STEPS)) ?? '';
  const table = (
    <table>
      <tbody>
        {marks.map((mark) => (
          <tr key={mark.name}>
            <th scope="row">{mark.name}</th>
            <td>{markText(mark)}</td>
            <td>{mark.outside ? word('score.outside') : ''}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
  return (
    <Chart title={name} table={table}>
      <div ref={box} class="plot">
        {width > 0 && (
          <svg width={width} height={height} role="img" aria-label={name}>
            <Grid y={y} left={left} right={width - 12} unit="%" />
            <path class="line filed" d={`M${left} ${y(100 * m)}H${width - 12}`} />
            {WIDTHS.flatMap((k, i) =>
              [-1, 1].map((sign) => <path key={`${k} ${sign}`} class={`limit l${i}`} d={limit(k, sign)} />),
            )}
            {marks.map((mark) => (
              <circle
                key={mark.name}
                class={mark.outside ? 'dot outside' : 'dot'}
                cx={x(mark.n)}
                cy={y((100 * mark.y) / mark.n)}
                r={5}
              >
                <title>{`${mark.name} ${markText(mark)}`}</title>
              </circle>
            ))}
            <text class="axis" x={width - 12} y={height - 6} text-anchor="end">
              n = {Math.round(most)}
            </text>
          </svg>
        )}
      </div>
    </Chart>
  );
}

/** The limit of a share at `n`: sin²(asin √m + k · √(1/4n + τ²)). */
function limitAt(n: number, m: number, tau2: number, k: number): number {
  const angle = Math.asin(Math.sqrt(m)) + k * Math.sqrt(1 / (4 * n) + tau2);
  return Math.sin(Math.min(Math.PI / 2, Math.max(0, angle))) ** 2;
}

function markText({ y, n }: FunnelMark): string {
  return word('score.share', { percent: Math.round((100 * y) / n), y: Math.round(y), n: Math.round(n) });
}
