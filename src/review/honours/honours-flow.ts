import { personShield } from '../../cases/report/person-shield.ts';
import type { City } from '../../city/city.ts';
import type { Outcome } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import type { Words } from '../../engine/steps/text.ts';
import { text } from '../../engine/steps/text.ts';
import type { Contact } from '../../people/contact.ts';
import type { FinishContext, LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import type { Honour } from './honour.ts';
import { isOpenHonour, objectorMark, openDues, openObjection } from './honour.ts';
import type { HonourAction, HonourPart } from './honour-access.ts';
import { honourActions, MAY_DECIDE_HONOURS, MAY_NOMINATE, partsInHonour } from './honour-access.ts';
import { honourButton, honourCard, honourValues, rowsValues } from './honour-card.ts';
import type { HonourChange } from './honour-rules.ts';
import {
  agreeHonour,
  answerHonour,
  declineHonour,
  objectToHonour,
  returnProposal,
  takeHonourBack,
  takeUpProposal,
} from './honour-rules.ts';
import type { HonourEvent } from './honour-store.ts';
import { keepHonour, loadHonour, loadHonours, queueHonour } from './honour-store.ts';
import { NO_HOME } from './nominate-flow.ts';
import { nameOfHonoured } from './subject.ts';

/** An honour with the parts that the person has in it. */
export type OwnHonour = Kept<Honour> & { readonly parts: readonly HonourPart[] };

type HonoursFacts = City & {
  readonly me: string;
  /** The person's mark for the chosen honour. */
  readonly mark: string;
  readonly honours: readonly OwnHonour[];
  readonly wanted: unknown;
  readonly mayNominate: boolean;
  readonly isHomeKnown: boolean;
};
type HonoursAnswers = {
  readonly honour?: string | null;
  readonly next?: string | null;
  readonly upheld?: string | null;
  readonly words?: Words | null;
};
type HonoursContext = { readonly facts: HonoursFacts; readonly answers: HonoursAnswers; readonly now: number };

const LISTED_MAX = 12;
const WORDS_MAX = 200;
const WITH_WORDS: readonly string[] = ['send_back', 'object', 'answer', 'decline', 'take_back'];

/** 表扬: residents propose, read public notices and object; staff of the ground nominate, answer and decide. */
export const honours = flow<HonoursFacts>({ id: 'honours', version: 1, lifetimeSeconds: 24 * 3600, light: true })
  .step(
    'honour',
    choice({
      options: ({ facts }) => [
        ...facts.honours.slice(0, LISTED_MAX).map(({ record }) => ({
          id: record.id as string,
          wording: 'honour_option',
          values: { name: nameOfHonoured(record, facts), state: { key: `flows/honours:state.${record.state}` } },
        })),
        ...(facts.mayNominate ? [{ id: 'new', opens: { flow: 'nominate-honour', argument: 'new' } }] : []),
      ],
      values: ({ facts }) => ({
        now: { key: facts.honours.length > 0 ? 'flows/honours:honour.which' : 'flows/honours:none' },
      }),
      resets: ['next'],
    }),
  )
  .step(
    'next',
    choice({
      options: (here) => actionsOf(here).map((id) => ({ id })),
      values: (here) => {
        const own = chosenHonour(here);
        return own ? { card: honourCard(own.record, own.parts, here.facts) } : {};
      },
      resets: ['upheld', 'words'],
    }),
  )
  .step(
    'upheld',
    choice({
      relevant: ({ answers }) => answers.next === 'answer',
      options: ['no', 'yes'],
      values: (here) => ({ objection: objectionOf(here)?.words ?? '' }),
      // Once another person has answered, the next objection is the open one.
      confirms: (here) => objectionOf(here),
    }),
  )
  .step(
    'words',
    text({
      relevant: ({ answers }) => WITH_WORDS.includes(answers.next ?? ''),
      minLength: 2,
      maxLength: WORDS_MAX,
      written: true,
      screen: personShield,
      values: ({ answers }) => ({ question: { key: `flows/honours:words.${answers.next ?? 'object'}` } }),
    }),
  )
  .end();

/** Loads the honours that a person may see, open ones first; `wanted` comes along if it is old. */
export async function loadOwnHonours(
  store: Store,
  contact: Pick<Contact, 'grants' | 'home'>,
  city: City,
  wanted?: unknown,
): Promise<readonly OwnHonour[]> {
  const newest = await loadHonours(store);
  const old = newest.some(({ record }) => record.id === wanted) ? undefined : await loadHonour(store, wanted);
  const own = [...newest, ...(old ? [old] : [])].flatMap((kept): readonly OwnHonour[] => {
    const parts = partsInHonour(kept.record, contact, city);
    return parts.length === 0 ? [] : [{ ...kept, parts }];
  });
  return own.toSorted((a, b) => Number(isOpenHonour(b.record)) - Number(isOpenHonour(a.record)));
}

export const honoursTalk = talk({
  flow: honours,
  loadsBy: ['honour'],
  menuOf: MAY_DECIDE_HONOURS,
  load: async ({ store, city, person, position }: LoadContext) => {
    const { contact, urn } = person;
    const wanted = position.answers.honour;
    const grants = contact?.grants ?? [];
    return {
      me: store.pseudonym(urn),
      mark: typeof wanted === 'string' ? objectorMark(store, wanted, urn) : '',
      honours: contact ? await loadOwnHonours(store, contact, city, wanted) : [],
      wanted,
      mayNominate: contact?.home !== undefined || grants.some(({ role }) => MAY_NOMINATE.includes(role)),
      isHomeKnown: contact?.home !== undefined || grants.length > 0,
    };
  },
  facts: (city: City, _person, loaded): HonoursFacts => ({ ...city, ...loaded }),
  opens: (argument) => {
    if (argument === 'all') return {};
    const [honour, next] = argument.split('.');
    return { honour, ...(next === undefined ? {} : { next }) };
  },
  closed: ({ honours: list, wanted, mayNominate, isHomeKnown }) => {
    const isGone = wanted !== undefined && wanted !== 'new' && !list.some(({ record }) => record.id === wanted);
    if (isGone) return { key: 'flows/honours:gone' };
    if (list.length > 0 || mayNominate) return undefined;
    if (isHomeKnown) return { key: 'flows/honours:none' };
    return NO_HOME;
  },
  finish: (answers, finishing): Outcome => {
    const own = chosenHonour({ facts: finishing.facts, answers });
    const next = own && actionsOf({ ...finishing, answers }).find((one) => one === answers.next);
    if (!own || next === 'done') return noChange('honour_seen', { key: 'common:closed' });
    const values = honourValues(own.record, finishing.facts);
    if (next === 'rows' && own.record.evidence)
      return noChange('honour_rows_seen', {
        key: 'flows/honours:done.rows',
        values: { ...values, ...rowsValues(own.record.evidence) },
        buttons: [honourButton(own.record, 'look')],
      });
    return act(next, own, answers, finishing);
  },
});

/** Events that the job notifies of, by act. */
const EVENTS: Readonly<Partial<Record<HonourAction, HonourEvent>>> = {
  take_up: 'nominated',
  object: 'objected',
  take_back: 'taken_back',
};

function act(
  next: HonourAction | undefined,
  own: OwnHonour,
  answers: HonoursAnswers,
  { store, facts, now }: FinishContext<HonoursFacts>,
): Outcome {
  const change = next ? changeOf(next, own.record, answers, { ...facts, now }) : REFUSED;
  if (change.type === 'refused')
    return noChange(`honour_refused:${change.why}`, {
      key: `flows/honours:refused.${change.why}`,
      buttons: [honourButton(own.record, 'look')],
    });
  const { honour } = change;
  const { id, state } = honour;
  const { checks, writes } = keepHonour(store, honour, own);
  const isDecided = state !== own.record.state && (state === 'thanked' || state === 'declined');
  const event = isDecided ? state : next && EVENTS[next];
  const due = next === 'object' ? Math.min(...openDues(honour)) : undefined;
  const done = state === 'thanked' ? 'thanked' : (next ?? 'done');
  return {
    outcome: `honour_${next}`,
    checks,
    writes: [
      ...writes,
      ...(event ? [queueHonour(store, event, id, now)] : []),
      ...(due === undefined ? [] : [queueHonour(store, 'objection_due', id, due + 1)]),
    ],
    says: [
      {
        key: `flows/honours:done.${done}`,
        values: honourValues(honour, facts),
        buttons: [honourButton(honour, 'look')],
      },
    ],
  };
}

const REFUSED: HonourChange = { type: 'refused', why: 'gone' };

function changeOf(
  next: HonourAction,
  before: Honour,
  { upheld, words }: HonoursAnswers,
  { me, mark, now }: HonoursFacts & { readonly now: number },
): HonourChange {
  const deed = { by: me, at: now, words: words && 'text' in words ? words.text : '' };
  switch (next) {
    case 'take_up':
      return takeUpProposal(before);
    case 'send_back':
      return returnProposal(before, deed);
    case 'object':
      return objectToHonour(before, { mark, words: deed.words, at: now });
    case 'answer':
      return answerHonour(before, upheld === 'yes', deed);
    case 'agree':
      return agreeHonour(before, deed);
    case 'decline':
      return declineHonour(before, deed);
    case 'take_back':
      return takeHonourBack(before, deed);
    case 'rows':
    case 'done':
      return REFUSED;
  }
}

function chosenHonour({ facts, answers }: Pick<HonoursContext, 'facts' | 'answers'>): OwnHonour | undefined {
  return facts.honours.find(({ record }) => record.id === answers.honour);
}

function objectionOf(here: Pick<HonoursContext, 'facts' | 'answers'>) {
  const own = chosenHonour(here);
  return own && openObjection(own.record);
}

function actionsOf(here: HonoursContext): readonly HonourAction[] {
  const own = chosenHonour(here);
  return own ? honourActions(own.record, own.parts, momentsOf(here)) : [];
}

function momentsOf({ facts: { me, mark }, now }: Pick<HonoursContext, 'facts' | 'now'>) {
  return { me, mark, now };
}
