import { Hono } from 'hono';
import { sayAny } from '../../notify/reader.ts';
import type { Services } from '../../notify/services.ts';
import type { Letter } from '../../review/letters/letter.ts';
import { isOverdueLetter, nextDue } from '../../review/letters/letter.ts';
import { MAY_DRAFT } from '../../review/letters/letter-access.ts';
import { letterValues } from '../../review/letters/letter-card.ts';
import { loadOwnLetters } from '../../review/letters/own-letters.ts';
import { readerFor } from '../reader.ts';
import type { ConsoleEnv } from '../sign-in/session.ts';

/** Columns of the board, in the order of a letter's life. */
export const LETTER_COLUMNS = ['agree', 'reply', 'contested', 'deed', 'closed'] as const;
type LetterColumn = (typeof LETTER_COLUMNS)[number];

/** One letter of the board. It names no person. Times in ms since the epoch. */
export type LetterRow = {
  readonly id: string;
  readonly column: LetterColumn;
  readonly to: string;
  readonly matter: string;
  readonly state: string;
  readonly failed: number;
  readonly of: number;
  readonly ask: string;
  readonly due?: number;
  readonly late: boolean;
  readonly steps: number;
};

export type LetterBoard = { readonly mayDraft: boolean; readonly letters: readonly LetterRow[] };

const COLUMN_OF: Readonly<Record<Letter['state'], LetterColumn>> = {
  drafted: 'agree',
  agreed: 'agree',
  sent: 'reply',
  read: 'reply',
  settled: 'reply',
  contested: 'contested',
  answered: 'deed',
  closed: 'closed',
};

/** 提醒函: `GET /`, those of the organiser's ground or unit by due time. The talk `my-letters` shows and moves one. */
export function letterRoutes(services: Services): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.get('/', async (c) => {
    const organiser = c.get('organiser');
    const { store, city, now } = services;
    const reader = readerFor(organiser, services);
    const own = await loadOwnLetters(store, organiser.grants, city);
    const rows = own.map(({ record }): LetterRow => {
      const values = letterValues(record, city, now());
      const due = nextDue(record);
      return {
        id: record.id,
        column: COLUMN_OF[record.state],
        to: String(sayAny(values.to ?? '', reader)),
        matter: String(sayAny(values.matter ?? '', reader)),
        state: String(sayAny(values.state ?? '', reader)),
        failed: record.rows.length,
        of: record.of,
        ask: record.ask,
        ...(due === undefined ? {} : { due }),
        late: isOverdueLetter(record, now()) || (due !== undefined && now() > due),
        steps: record.steps?.length ?? 0,
      };
    });
    const mayDraft = organiser.grants.some(({ role }) => MAY_DRAFT.includes(role));
    const board: LetterBoard = {
      mayDraft,
      letters: rows.toSorted((a, b) => (a.due ?? Infinity) - (b.due ?? Infinity)),
    };
    return c.json(board);
  });
  return app;
}
