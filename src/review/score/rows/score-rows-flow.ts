import { showCaseNumber } from '../../../cases/case-number.ts';
import type { City } from '../../../city/city.ts';
import type { Value } from '../../../delivery/outcome.ts';
import { noChange } from '../../../delivery/outcome.ts';
import { flow } from '../../../engine/flow.ts';
import type { LoadContext } from '../../../people/talk.ts';
import { talk } from '../../../people/talk.ts';
import { isLoss } from '../cells/case-cells.ts';
import type { CaseIndicator } from '../cells/case-fact.ts';
import { CASE_INDICATORS } from '../cells/case-fact.ts';
import type { Month } from '../month.ts';
import { readMonth } from '../month.ts';
import { loadMonth, mayReadScore } from '../score-view.ts';

/** Rows that a message shows; the console shows all. */
const SHOWN_MAX = 15;

/** A street's rows that cost points of one indicator in a month. */
export type RowSubject = { readonly month: Month; readonly street: string; readonly code: CaseIndicator };

/** Reads `<month>.<street>.<indicator>`, the argument of buttons about rows. */
export function readSubject(text: unknown): RowSubject | undefined {
  const [month, street = '', name] = typeof text === 'string' ? text.split('.') : [];
  const [known, code] = [readMonth(month), CASE_INDICATORS.find((one) => one === name)];
  return known && code && street !== '' ? { month: known, street, code } : undefined;
}

/** Loads the numbers of a subject's rows; undefined if the person may not read them. */
export async function loadLosses(
  { store, city, person, now }: Pick<LoadContext, 'store' | 'city' | 'person' | 'now'>,
  { month, street, code }: RowSubject,
): Promise<{ readonly numbers: readonly string[]; readonly isFrozen: boolean } | undefined> {
  if (!mayReadScore(person.contact?.grants ?? [], street, city.regions)) return undefined;
  const shown = await loadMonth({ store, city, month, asOf: now });
  const rows = (await shown?.rowsOf(street)) ?? [];
  const numbers = rows.filter((row) => isLoss(row, code)).map(([number]) => number);
  return { numbers, isFrozen: shown?.frozen !== undefined };
}

type RowsFacts = {
  readonly subject?: RowSubject;
  readonly numbers: readonly string[];
  readonly isFrozen: boolean;
};

/** Shows which cases cost a street its points of one indicator. */
export const scoreRows = flow<RowsFacts>({ id: 'score-rows', version: 1, lifetimeSeconds: 3600, light: true }).end();

export const scoreRowsTalk = talk({
  flow: scoreRows,
  load: async (loading: LoadContext) => {
    const subject = readSubject(loading.position.answers.subject);
    const found = subject && (await loadLosses(loading, subject));
    return subject && found ? { subject, ...found } : undefined;
  },
  facts: (_city: City, _person, loaded): RowsFacts => loaded ?? { numbers: [], isFrozen: true },
  opens: (argument) => ({ subject: argument }),
  closed: ({ subject }) => (subject ? undefined : { key: 'flows/score-rows:not_you' }),
  finish: (_answers, { facts: { subject, numbers, isFrozen } }) => {
    if (!subject) return noChange('score_rows_refused', { key: 'flows/score-rows:not_you' });
    const { month, street, code } = subject;
    const shown: readonly Value[] = numbers.slice(0, SHOWN_MAX).map((number) => showCaseNumber(number));
    return noChange('score_rows_seen', {
      key: numbers.length > SHOWN_MAX ? 'flows/score-rows:first' : 'flows/score-rows:all',
      values: {
        month,
        region: { place: { region: street } },
        indicator: { key: `common:score_indicator.${code}` },
        count: numbers.length,
        shown: shown.length,
        rows: { list: shown },
      },
      buttons: [
        ...numbers
          .slice(0, 1)
          .map((number) => ({ label: 'flows/score-rows:open' as const, flow: 'my-work', argument: number })),
        ...(isFrozen || numbers.length === 0
          ? []
          : [
              {
                label: 'flows/score-rows:object' as const,
                flow: 'object-rows',
                argument: `${month}.${street}.${code}`,
              },
            ]),
      ],
    });
  },
});
