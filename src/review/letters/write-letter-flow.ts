import type { CaseWithEvents } from '../../cases/figures/figures.ts';
import { personShield } from '../../cases/report/person-shield.ts';
import type { City } from '../../city/city.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { review } from '../../engine/steps/confirm.ts';
import { text } from '../../engine/steps/text.ts';
import type { Grant } from '../../people/role.ts';
import { anyGrantCovers } from '../../people/role.ts';
import type { FinishContext, LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Letter, LetterTo } from './letter.ts';
import { DONE_WITHIN } from './letter.ts';
import { MAY_DRAFT, namesOfTo, partsOf, regionOf } from './letter-access.ts';
import { letterButton, letterValues } from './letter-card.ts';
import { loadCasesOf } from './letter-cases.ts';
import { A_MONTH_MAX, countAgreed, keepLetter, newLetterId, queueLetter } from './letter-store.ts';
import { draftGrants, LOOK_BACK_MS, loadAddressees } from './load-addressees.ts';
import type { Matter } from './matter.ts';
import { MATTER_RULES, MATTERS, missesMeasure, rowsOf } from './matter.ts';

type WriteLetterFacts = City & {
  readonly grants: readonly Grant[];
  readonly me: string;
  readonly addressees: readonly LetterTo[];
  /** The recent cases of the chosen addressee. */
  readonly cases: readonly CaseWithEvents[];
  /** Matters with an open letter to it, and its letters of this month. */
  readonly open: readonly Matter[];
  readonly agreed: number;
};
type WriteLetterAnswers = { readonly to?: string | null; readonly matter?: string | null };
type WriteLetterContext = {
  readonly facts: WriteLetterFacts;
  readonly answers: WriteLetterAnswers;
  readonly now: number;
};

/** The option of an addressee without failed rows. */
const NONE = 'none';
const hasMatter = ({ answers }: { readonly answers: WriteLetterAnswers }) => answers.matter !== NONE;

/** The office drafts a letter to a unit or a desk about rows that failed. */
export const writeLetter = flow<WriteLetterFacts>({ id: 'write-letter', version: 1, lifetimeSeconds: 24 * 3600 })
  .step(
    'to',
    choice({
      options: ({ facts }) => facts.addressees.map((to) => optionOf(to, facts)),
      resets: ['matter', 'ask'],
    }),
  )
  .step('matter', choice({ options: matterOptions, resets: ['ask'] }))
  .step(
    'ask',
    text({
      relevant: hasMatter,
      maxLength: 200,
      minLength: 4,
      written: true,
      suggests: true,
      screen: personShield,
      values: ({ answers }) => ({ suggestion: { key: `flows/write-letter:templates.${answers.matter ?? 'rework'}` } }),
    }),
  )
  .step('within', choice({ relevant: hasMatter, options: DONE_WITHIN.map((days) => ({ id: `wd${days}` })) }))
  .step('review', { ...review({ refuses: refusalOf }), relevant: hasMatter })
  .end();

export const writeLetterTalk = talk({
  flow: writeLetter,
  loadsBy: ['to'],
  load: async ({ store, city, person, position, now }: LoadContext) => {
    const grants = draftGrants(person.contact?.grants ?? []);
    const me = store.pseudonym(person.urn);
    const addressees = await loadAddressees(store, grants, city, now);
    const to = String(position.answers.to ?? '') as LetterTo; // checked next
    const isTo = /^(unit|desk)\../.test(to) && anyGrantCovers(grants, regionOf(to, city), city.regions);
    if (!isTo) return { me, addressees, cases: [], open: [], agreed: 0 };
    const [cases, agreed, ids] = await Promise.all([
      loadCasesOf(store, to, now - LOOK_BACK_MS),
      countAgreed(store, to, now),
      orStoreAway(Promise.all(MATTERS.map((matter) => store.redis.get(store.keys.letterOpen(to, matter))))),
    ]);
    const offered = addressees.includes(to) ? addressees : [to, ...addressees];
    return { me, addressees: offered, cases, open: MATTERS.filter((_, i) => ids[i] !== null), agreed };
  },
  menuOf: MAY_DRAFT,
  facts: (city: City, { contact }, loaded) => ({ ...city, grants: draftGrants(contact?.grants ?? []), ...loaded }),
  opens: (argument) => {
    if (argument === 'new') return {};
    const [kind, id, matter] = argument.split('.');
    return { to: `${kind}.${id}`, ...(matter === undefined ? {} : { matter }) };
  },
  guardsEnd: true,
  closed: ({ grants, addressees }) => {
    if (grants.length === 0) return { key: 'flows/write-letter:not_you' };
    return addressees.length === 0 ? { key: 'flows/write-letter:nothing' } : undefined;
  },
  finish: ({ to, matter, ask, within }, finishing) => {
    const { facts, store, now } = finishing;
    const rule = MATTERS.find((one) => one === matter);
    if (!to || !rule || !ask || !('text' in ask))
      return noChange('letter_unwritten', { key: 'flows/write-letter:none' });
    const doneWithin = DONE_WITHIN.find((days) => `wd${days}` === within) ?? DONE_WITHIN[0];
    const letter = draftOf({ to: to as LetterTo, matter: rule, ask: ask.text, doneWithin }, finishing);
    const { checks, writes } = keepLetter(store, letter);
    return {
      outcome: 'letter_drafted',
      checks,
      writes: [...writes, queueLetter(store, 'drafted', letter.id, now)],
      says: [
        {
          key: 'flows/write-letter:done',
          values: letterValues(letter, facts, now),
          buttons: [letterButton(letter, 'look')],
        },
      ],
    };
  },
});

function draftOf(
  answers: Pick<Letter, 'to' | 'matter' | 'ask' | 'doneWithin'>,
  { facts, now }: FinishContext<WriteLetterFacts>,
): Letter {
  const { failed, all } = rowsOf(answers.matter, facts.cases, now);
  return {
    id: newLetterId(),
    state: 'drafted',
    ...answers,
    region: regionOf(answers.to, facts),
    rows: failed,
    of: all.length,
    by: facts.me,
    draftedAt: now,
  };
}

/** The matters of which the addressee misses the measure now. */
function matterOptions({ facts, answers, now }: WriteLetterContext) {
  const [kind] = partsOf((answers.to ?? 'unit.') as LetterTo); // an option of `to`
  const found = MATTERS.filter((matter) => MATTER_RULES[matter].for === kind).flatMap((matter) => {
    const rows = rowsOf(matter, facts.cases, now);
    const values = { failed: rows.failed.length, of: rows.all.length };
    return missesMeasure(matter, rows) ? [{ id: matter as string, values }] : [];
  });
  return found.length > 0 ? found : [{ id: NONE }];
}

function refusalOf({ facts, answers }: WriteLetterContext): string | undefined {
  if (facts.open.some((matter) => matter === answers.matter)) return 'open_already';
  return facts.agreed >= A_MONTH_MAX ? 'full' : undefined;
}

function optionOf(to: LetterTo, city: City) {
  const [kind] = partsOf(to);
  const name = namesOfTo(to, city);
  return kind === 'unit'
    ? { id: to as string, name }
    : { id: to as string, wording: 'desk_option', values: { region: { names: name } } };
}
