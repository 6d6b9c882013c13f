import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { PublicNumber } from '../../pages/surveys.ts';
import { dayText, word } from '../words.ts';
import { Chart, Grid, useWidth } from './charts.tsx';

type Shown = Extract<PublicNumber, { readonly type: 'shown' }>;
type TrendProps = {
  readonly title: string;
  readonly points: readonly { readonly at: number; readonly number: PublicNumber }[];
  readonly textOf: (number: PublicNumber) => string;
};

/** A share over the waves with the band of its interval. A wave that shows nothing leaves a gap. */
export function Trend({ title, points, textOf }: TrendProps) {
  const [box, width] = useWidth();
  const shown = points.map(({ number }) => (number.type === 'shown' ? number : undefined));
  if (shown.filter((one) => one !== undefined).length < 2) return null;
  const [height, left, bottom, top] = [150, 40, 22, 8];
  const x = scaleLinear([0, points.length - 1], [left, Math.max(left, width - 30)]);
  const y = scaleLinear([0, 100], [height - bottom, top]);
  const isShown = (one: Shown | undefined) => one !== undefined;
  const band = area<Shown | undefined>()
    .defined(isShown)
    .x((_, i) => x(i))
    .y0((one) => y(one?.lo ?? 0))
    .y1((one) => y(one?.hi ?? 0));
  const path = line<Shown | undefined>()
    .defined(isShown)
    .x((_, i) => x(i))
    .y((one) => y(one?.percent ?? 0));
  const table = (
    <table>
      <tbody>
        {points.map(({ at, number }) => (
          <tr key={at}>
            <th scope="row">{dayText(at)}</th>
            <td>{textOf(number)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
  return (
    <Chart title={word('surveys.trend')} table={table}>
      <div ref={box} class="plot">
        {width > 0 && (
          <svg width={width} height={height} role="img" aria-label={`${title} ${word('surveys.trend')}`}>
            <Grid y={y} left={left} right={width - 8} unit="%" />
            <path class="trend-band" d={band(shown) ?? ''} />
            <path class="line filed" d={path(shown) ?? ''} />
            {points.map(({ at }, i) => (
              <text key={at} class="axis" x={x(i)} y={height - 6} text-anchor={i === 0 ? 'start' : 'end'}>
                {i === 0 || i === points.length - 1 ? dayText(at) : ''}
              </text>
            ))}
          </svg>
        )}
      </div>
    </Chart>
  );
}
