import { flow } from '../engine/flow.ts';
import { choice } from '../engine/steps/choice.ts';
import type { LanguageName } from '../i18n.ts';
import { talk } from './talk.ts';

type LanguageFacts = { readonly languages: readonly LanguageName[] };

/** The flow in which a person chooses the language of all messages. */
export const chooseLanguage = flow<LanguageFacts>({
  id: 'choose-language',
  version: 1,
  lifetimeSeconds: 3600,
  light: true,
})
  .step('language', choice({ options: ({ facts }) => facts.languages.map(({ id, names }) => ({ id, name: names })) }))
  .end();

export const languageTalk = talk({
  flow: chooseLanguage,
  facts: ({ languages }: LanguageFacts) => ({ languages }),
  finish: ({ language }, { contact }) => ({
    outcome: 'language_chosen',
    checks: [],
    writes: [],
    says: [{ key: 'flows/choose-language:done' }],
    contact: language ? { ...contact, language } : contact,
  }),
});
