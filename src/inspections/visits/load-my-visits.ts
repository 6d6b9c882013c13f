import type { City } from '../../city/city.ts';
import type { LoadContext } from '../../people/talk.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { orStoreAway } from '../../store/store.ts';
import type { PremisesDocument } from '../documents/document.ts';
import { loadDocuments } from '../documents/document-store.ts';
import { checkerCode } from '../draw/draw.ts';
import type { Standard } from '../standards/standard.ts';
import { nextCheckerFor } from './next-checker.ts';
import type { Visit } from './visit.ts';
import { loadStandardOf } from './visit-card.ts';
import { isAwaited } from './visit-rules.ts';
import { loadVisits } from './visit-store.ts';

/** A checker's visits, and the data behind the chosen one. */
type LoadedVisits = {
  readonly me: string;
  readonly visits: readonly Kept<Visit>[];
  /** The standards of the visits, by visit. */
  readonly standards: ReadonlyMap<string, Standard>;
  /** The documents of the premises, by visit. */
  readonly documents: ReadonlyMap<string, readonly PremisesDocument[]>;
  readonly now: number; // ms since the epoch
  /** The code that takes over if this checker withdraws. */
  readonly next: string | undefined;
};
/** The open visits of a checker, and the data behind them. */
export type VisitsFacts = LoadedVisits & { readonly city: City };
export type VisitsAnswers = { readonly visit?: string | null; readonly next?: string | null };
export type VisitsHere = { readonly facts: VisitsFacts; readonly answers: VisitsAnswers };

/** Visits of a checker that are searched for open ones. */
const SEARCHED_MAX = 50;

/** Loads the open visits of a checker. */
export async function loadMyVisits({ store, person, position, now }: LoadContext): Promise<LoadedVisits> {
  const me = store.pseudonym(person.urn);
  const key = store.keys.checkerVisits(me);
  const ids = await orStoreAway(store.redis.zrange(key, '0', String(SEARCHED_MAX - 1), 'REV'));
  const all = await loadVisits(store, ids);
  const visits = all.filter(({ record }) => isAwaited(record, checkerCode(record.of, me)));
  const [standards, documents] = await Promise.all([
    Promise.all(visits.map(({ record }) => loadStandardOf(store, record))),
    Promise.all(visits.map(({ record }) => loadDocuments(store, record.premises))),
  ]);
  const { visit, next } = position.answers as VisitsAnswers;
  const left = next === 'withdraw' ? visits.find(({ record }) => record.id === visit) : undefined;
  return {
    me,
    visits,
    standards: new Map(visits.map(({ record }, i) => [record.id, standards[i] as Standard])), // one for each visit
    documents: new Map(visits.map(({ record }, i) => [record.id, documents[i] ?? []])),
    now,
    next: left && (await nextCheckerFor(store, left.record)),
  };
}

/** The chosen visit with its standard and the checker's code in it. */
export function chosenVisit({ facts: { visits, standards, documents, me }, answers }: VisitsHere) {
  const kept = visits.find(({ record }) => record.id === answers.visit);
  const standard = kept && standards.get(kept.record.id);
  const own = { documents: documents.get(kept?.record.id ?? '') ?? [], code: checkerCode(kept?.record.of ?? '', me) };
  return kept && standard && { kept, standard, ...own };
}
