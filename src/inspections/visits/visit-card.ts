import type { City } from '../../city/city.ts';
import { seriesNames } from '../../city/series.ts';
import type { LocalizedMessage, Value, Values } from '../../delivery/outcome.ts';
import type { Store } from '../../store/store.ts';
import type { PremisesDocument } from '../documents/document.ts';
import { documentsUnder } from '../documents/document-lines.ts';
import type { Checker } from '../draw/checkers.ts';
import { checkerCode } from '../draw/draw.ts';
import type { Item, Standard } from '../standards/standard.ts';
import { loadVersion } from '../standards/standard-store.ts';
import type { Marked } from './read-marks.ts';
import type { Visit } from './visit.ts';
import { itemsFor, missingPlaces } from './visit-rules.ts';

/** Loads the version of the standard that a visit looks at. */
export async function loadStandardOf(store: Store, { series, standard }: Visit): Promise<Standard> {
  const found = await loadVersion(store, series, standard);
  if (!found) throw new Error(`Version ${standard} of the standard of ${series} is lost.`);
  return found;
}

/** The item of a number. */
export function itemOf({ items }: Standard, no: number): Item | undefined {
  return items.find((item) => item.no === no);
}

/** The names of premises; of deleted ones, their id. */
export function premisesNames(id: string, { premises }: Pick<City, 'premises'>) {
  return { names: premises.get(id)?.names ?? { 'zh-CN': id } };
}

/** What the list of a visit is worded from. */
type Listed = {
  readonly standard: Standard;
  /** All documents of the premises. */
  readonly documents: readonly PremisesDocument[];
  readonly city: Pick<City, 'premises' | 'visitPage'>;
  readonly now: number; // ms since the epoch
};

/** The whole task in one message: a phone without a network needs no other. */
export function tellChecker(visit: Visit, { pseudonym }: Checker, listed: Listed): LocalizedMessage {
  const code = checkerCode(visit.of, pseudonym);
  const part = visit.third === code ? 'third' : visit.repeats ? 'again' : 'told';
  return {
    key: `flows/my-visits:news.${part}`,
    values: visitValues(visit, code, listed),
    buttons: [
      { label: 'flows/my-visits:start', flow: 'my-visits', argument: `${visit.id}.fill` },
      ...(listed.city.visitPage === undefined
        ? []
        : [{ label: 'flows/my-visits:offline', flow: 'my-visits', argument: `${visit.id}.page` } as const]),
      { label: 'flows/my-visits:withdraw', flow: 'my-visits', argument: `${visit.id}.withdraw` },
    ],
  };
}

/** What the messages of a checker name. */
export function visitValues(visit: Visit, code: string, { standard, documents, city, now }: Listed): Values {
  const items = itemsFor(visit, code);
  const sheet = visit.sheets[code];
  const places = items.map((no, i) => ({ no, n: i + 1, item: itemOf(standard, no), marked: sheet?.marks[no] }));
  const wanted = places.filter(
    ({ no, item, marked }) => (marked?.mark === 'none' || item?.critical === true) && !sheet?.photos[no]?.length,
  );
  const missing = missingPlaces(visit, code);
  return {
    premises: premisesNames(visit.premises, city),
    series: { names: seriesNames(visit.series) },
    place: { place: { region: visit.region } },
    from: { date: visit.from },
    until: { date: visit.until },
    password: visit.password,
    items: {
      list: places.flatMap(({ n, item }) => [itemLine(n, item), ...(item ? documentsUnder(item, documents, now) : [])]),
    },
    filled: {
      list: places.flatMap(({ no, n, marked }) =>
        marked ? [markLine(n, marked, sheet?.photos[no]?.length ?? 0)] : [],
      ),
    },
    todo: {
      list: [
        ...(missing.length > 0 ? [numbered('missing', missing)] : []),
        ...(wanted.length > 0
          ? [
              numbered(
                'photos',
                wanted.map(({ n }) => n),
              ),
            ]
          : []),
        { key: 'flows/my-visits:again' },
      ],
    },
  };
}

function numbered(part: 'missing' | 'photos', numbers: readonly number[]): Value {
  return { key: `flows/my-visits:${part}`, values: { numbers: { joined: numbers } } };
}

function itemLine(n: number, item: Item | undefined): Value {
  return {
    key: `flows/my-visits:item.${item?.critical ? 'critical' : 'usual'}`,
    values: { n, words: { names: item?.words ?? {} } },
  };
}

function markLine(n: number, { mark, words }: Marked, photos: number): Value {
  const part = words ? 'said' : 'bare';
  const values = { n, mark: { key: `common:inspection.mark.${mark}` } as const, words: words ?? '' };
  const camera: Value = photos > 0 ? { key: 'flows/my-visits:camera', values: { n: photos } } : '';
  return { key: `flows/my-visits:mark.${part}`, values: { ...values, camera } };
}

/** Words the result for the premises' contacts: full items as one number, the others one by one. */
export function resultMessage(visit: Visit, standard: Standard, city: Pick<City, 'premises'>): LocalizedMessage {
  const marks = Object.entries(visit.agreed ?? {});
  const lines = marks.flatMap(([no, { mark, words }]): Value[] => {
    if (mark === 'full' || mark === 'na') return [];
    const item = { names: itemOf(standard, Number(no))?.words ?? {} };
    const values = { item, mark: { key: `common:inspection.mark.${mark}` } as const, words: words ?? '' };
    return [{ key: `flows/object-visit:line.${words ? 'said' : 'bare'}`, values }];
  });
  const full = marks.filter(([, { mark }]) => mark === 'full').length;
  const all = marks.filter(([, { mark }]) => mark !== 'na').length;
  return {
    key: `flows/object-visit:result.${lines.length === 0 ? 'well' : 'found'}`,
    values: { premises: premisesNames(visit.premises, city), full, all, lines: { list: lines } },
    buttons:
      lines.length === 0 ? [] : [{ label: 'flows/object-visit:start', flow: 'object-visit', argument: visit.id }],
  };
}
