/** A row of a calendar. Times in ms since the epoch. */
export type DatedRow = { readonly from: number; readonly until: number };

/** Rows under the day of their beginning. */
export type DayOfRows<Row> = { readonly day: string; readonly rows: readonly Row[] };

/** Groups rows by day: those that are not over, the next first, and those that are, the latest first. */
export function rowsByDay<Row extends DatedRow>(
  rows: readonly Row[],
  now: number,
  dayOf: (at: number) => string,
): { readonly ahead: readonly DayOfRows<Row>[]; readonly past: readonly DayOfRows<Row>[] } {
  const inOrder = rows.toSorted((a, b) => a.from - b.from);
  const grouped = (some: readonly Row[]) =>
    [...Map.groupBy(some, ({ from }) => dayOf(from))].map(([day, own]) => ({ day, rows: own }));
  const isOver = ({ until }: Row) => until <= now;
  return {
    ahead: grouped(inOrder.filter((row) => !isOver(row))),
    past: grouped(inOrder.filter(isOver).reverse()),
  };
}
