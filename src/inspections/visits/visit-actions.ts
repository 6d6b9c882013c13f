import { addCase, queuePhotoFetches } from '../../cases/case-store.ts';
import { personShield } from '../../cases/report/person-shield.ts';
import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Outcome, Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import type { Media } from '../../engine/input.ts';
import { readOrdinal } from '../../engine/read-number.ts';
import type { FinishContext } from '../../people/talk.ts';
import { metresBetween } from '../../regions/distance.ts';
import type { Write } from '../../store/commit.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { checkerCode } from '../draw/draw.ts';
import type { Standard } from '../standards/standard.ts';
import { caseOfItem } from './inspection-case.ts';
import type { VisitsFacts } from './load-my-visits.ts';
import type { MarksRead } from './read-marks.ts';
import { readMarks } from './read-marks.ts';
import type { SheetInput } from './sheet-step.ts';
import type { Visit } from './visit.ts';
import { NO_SHEET } from './visit.ts';
import { itemOf, premisesNames } from './visit-card.ts';
import {
  addMarks,
  addPhotoTo,
  arrive,
  dropPhotos,
  itemsFor,
  missingPlaces,
  sendSheet,
  withdraw,
} from './visit-rules.ts';
import { keepVisit, photosOf, removePhotos } from './visit-store.ts';

type Filling = FinishContext<VisitsFacts> & { readonly chosen: Kept<Visit>; readonly standard: Standard };

/** A location within this distance of the premises counts as arrived, metres. */
const NEAR_METRES = 300;

/** Applies one input to the checker's sheet and keeps it at once: a lost session loses no mark. */
export function fillSheet(input: SheetInput, filling: Filling): Outcome {
  const { chosen, facts } = filling;
  const code = checkerCode(chosen.record.of, facts.me);
  if ('send' in input) return send(code, filling);
  if ('point' in input) {
    const at = facts.city.premises.get(chosen.record.premises)?.point;
    const isNear = at !== undefined && metresBetween(at, input.point) <= NEAR_METRES;
    const visit = isNear ? arrive(chosen.record, code) : chosen.record;
    return keepFilled('visit_arrived', visit, filling, [note(isNear ? 'near' : at ? 'far' : 'no_point')]);
  }
  if ('photo' in input) {
    const items = itemsFor(chosen.record, code);
    const last = chosen.record.sheets[code]?.album;
    const isSameAlbum = input.caption.trim() === '' && last !== undefined && last.id === input.album;
    const no = isSameAlbum ? last.no : items[(readOrdinal(input.caption.trim()) ?? 0) - 1];
    if (no === undefined) return goOn(filling, chosen, 'visit_photo_refused', [note('which')]);
    const visit = addPhotoTo(chosen.record, code, no, input);
    const wanted = wantPhoto(filling.store, visit.id, { no, photo: input.photo }, filling.now);
    return keepFilled('visit_photo_kept', visit, filling, [note('photo', { n: items.indexOf(no) + 1 })], wanted);
  }
  const read = readMarks(input.line, itemsFor(chosen.record, code).length);
  const { marks, hidden } = withoutPersons(read);
  const marked = marks.size > 0 ? addMarks(chosen.record, code, { marks }) : chosen.record;
  const rest = read.rest ? missingPlaces(marked, code) : [];
  const notes = [
    ...notesOf(read),
    ...(rest.length > 0 ? [note('rest', { numbers: numbers(rest) })] : []),
    ...(hidden ? [note('hidden')] : []),
  ];
  if (marks.size + rest.length === 0) return goOn(filling, chosen, 'visit_line_unread', notes);
  const visit = addMarks(marked, code, { marks: new Map(rest.map((place) => [place, { mark: 'full' }])) });
  return keepFilled('visit_marked', visit, filling, notes);
}

/** Fetches a photo of an item, and compares it with those of other visits. */
export function wantPhoto(
  { keys }: Store,
  visit: string,
  { no, photo }: { readonly no: number; readonly photo: Media },
  now: number,
): readonly Write[] {
  const look = ['ZADD', keys.looksWanted, now, `${visit} ${no} ${photo.same}`] as const;
  return [...queuePhotoFetches(keys, visit, [photo], now), look];
}

/** Words about a person are kept without the person. */
export function withoutPersons({ marks }: Pick<MarksRead, 'marks'>) {
  let hidden = false;
  const kept = [...marks].map(([place, marked]) => {
    const screened = marked.words === undefined ? undefined : personShield(marked.words);
    if (!screened) return [place, marked] as const;
    hidden = true;
    return [place, { ...marked, words: screened.without }] as const;
  });
  return { marks: new Map(kept), hidden };
}

function notesOf({ marks, twice, reversed, unknown, unread }: MarksRead): readonly LocalizedMessage[] {
  return [
    ...(twice.length > 0 ? [note('twice', { numbers: numbers(twice) })] : []),
    ...reversed.map((said) => note('reversed', { said })),
    ...(unknown.length > 0 ? [note('unknown', { numbers: numbers(unknown) })] : []),
    ...(unread !== '' ? [note(marks.size > 0 ? 'unread' : 'not_marks', { said: unread })] : []),
  ];
}

/** Numbers in one line, neighbours as a range: 1–5、9. */
function numbers(all: readonly number[]): Value {
  const sorted = all.toSorted((a, b) => a - b);
  const starts = sorted.filter((no) => !all.includes(no - 1));
  const ends = sorted.filter((no) => !all.includes(no + 1));
  return { joined: starts.map((from, i) => (from === ends[i] ? from : `${from}–${ends[i] ?? from}`)) };
}

function note(part: string, values: LocalizedMessage['values'] = {}): LocalizedMessage {
  return { key: `flows/my-visits:note.${part}`, values };
}

function keepFilled(
  outcome: string,
  visit: Visit,
  filling: Filling,
  notes: readonly LocalizedMessage[],
  more: Outcome['writes'] = [],
): Outcome {
  const { checks, writes } = keepVisit(filling.store, visit, undefined, filling.chosen);
  const kept = { version: filling.chosen.version + 1, record: visit };
  return { ...goOn(filling, kept, outcome, notes), checks, writes: [...writes, ...more] };
}

/** Shows the sheet again, with the notes before it. */
function goOn({ facts }: Filling, chosen: Kept<Visit>, outcome: string, says: readonly LocalizedMessage[]): Outcome {
  const { id } = chosen.record;
  const visits = facts.visits.map((one) => (one.record.id === id ? chosen : one));
  const goesOn = { flow: 'my-visits', answers: { visit: id, next: 'fill' }, facts: { ...facts, visits } };
  return { ...noChange(outcome, ...says), goesOn };
}

function send(code: string, filling: Filling): Outcome {
  const { chosen, facts, standard } = filling;
  const missing = missingPlaces(chosen.record, code);
  if (missing.length > 0) {
    return goOn(filling, chosen, 'visit_incomplete', [note('missing', { numbers: numbers(missing) })]);
  }
  const { change, says } = handIn(chosen, chosen.record, code, { ...filling, city: facts.city, standard });
  return { outcome: 'visit_sent', ...change, says: [says] };
}

/**
 * Hands in a sheet without gaps: `visit` is the visit with it, `before` as stored. Each failed item becomes a case at once,
 * whatever the other checker finds.
 */
export function handIn(
  before: Kept<Visit>,
  visit: Visit,
  code: string,
  {
    store,
    person,
    city,
    standard,
    now,
    random,
  }: Pick<Filling, 'store' | 'person' | 'standard' | 'now' | 'random'> & { readonly city: City },
): { readonly change: Change; readonly says: LocalizedMessage } {
  const sheet = visit.sheets[code];
  const filed = itemsFor(visit, code).flatMap((no) => {
    const [marked, item] = [sheet?.marks[no], itemOf(standard, no)];
    if (marked?.mark !== 'none' || !item || visit.cases?.[no]) return [];
    const found = { marked, photos: sheet?.photos[no] ?? [] };
    return [{ no, report: caseOfItem(visit, item, found, { city, now, random }) }];
  });
  const cases = { ...visit.cases, ...Object.fromEntries(filed.map(({ no, report }) => [no, report.id])) };
  const bare = dropPhotos(visit, code, (no) => itemOf(standard, no)?.critical === true);
  const sent = sendSheet({ ...bare, ...(filed.length > 0 ? { cases } : {}) }, code, now);
  const left = photosOf(sent).map(({ photo }) => photo.same);
  const dropped = photosOf(visit).filter(({ photo }) => !left.includes(photo.same));
  // The clock takes the next step: the result for the premises, or a third checker.
  const due = sent.state === 'agreed' || sent.state === 'filled' ? now : undefined;
  const change = joinChanges([
    keepVisit(store, sent, due, before),
    { checks: [], writes: removePhotos(store, sent.id, dropped, now) },
    ...filed.map(({ report }) => addCase(store, report, person)),
  ]);
  const values = { premises: premisesNames(sent.premises, city), cases: filed.length };
  return { change, says: { key: `flows/my-visits:done.${filed.length > 0 ? 'filed' : 'well'}`, values } };
}

/** Withdraws for a conflict of interest; the next by load and lot takes over, and is told by the clock. */
export function withdrawFrom(chosen: Kept<Visit>, { store, facts, now }: FinishContext<VisitsFacts>): Outcome {
  const code = checkerCode(chosen.record.of, facts.me);
  const next = withdraw(chosen.record, code, facts.next);
  const { checks, writes } = keepVisit(store, next, now, chosen);
  // The sheet goes, and its photos with it.
  const photos = photosOf({ sheets: { own: chosen.record.sheets[code] ?? NO_SHEET } });
  return {
    outcome: 'visit_withdrawn',
    checks,
    writes: [
      ...writes,
      ['ZREM', store.keys.checkerVisits(facts.me), next.id],
      ...removePhotos(store, next.id, photos, now),
    ],
    says: [{ key: 'flows/my-visits:withdrawn' }],
  };
}
