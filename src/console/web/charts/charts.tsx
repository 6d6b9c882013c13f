import type { ScaleLinear } from 'd3-scale';
import { scaleBand, scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { word } from '../words.ts';

/** Draws at the measured width, so that text keeps its size on a phone. */
export function useWidth(): readonly [{ current: HTMLDivElement | null }, number] {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!box.current) return;
    const watch = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  return [box, width];
}

type Series = { readonly name: string; readonly className: string; readonly values: readonly number[] };

/** Lines over days, with the numbers as a table below. */
export function DayLines({
  title,
  days,
  series,
}: {
  readonly title: string;
  readonly days: readonly string[];
  readonly series: readonly Series[];
}) {
  const [box, width] = useWidth();
  const height = 180;
  const [left, bottom, top] = [32, 22, 8];
  const max = Math.max(1, ...series.flatMap(({ values }) => values));
  const x = scaleLinear([0, Math.max(1, days.length - 1)], [left, Math.max(left, width - 8)]);
  const y = scaleLinear([0, max], [height - bottom, top]).nice(4);
  const path = line<number>(
    (_, i) => x(i),
    (value) => y(value),
  );
  // A day's label needs some 75 px.
  const labels = Math.max(1, Math.min(4, Math.floor(width / 75)));
  const marks = days.map((_, i) => i).filter((i) => (days.length - 1 - i) % Math.ceil(days.length / labels) === 0);
  return (
    <Chart title={title} table={<DayTable days={days} series={series} />}>
      <div ref={box} class="plot">
        {width > 0 && (
          <svg width={width} height={height} role="img" aria-label={title}>
            <Grid y={y} left={left} right={width - 8} />
            {marks.map((i) => (
              <text key={i} class="axis" x={x(i)} y={height - 6} text-anchor={i === days.length - 1 ? 'end' : 'middle'}>
                {days[i]?.slice(5)}
              </text>
            ))}
            {series.map(({ name, className, values }) => (
              <path key={name} class={`line ${className}`} d={path(values) ?? ''} />
            ))}
          </svg>
        )}
      </div>
      <ul class="legend">
        {series.map(({ name, className }) => (
          <li key={name} class={className}>
            {name}
          </li>
        ))}
      </ul>
    </Chart>
  );
}

type GridProps = {
  readonly y: ScaleLinear<number, number>;
  readonly left: number;
  readonly right: number;
  readonly unit?: string;
};

/** Lines across a chart, each with its number on the left. */
export function Grid({ y, left, right, unit = '' }: GridProps) {
  return (
    <>
      {y.ticks(4).map((tick) => (
        <g key={tick} class="grid">
          <line x1={left} x2={right} y1={y(tick)} y2={y(tick)} />
          <text x={left - 6} y={y(tick)} dy="0.35em" text-anchor="end">
            {`${tick}${unit}`}
          </text>
        </g>
      ))}
    </>
  );
}

function DayTable({ days, series }: { readonly days: readonly string[]; readonly series: readonly Series[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{word('charts.day')}</th>
          {series.map(({ name }) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {days.map((day, i) => (
          <tr key={day}>
            <th scope="row">{day}</th>
            {series.map(({ name, values }) => (
              <td key={name}>{values[i]}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type Bar = { readonly name: string; readonly value: number; readonly text?: string };

/** Bars with their names and numbers; they read as a list. */
export function Bars({ title, bars }: { readonly title: string; readonly bars: readonly Bar[] }) {
  const [box, width] = useWidth();
  const rowHeight = 30;
  const height = bars.length * rowHeight;
  const label = Math.min(150, width * 0.42);
  const x = scaleLinear([0, Math.max(1, ...bars.map(({ value }) => value))], [0, Math.max(0, width - label - 56)]);
  const y = scaleBand(
    bars.map(({ name }) => name),
    [0, height],
  ).paddingInner(0.35);
  const table = (
    <table>
      <tbody>
        {bars.map(({ name, value, text }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{text ?? value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
  return (
    <Chart title={title} table={table}>
      <div ref={box} class="plot">
        {width > 0 && (
          <svg width={width} height={height} role="img" aria-label={title}>
            {bars.map(({ name, value, text }) => (
              <g key={name} transform={`translate(0 ${y(name) ?? 0})`}>
                <text x={0} y={y.bandwidth() / 2} dy="0.35em">
                  {shorten(name, label)}
                </text>
                <rect class="bar" x={label} width={x(value)} height={y.bandwidth()} />
                <text x={label + x(value) + 6} y={y.bandwidth() / 2} dy="0.35em">
                  {text ?? value}
                </text>
              </g>
            ))}
          </svg>
        )}
      </div>
    </Chart>
  );
}

/** Cuts a name to a width; a Chinese letter takes 14 px. */
function shorten(name: string, width: number): string {
  const most = Math.max(4, Math.floor(width / 14));
  return [...name].length > most ? `${[...name].slice(0, most - 1).join('')}…` : name;
}

/** A chart with its numbers as a table, which is built when it is opened. */
export function Chart({
  title,
  table,
  children,
}: {
  readonly title: string;
  readonly table: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  const [open, setOpen] = useState(false);
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      {children}
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{word('charts.table')}</summary>
        {open && table}
      </details>
    </figure>
  );
}
