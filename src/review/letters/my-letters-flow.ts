import { showCaseNumber } from '../../cases/case-number.ts';
import { personShield } from '../../cases/report/person-shield.ts';
import type { City } from '../../city/city.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice, choices } from '../../engine/steps/choice.ts';
import { date } from '../../engine/steps/date.ts';
import { text } from '../../engine/steps/text.ts';
import { loadDesignation } from '../../inspections/draw/designate.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { LetterAnswers } from './act-on-letter.ts';
import { actOnLetter, isStep } from './act-on-letter.ts';
import { PAIRING_MAX_DAYS } from './ladder.ts';
import type { Letter } from './letter.ts';
import { MAY_SEE, nameOfTo } from './letter-access.ts';
import { letterActions } from './letter-actions.ts';
import { letterCard } from './letter-card.ts';
import { loadRowPlaces } from './letter-cases.ts';
import { countAgreed } from './letter-store.ts';
import type { MyLettersFacts, OwnLetter } from './own-letters.ts';
import { loadOwnLetters } from './own-letters.ts';

type MyLettersContext = { readonly facts: MyLettersFacts; readonly answers: LetterAnswers; readonly now: number };

const LISTED_MAX = 12;
/** Rows that a question offers as buttons. */
const ROWS_MAX = 24;
const WORDS_MAX = 300;
/** A talk is written down within this many days. */
const TALK_BACK_DAYS = 90;

const isNext =
  (...actions: readonly string[]) =>
  ({ answers }: MyLettersContext) =>
    actions.includes(answers.next ?? '');

/** Shows the letters of a person's ground or unit; each acts in the own part. */
export const myLetters = flow<MyLettersFacts>({ id: 'my-letters', version: 1, lifetimeSeconds: 24 * 3600, light: true })
  .step(
    'letter',
    choice({
      options: ({ facts }) => facts.letters.slice(0, LISTED_MAX).map(({ record }) => optionOf(record, facts)),
      resets: ['next'],
    }),
  )
  .step(
    'next',
    choice({
      options: (here) => actionsOf(here).map((id) => ({ id })),
      values: (here) => {
        const kept = chosenLetter(here);
        return kept ? { card: letterCard(kept.record, here.facts, here.now) } : {};
      },
      resets: ['contested', 'struck', 'listed', 'words', 'day', 'measures', 'helper', 'due'],
    }),
  )
  .step(
    'contested',
    choices({ relevant: isNext('contested'), options: (here) => rowOptions(chosenLetter(here)?.record.rows) }),
  )
  .step(
    'struck',
    choices({
      relevant: isNext('settled'),
      min: 0,
      options: (here) => rowOptions(chosenLetter(here)?.record.contest?.rows),
    }),
  )
  .step(
    'listed',
    choice({ relevant: isNext('listing'), options: (here) => rowOptions(chosenLetter(here)?.record.rows) }),
  )
  .step('day', date({ relevant: isNext('talk'), past: true, withinDays: TALK_BACK_DAYS }))
  .step(
    'words',
    text({
      relevant: (here) => isNext('replied', 'contested', 'settled')(here) || isStep(here.answers.next),
      minLength: 2,
      maxLength: WORDS_MAX,
      written: true,
      screen: personShield,
      values: ({ answers }) => ({
        question: { key: `flows/my-letters:words.${isStep(answers.next) ? 'issues' : (answers.next ?? 'replied')}` },
      }),
    }),
  )
  .step(
    'measures',
    text({
      relevant: ({ answers }) => isStep(answers.next),
      minLength: 2,
      maxLength: WORDS_MAX,
      written: true,
      screen: personShield,
    }),
  )
  .step(
    'helper',
    choice({
      relevant: isNext('pairing'),
      options: (here) =>
        here.facts.regions
          .all('street')
          .filter((id) => id !== chosenLetter(here)?.record.region)
          .map((id) => ({ id, name: here.facts.regions.nameOf(id) ?? {} })),
    }),
  )
  .step('due', date({ relevant: ({ answers }) => isStep(answers.next), withinDays: PAIRING_MAX_DAYS }))
  .end();

export const myLettersTalk = talk({
  flow: myLetters,
  loadsBy: ['letter', 'next'],
  load: async ({ store, city, person, position, now }: LoadContext) => {
    const grants = person.contact?.grants ?? [];
    const letters = await loadOwnLetters(store, grants, city, String(position.answers.letter ?? ''));
    const chosen = letters.find(({ record }) => record.id === position.answers.letter);
    const agreed = chosen?.record.state === 'drafted' ? await countAgreed(store, chosen.record.to, now) : 0;
    const me = store.pseudonym(person.urn);
    const { region, rows } = chosen?.record ?? {};
    const designation =
      region !== undefined && rows && position.answers.next === 'designated'
        ? await loadDesignation(
            store,
            { region, places: await loadRowPlaces(store, rows) },
            { city, grants, by: me, now },
          )
        : undefined;
    return { me, letters, agreed, designation, wanted: position.answers.letter };
  },
  menuOf: MAY_SEE,
  facts: (city: City, _person, loaded) => ({ ...city, ...loaded }),
  closed: ({ letters, wanted }) => {
    const isGone = wanted !== undefined && !letters.some(({ record }) => record.id === wanted);
    if (isGone) return { key: 'flows/my-letters:gone' };
    return letters.length === 0 ? { key: 'flows/my-letters:nothing' } : undefined;
  },
  opens: (argument) => {
    if (argument === 'all') return {};
    const [letter, next] = argument.split('.');
    return { letter, ...(next === undefined ? {} : { next }) };
  },
  finish: (answers, finishing) => {
    const own = chosenLetter({ facts: finishing.facts, answers });
    const next = answers.next;
    if (!own || !next) return noChange('letters_seen', { key: 'common:closed' });
    return actOnLetter(next, own, answers, finishing);
  },
});

function chosenLetter({ facts, answers }: Pick<MyLettersContext, 'facts' | 'answers'>): OwnLetter | undefined {
  return facts.letters.find(({ record }) => record.id === answers.letter);
}

function actionsOf(here: MyLettersContext): readonly string[] {
  const own = chosenLetter(here);
  return own ? letterActions(own.record, own.parts, here.facts.me, here.now) : [];
}

function rowOptions(rows: Letter['rows'] = []) {
  return rows.slice(0, ROWS_MAX).map((id) => ({ id: id as string, name: { 'zh-CN': showCaseNumber(id) } }));
}

function optionOf({ id, to, matter, rows, of, state, ending }: Letter, city: City) {
  const values = {
    to: nameOfTo(to, city),
    matter: { key: `flows/my-letters:matter.${matter}` },
    failed: rows.length,
    of,
    state: { key: `flows/my-letters:state.${ending ?? state}` },
  };
  return { id: id as string, wording: 'letter_option', values };
}
