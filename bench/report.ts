/** One metric of one subject over all rounds. */
export type Row = {
  readonly bench: string;
  readonly subject: string;
  readonly metric: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
};

/** A target, and the value reached in this run. */
export type Target = {
  readonly what: string;
  readonly value: number;
  readonly bound: number;
  readonly at: 'least' | 'most';
  readonly unit: string;
  /** What the least possible program takes in the same run: a target below it is out of reach. */
  readonly floor?: { readonly by: string; readonly value: number };
};

/** Makes a row from the values of all rounds. */
export function rowOf(bench: string, subject: string, metric: string, unit: string, values: readonly number[]): Row {
  const figures = {
    median: rounded(median(values)),
    min: rounded(Math.min(...values)),
    max: rounded(Math.max(...values)),
  };
  return { bench, subject, metric, ...figures, unit };
}

/** Returns the median; NaN for an empty list. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** Returns the median of the ratios of two subjects in the same round; NaN without rounds. */
export function ratioOf<T>(runs: readonly T[] = [], peers: readonly T[] = [], of: (run: T) => number): number {
  const others = peers.map(of);
  return median(runs.map((run, i) => of(run) / (others[i] ?? Number.NaN)));
}

/** Returns a percentile, interpolated between neighbours; NaN for an empty list. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = ((sorted.length - 1) * percent) / 100;
  const [low = Number.NaN, high = low] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low + (high - low) * (place - Math.floor(place));
}

/** Words the range of the calibration times, as a measure of the machine's noise. */
export function noiseOf(calibrations: readonly number[]): string {
  const [least, most] = [Math.min(...calibrations), Math.max(...calibrations)].map((ms) => ms.toFixed(2));
  return `Times are normalised by a calibration loop beside each run. The loop took ${least}–${most} ms (median ${median(calibrations).toFixed(2)}), which shows this machine's noise.`;
}

/** The judged targets of all benches of this run. */
const allJudged: (readonly string[])[] = [];

/** Prints the targets of all benches as one Markdown table. docs/benchmarks.md holds it. */
export function printAllTargets(): void {
  const head = ['target', 'reached', 'wanted', ''];
  const lines = [head, head.map(() => '---'), ...allJudged].map((cells) => `| ${cells.join(' | ')} |`);
  console.log(`\n## all targets\n\n${lines.join('\n')}\n`);
}

/** Prints the rows as JSON lines, or as a table with one line per subject and one column per metric. */
export function print(
  rows: readonly Row[],
  targets: readonly Target[],
  footer: readonly string[],
  json: boolean,
): void {
  if (json) {
    for (const row of rows) console.log(JSON.stringify(row));
    return;
  }
  const metrics = [...new Map(rows.map(({ metric, unit }) => [metric, unit]))];
  const head = ['', ...metrics.map(([metric, unit]) => (unit ? `${metric} (${unit})` : metric))];
  const lines = [...Map.groupBy(rows, ({ subject }) => subject)].map(([subject, own]) => [
    subject,
    ...metrics.map(([metric]) => figures(own.find((row) => row.metric === metric))),
  ]);
  console.log(`\n${aligned([head, ...lines])}`);
  const judgedNow = targets.map(judged);
  const [bench = ''] = rows.map((row) => row.bench);
  allJudged.push(...judgedNow.map(([what = '', ...figures]) => [`${bench}: ${what}`, ...figures]));
  if (targets.length > 0) console.log(`\n${aligned([['target', 'reached', 'wanted', ''], ...judgedNow])}`);
  if (footer.length > 0) console.log(`\n${footer.join('\n')}\n`);
}

function judged({ what, value, bound, at, unit, floor }: Target): readonly string[] {
  const meets = (reached: number) => (at === 'least' ? reached >= bound : reached <= bound);
  const missed =
    floor && Number.isFinite(floor.value) && !meets(floor.value)
      ? `out of reach: ${floor.by} ${rounded(floor.value)}${unit}`
      : 'not met';
  const wanted = `${at === 'least' ? '≥' : '≤'} ${bound}${unit}`;
  return [what, `${rounded(value)}${unit}`, wanted, meets(value) ? 'met' : missed];
}

function figures(row: Row | undefined): string {
  if (!row) return '';
  const { median, min, max } = row;
  return min === max ? short(median) : `${short(median)} [${short(min)}–${short(max)}]`;
}

/** Three significant figures: the machine's noise hides the rest. */
function rounded(value: number): number {
  return Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
}

function short(value: number): string {
  return value.toLocaleString('en-US');
}

function aligned(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines
    .map((line) =>
      line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
    )
    .join('\n');
}
