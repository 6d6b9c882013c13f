import type { Values } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import type { LoadContext } from '../talk.ts';
import { talk } from '../talk.ts';
import type { WaitingBrowser } from './sign-in.ts';
import { stateOf } from './sign-in.ts';
import type { Access } from './sign-in-store.ts';
import { answerBrowser, loadAccess } from './sign-in-store.ts';

type ConfirmFacts = { readonly access: Pick<Access, 'key' | 'browser'>; readonly waiting: WaitingBrowser | undefined };

/** The id of the flow that the buttons of a question for a number open. */
export const CONFIRM_BROWSER = 'confirm-browser';

/** Lets a browser in if its organiser taps the number that it shows. A wrong number refuses it for good. */
export const confirmBrowser = flow<ConfirmFacts>({ id: CONFIRM_BROWSER, version: 1, lifetimeSeconds: 300, light: true })
  .step(
    'answer',
    choice({
      // The browser's id ties a button to it: a later browser shows other numbers.
      options: ({ facts: { waiting } }) =>
        waiting ? [...waiting.shown.map((number) => option(waiting, String(number))), option(waiting, 'no')] : [],
      values: ({ facts: { waiting } }) => (waiting ? questionValues(waiting) : {}),
    }),
  )
  .end();

export const confirmBrowserTalk = talk({
  flow: confirmBrowser,
  load: async ({ store, person, now }: LoadContext) => {
    const { key, browser } = await loadAccess(store, store.pseudonym(person.urn));
    return { access: { key, browser }, waiting: browser && stateOf(browser, now) === 'waiting' ? browser : undefined };
  },
  facts: (_city: object, _person, loaded: ConfirmFacts) => loaded,
  closed: ({ waiting }) => (waiting ? undefined : { key: 'flows/confirm-browser:gone' }),
  opens: (argument) => ({ answer: argument }),
  finish: ({ answer }, { facts: { access, waiting } }) => {
    const said = answer?.split('.')[1];
    const right = waiting !== undefined && said === String(waiting.number);
    const reply = right ? 'done' : said === 'no' ? 'refused' : 'wrong';
    return {
      outcome: right ? 'browser_confirmed' : 'browser_refused',
      ...answerBrowser(access, right ? 'confirmed' : 'refused'),
      says: [{ key: `flows/confirm-browser:${reply}` }],
    };
  },
});

function option({ id }: WaitingBrowser, answer: string) {
  return {
    id: `${id}.${answer}`,
    ...(answer === 'no' ? { wording: 'not_me', means: 'no' as const } : { name: { 'zh-CN': answer, en: answer } }),
  };
}

/** Values of the question for a number: which browser, and when it asked. */
export function questionValues({ session, browser: { family, system }, at }: WaitingBrowser): Values {
  return {
    why: { key: `flows/confirm-browser:${session === undefined ? 'sign_in' : 'step_up'}` },
    browser: { key: `flows/confirm-browser:families.${family}` },
    system: { key: `flows/confirm-browser:systems.${system}` },
    at: { at },
  };
}
