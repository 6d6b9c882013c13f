import { limitEnd } from '../../../calendar.ts';
import { personShield } from '../../../cases/report/person-shield.ts';
import type { Urn } from '../../../channels/channel.ts';
import type { City } from '../../../city/city.ts';
import { noChange } from '../../../delivery/outcome.ts';
import { flow } from '../../../engine/flow.ts';
import { choice } from '../../../engine/steps/choice.ts';
import { review } from '../../../engine/steps/confirm.ts';
import { text } from '../../../engine/steps/text.ts';
import { grantCovers, staffWith } from '../../../people/role.ts';
import type { LoadContext } from '../../../people/talk.ts';
import { talk } from '../../../people/talk.ts';
import type { RowObjection } from './objection.ts';
import { DECIDES_WITHIN, OBJECTED_ROWS_MAX } from './objection.ts';
import { keepObjection } from './objection-store.ts';
import type { RowSubject } from './score-rows-flow.ts';
import { loadLosses, readSubject } from './score-rows-flow.ts';

type ObjectFacts = City & {
  readonly me: string;
  /** Undefined if the month is frozen or the person does not lead the street. */
  readonly subject?: RowSubject;
  readonly numbers: readonly string[];
  readonly auditors: readonly Urn[];
};

/** A lead contests rows of the open month: which cases, and why they do not count. */
export const objectRows = flow<ObjectFacts>({ id: 'object-rows', version: 1, lifetimeSeconds: 24 * 3600 })
  .step(
    'subject',
    choice({
      reviewed: false,
      options: ({ facts: { subject, regions } }) =>
        subject ? [{ id: subjectId(subject), name: regions.nameOf(subject.street) ?? {} }] : [],
    }),
  )
  .step('rows', text({ minLength: 4, maxLength: 300, written: true, fits: (said) => numbersIn(said).length > 0 }))
  .step('why', text({ minLength: 4, maxLength: 200, written: true, screen: personShield }))
  .step(
    'review',
    review({
      refuses: ({ facts: { numbers }, answers: { rows } }) => {
        const wanted = numbersIn(rows && 'text' in rows ? rows.text : '');
        if (wanted.length > OBJECTED_ROWS_MAX) return 'too_many_rows';
        return wanted.every((number) => numbers.includes(number)) ? undefined : 'unknown_rows';
      },
    }),
  )
  .end();

export const objectRowsTalk = talk({
  flow: objectRows,
  load: async (loading: LoadContext) => {
    const { store, city, person, position } = loading;
    const me = store.pseudonym(person.urn);
    const subject = readSubject(position.answers.subject);
    const leads = (person.contact?.grants ?? []).some(
      (grant) => grant.role === 'lead' && grantCovers(grant, subject?.street, city.regions),
    );
    const found = subject && leads ? await loadLosses(loading, subject) : undefined;
    if (!subject || !found || found.isFrozen) return { me, numbers: [], auditors: [] };
    const auditors = await staffWith(store, ['auditor'], city.regions.chain(subject.street));
    return { me, subject, numbers: found.numbers, auditors };
  },
  facts: (city: City, _person, loaded): ObjectFacts => ({ ...city, ...loaded }),
  opens: (argument) => ({ subject: argument }),
  closed: ({ subject }) => (subject ? undefined : { key: 'flows/object-rows:not_now' }),
  finish: ({ rows, why }, { store, facts: { subject, me, auditors }, now, random }) => {
    if (!subject || !rows || !('text' in rows) || !why || !('text' in why))
      return noChange('rows_not_contested', { key: 'flows/object-rows:not_now' });
    const objection: RowObjection = {
      id: `o${random(1e9).toString(36)}`,
      ...subject,
      rows: numbersIn(rows.text),
      why: why.text,
      by: me,
      at: now,
    };
    const values = {
      region: { place: { region: subject.street } },
      month: subject.month,
      indicator: { key: `common:score_indicator.${subject.code}` as const },
      count: objection.rows.length,
      why: why.text,
      due: { at: limitEnd(now, DECIDES_WITHIN) },
    };
    const decide = { label: 'flows/object-rows:decide' as const, flow: 'decide-rows', argument: subject.month };
    return {
      outcome: 'rows_contested',
      ...keepObjection(store, objection),
      says: [{ key: 'flows/object-rows:done', values }],
      tells: auditors.map((to) => ({
        to,
        said: { key: 'flows/object-rows:told' as const, values, buttons: [decide] },
      })),
    };
  },
});

function subjectId({ month, street, code }: RowSubject): string {
  return `${month}.${street}.${code}`;
}

/** Case numbers in a text, each once, as they are stored. */
export function numbersIn(said: string): readonly string[] {
  const words =
    said
      .toUpperCase()
      .replaceAll('-', '')
      .match(/[0-9A-Z]{6,10}/g) ?? [];
  return [...new Set(words)];
}
