import type { Series } from '../../city/series.ts';
import { agreementOf } from '../visits/agreement.ts';
import type { Mark } from '../visits/read-marks.ts';
import type { Visit } from '../visits/visit.ts';

/** How far the visits of a draw are, and how well its items are understood. It counts visits, never persons. */
export type InspectionStatus = {
  readonly coverage: readonly {
    readonly series: Series;
    readonly drawn: number;
    readonly named: number;
    readonly done: number;
    readonly missed: number;
  }[];
  /** By item; `key` is series, version and number. The least agreed ones come first. */
  readonly items: readonly {
    readonly key: string;
    readonly n: number;
    readonly equal: number;
    readonly kappa?: number;
    readonly full: number;
    readonly half: number;
    readonly none: number;
  }[];
  /** Repeated visits, and those whose marks differ from the first ones. */
  readonly repeats: { readonly all: number; readonly done: number; readonly differing: number };
};

/** Counts the visits of a draw. */
export function statusOf(visits: readonly Visit[]): InspectionStatus {
  const first = visits.filter(({ repeats }) => repeats === undefined);
  const again = visits.filter(({ repeats }) => repeats !== undefined);
  const bySeries = Map.groupBy(first, ({ series }) => series);
  const done = again.filter(({ agreed }) => agreed);
  return {
    coverage: [...bySeries].map(([series, own]) => ({
      series,
      drawn: own.filter(({ named }) => !named).length,
      named: own.filter(({ named }) => named).length,
      done: own.filter(({ state }) => state === 'left').length,
      missed: own.filter(({ state }) => state === 'missed').length,
    })),
    items: itemsOf(visits),
    repeats: {
      all: again.length,
      done: done.length,
      differing: done.filter((one) => differs(one, first)).length,
    },
  };
}

function itemsOf(visits: readonly Visit[]): InspectionStatus['items'] {
  const pairs = new Map<string, (readonly [Mark, Mark])[]>();
  const marks = new Map<string, Mark[]>();
  for (const visit of visits) {
    const [first, second] = visit.checkers.map((code) => visit.sheets[code]);
    for (const no of visit.items) {
      const key = `${visit.series} ${visit.standard} ${no}`;
      const [one, other] = [first, second].map((sheet) => (sheet?.sentAt ? sheet.marks[no]?.mark : undefined));
      if (one && other) pairs.set(key, [...(pairs.get(key) ?? []), [one, other]]);
      const agreed = visit.agreed?.[no]?.mark;
      if (agreed) marks.set(key, [...(marks.get(key) ?? []), agreed]);
    }
  }
  const items = [...pairs].map(([key, own]) => {
    const { n, equal, kappa } = agreementOf(own);
    const count = (mark: Mark) => (marks.get(key) ?? []).filter((one) => one === mark).length;
    const counts = { full: count('full'), half: count('half'), none: count('none') };
    return { key, n, equal, ...(kappa === undefined ? {} : { kappa }), ...counts };
  });
  return items.toSorted((a, b) => a.equal - b.equal || b.n - a.n);
}

function differs({ repeats, agreed = {} }: Visit, first: readonly Visit[]): boolean {
  const before = first.find(({ id }) => id === repeats)?.agreed ?? {};
  return Object.entries(agreed).some(([no, { mark }]) => before[Number(no)]?.mark !== mark);
}
