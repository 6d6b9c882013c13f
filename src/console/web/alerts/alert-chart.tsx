import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { AlertPage } from '../../pages/alerts.ts';
import { Chart, Grid, useWidth } from '../charts/charts.tsx';
import { ColumnHeads } from '../column-heads.tsx';
import { dayText, shortDayText, word } from '../words.ts';

const WEEK_MS = 7 * 86_400_000;
const [HEIGHT, LEFT, RIGHT, BOTTOM, TOP] = [220, 32, 8, 22, 24] as const;

/** Reports a week as bars, the usual number as a line, chance as a band, and what explains a week behind them. */
export function AlertChart({ alert }: { readonly alert: AlertPage }) {
  const [box, width] = useWidth();
  const { weeks, marks } = alert;
  const title = word('alerts.chart', { what: alert.what, where: alert.where });
  const [first, last] = [weeks[0]?.from ?? 0, (weeks.at(-1)?.from ?? 0) + WEEK_MS];
  const x = scaleLinear([first, last], [LEFT, Math.max(LEFT, width - RIGHT)]);
  const max = Math.max(4, ...weeks.flatMap(({ count, upper }) => [count, upper]));
  const y = scaleLinear([0, max], [HEIGHT - BOTTOM, TOP]).nice(4);
  const middle = ({ from }: { readonly from: number }) => x(from + WEEK_MS / 2);
  type Week = AlertPage['weeks'][number];
  const band = area<Week>()
    .x(middle)
    .y0(y(0))
    .y1(({ upper }) => y(upper));
  const usual = line<Week>()
    .x(middle)
    .y(({ expected }) => y(expected));
  const barWidth = Math.max(2, (x(first + WEEK_MS) - x(first)) * 0.6);
  const isOwn = ({ from }: Week) => from >= alert.from && from < alert.until;
  const labels = weeks.filter((_, i) => (weeks.length - 1 - i) % Math.ceil(weeks.length / 4) === 0);
  return (
    <Chart title={title} table={<WeekTable weeks={weeks} />}>
      <div ref={box} class="plot">
        {width > 0 && (
          <svg width={width} height={HEIGHT} role="img" aria-label={title}>
            {marks.map(({ type, title: about, from, until }) => {
              const [left, right] = [Math.max(x(from), LEFT), Math.min(x(until), width - RIGHT)];
              return (
                <g key={`${type} ${from}`}>
                  <rect
                    class={`mark ${type}`}
                    x={left}
                    y={TOP}
                    width={Math.max(2, right - left)}
                    height={HEIGHT - BOTTOM - TOP}
                  >
                    <title>{about}</title>
                  </rect>
                  <text class="mark-sign" x={(left + right) / 2} y={TOP - 6} text-anchor="middle">
                    {type === 'rain' ? '☔' : '📣'}
                  </text>
                </g>
              );
            })}
            <path class="trend-band" d={band([...weeks]) ?? ''} />
            <Grid y={y} left={LEFT} right={width - RIGHT} />
            {weeks.map((week) => (
              <rect
                key={week.from}
                class={isOwn(week) ? 'bar alarm' : 'bar'}
                x={middle(week) - barWidth / 2}
                y={y(week.count)}
                width={barWidth}
                height={Math.max(0, y(0) - y(week.count))}
              >
                <title>{word('alerts.week', { day: dayText(week.from), count: week.count })}</title>
              </rect>
            ))}
            <path class="line usual" d={usual([...weeks]) ?? ''} />
            {labels.map((week) => (
              <text key={week.from} class="axis" x={middle(week)} y={HEIGHT - 6} text-anchor="middle">
                {shortDayText(week.from)}
              </text>
            ))}
          </svg>
        )}
      </div>
      <ul class="legend">
        <li class="alarm-word">{word('alerts.legend.alarm')}</li>
        <li class="usual">{word('alerts.legend.usual')}</li>
        <li class="band-word">{word('alerts.legend.band')}</li>
        {marks.some(({ type }) => type === 'rain') && <li class="plain">☔ {word('alerts.legend.rain')}</li>}
        {marks.some(({ type }) => type === 'campaign') && <li class="plain">📣 {word('alerts.legend.campaign')}</li>}
      </ul>
    </Chart>
  );
}

function WeekTable({ weeks }: { readonly weeks: AlertPage['weeks'] }) {
  return (
    <table>
      <ColumnHeads
        columns={['week', 'count', 'usual', 'limit', 'note']}
        label={(name) => word(`alerts.columns.${name}`)}
      />
      <tbody>
        {weeks.map(({ from, count, expected, upper, rain, campaign }) => (
          <tr key={from}>
            <th scope="row">{dayText(from)}</th>
            <td>{count}</td>
            <td>{expected.toFixed(1)}</td>
            <td>{upper.toFixed(1)}</td>
            <td>{`${rain ? '☔' : ''}${campaign ? '📣' : ''}`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
