import type { ComponentChildren } from 'preact';
import { serverNow } from '../state.ts';
import { dayText } from '../words.ts';
import { Lines } from './lines.tsx';
import type { DatedRow, DayOfRows } from './rows-by-day.ts';
import { rowsByDay } from './rows-by-day.ts';

/** Rows by day: what comes next, and folded below it what is over. */
export function Calendar<Row extends DatedRow & { readonly id: string }>({
  rows,
  none,
  past,
  children,
}: {
  readonly rows: readonly Row[];
  /** What is said if all is over. */
  readonly none: string;
  /** The heading over a number of past rows. */
  readonly past: (n: number) => string;
  readonly children: (row: Row) => ComponentChildren;
}) {
  const days = rowsByDay(rows, serverNow(), dayText);
  const over = days.past.reduce((n, day) => n + day.rows.length, 0);
  const show = ({ day, rows: own }: DayOfRows<Row>) => (
    <section key={day}>
      <h2>{day}</h2>
      <Lines rows={own} opens={(id) => ({ id })}>
        {children}
      </Lines>
    </section>
  );
  return (
    <>
      {days.ahead.map(show)}
      {days.ahead.length === 0 && over > 0 && <p class="state">{none}</p>}
      {over > 0 && (
        <details>
          <summary>{past(over)}</summary>
          {days.past.map(show)}
        </details>
      )}
    </>
  );
}
