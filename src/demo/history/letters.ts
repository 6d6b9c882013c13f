import { DAY_MS, dayOf, HOUR_MS } from '../../calendar.ts';
import type { CaseWithEvents } from '../../cases/figures/figures.ts';
import type { City } from '../../city/city.ts';
import { cityOf } from '../../city/city.ts';
import { NEW_CITY } from '../../city/new-city.ts';
import type { Letter, LetterId } from '../../review/letters/letter.ts';
import { regionOf } from '../../review/letters/letter-access.ts';
import { filedSince } from '../../review/letters/letter-cases.ts';
import { closeNotDone, measureLetter, readLetter, replyLetter, sendLetter } from '../../review/letters/letter-rules.ts';
import { keepLetter, queueLetter } from '../../review/letters/letter-store.ts';
import { LOOK_BACK_MS } from '../../review/letters/load-addressees.ts';
import type { Matter } from '../../review/letters/matter.ts';
import { measureOf, missesMeasure, rowsOf } from '../../review/letters/matter.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { demoCityData } from '../city.ts';
import words from '../city-names.json' with { type: 'json' };

const OFFICE = 'demo-office';
const SECOND = 'demo-second';

/** Days before the demo's first start at which each letter was drafted. */
const [CLOSED_DAYS, READ_DAYS] = [45, 2] as const;

/** Letters of a new demo: one that ended by its measure or was not done, one that waits for a reply, one for agreement. */
export function letterWrites(store: Store, cases: readonly CaseWithEvents[], now: number): readonly Write[] {
  const city = cityOf({ ...NEW_CITY, ...demoCityData() }, []);
  const byUnit = Map.groupBy(cases, ({ record }) => record.unit ?? '');
  byUnit.delete('');
  const closed = worstUnit(byUnit, 'rework', now - CLOSED_DAYS * DAY_MS);
  const late = worstUnit(byUnit, 'late_cure', now - READ_DAYS * DAY_MS);
  for (const one of [closed, late]) byUnit.delete(one?.unit ?? '');
  const otherUnit = worstUnit(byUnit, 'rework', now);
  const letters = [
    closedLetter(closed, city, now),
    readByUnit(late, city, now),
    draftLetter('letter_demo0003', 'rework', otherUnit, city, now),
  ];
  return letters.flatMap((letter) => (letter ? lettersKept(store, letter, now) : []));
}

type OfUnit = { readonly unit: string; readonly cases: readonly CaseWithEvents[] };

/** The unit with the most failed rows of a matter in the month before a time. */
function worstUnit(
  byUnit: ReadonlyMap<string, readonly CaseWithEvents[]>,
  matter: Matter,
  at: number,
): OfUnit | undefined {
  const all = [...byUnit].map(([unit, cases]) => {
    const rows = rowsOf(matter, lately(cases, at), at);
    return { unit, cases, failed: missesMeasure(matter, rows) ? rows.failed.length : 0 };
  });
  return all
    .filter(({ failed }) => failed > 1)
    .toSorted((a, b) => b.failed - a.failed || a.unit.localeCompare(b.unit))[0];
}

function lately(cases: readonly CaseWithEvents[], at: number): readonly CaseWithEvents[] {
  return filedSince(cases, at - LOOK_BACK_MS).filter(({ record }) => record.filedAt <= at);
}

function draftLetter(id: LetterId, matter: Matter, of: OfUnit | undefined, city: City, at: number): Letter | undefined {
  if (!of) return undefined;
  const { failed, all } = rowsOf(matter, lately(of.cases, at), at);
  if (failed.length === 0) return undefined;
  const to = `unit.${of.unit}` as const;
  return {
    id,
    state: 'drafted',
    to,
    region: regionOf(to, city),
    matter,
    rows: failed,
    of: all.length,
    ask: words.letter[matter === 'rework' ? matter : 'late_cure'],
    doneWithin: 20,
    by: OFFICE,
    draftedAt: at,
  };
}

function sent(draft: Letter): Letter {
  const at = draft.draftedAt + HOUR_MS;
  return sendLetter({ ...draft, state: 'agreed', agreedBy: SECOND, agreedAt: at }, at);
}

function readByUnit(of: OfUnit | undefined, city: City, now: number): Letter | undefined {
  const draft = draftLetter('letter_demo0002', 'late_cure', of, city, now - READ_DAYS * DAY_MS);
  const read = draft && readLetter(sent(draft), now - DAY_MS);
  return read?.type === 'done' ? read.letter : undefined;
}

/** The measure decides on the demo's own rows how the old letter ended. */
function closedLetter(of: OfUnit | undefined, city: City, now: number): Letter | undefined {
  const draft = draftLetter('letter_demo0001', 'rework', of, city, now - CLOSED_DAYS * DAY_MS);
  if (!of || !draft) return undefined;
  const letter = sent(draft);
  const replied = replyLetter(letter, words.letter.reply, (letter.sentAt ?? now) + 2 * DAY_MS);
  const due = (letter.doneDue ?? now) + 1;
  if (replied.type === 'refused' || due > now) return undefined;
  const since = filedSince(of.cases, letter.sentAt ?? now).filter(({ record }) => record.filedAt <= due);
  const measured = measureLetter(
    replied.letter,
    measureOf('rework', letter.rows, { since, own: of.cases, now: due }),
    false,
    due,
  );
  if (measured.state === 'closed') return measured;
  const failed = closeNotDone(measured, due + DAY_MS);
  return failed.type === 'done' ? failed.letter : measured;
}

function lettersKept(store: Store, letter: Letter, now: number): readonly Write[] {
  const { keys } = store;
  const { id, to, state, agreedAt, replyDue = now, doneDue = now } = letter;
  const { writes } = keepLetter(store, letter);
  const isClosed = state === 'closed';
  return [
    ...writes.filter(([command]) => !(isClosed && command === 'SET')),
    ...(agreedAt === undefined
      ? []
      : [['ZADD', keys.lettersAgreed(to, dayOf(agreedAt).slice(0, 7)), agreedAt, id] as const]),
    ...(isClosed || agreedAt === undefined
      ? []
      : [queueLetter(store, 'reply_due', id, replyDue + 1), queueLetter(store, 'measured', id, doneDue + 1)]),
  ];
}
