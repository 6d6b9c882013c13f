import type { PostedForm } from '../../forms.ts';
import { me } from '../state.ts';

export const TOPICS = ['notices', 'fraud', 'fire', 'flood'] as const;
export const BUTTONS = ['heard', 'reply', 'report', 'home_check', 'link'] as const;
export const WHO = ['everybody', 'volunteers', 'organisers'] as const;
export const KINDS = ['announcement', 'urgent'] as const;
export const WHEN = ['now', 'once'] as const;
export const REGION_STEPS = ['district', 'street', 'community'] as const;
const PLACE = 'anlin-compose';

/** What an organiser has written so far. */
export type Fields = {
  readonly topic: (typeof TOPICS)[number];
  readonly headline: string;
  readonly words: string;
  readonly english: string;
  readonly buttons: readonly string[];
  readonly link: string;
  readonly region: string;
  readonly who: (typeof WHO)[number];
  readonly kind: (typeof KINDS)[number];
  readonly when: (typeof WHEN)[number];
  readonly at: string;
};
const EMPTY: Fields = {
  topic: 'notices',
  headline: '',
  words: '',
  english: '',
  buttons: ['heard'],
  link: '',
  region: '',
  who: 'everybody',
  kind: 'announcement',
  when: 'now',
  at: '',
};

/** Reads the fields of this tab, as they were before a reload. */
export function keptFields(): Fields {
  try {
    return { ...EMPTY, ...(JSON.parse(sessionStorage.getItem(PLACE) ?? '{}') as Partial<Fields>) }; // written by `keepFields`
  } catch {
    return EMPTY;
  }
}

/** Keeps the fields over a reload. */
export function keepFields(fields: Fields): void {
  sessionStorage.setItem(PLACE, JSON.stringify(fields));
}

export function forgetFields(): void {
  sessionStorage.removeItem(PLACE);
}

/** The fields as answers of the flow. The flow takes them in its own order, and leaves what it does not ask. */
export function inputsOf(fields: Fields): PostedForm['inputs'] {
  const region = me.value?.regions.find(({ id }) => id === fields.region);
  const done = (step: string) => ({ step, option: '~done' });
  const typed = (step: string, text: string) => (text.trim() === '' ? [] : [{ step, text: text.trim() }]);
  return [
    { step: 'template', option: 'own' },
    { step: 'topic', option: fields.topic },
    ...typed('headline', fields.headline),
    ...typed('words', fields.words),
    ...(fields.english.trim() === '' ? [{ step: 'english', option: '~skip' }] : typed('english', fields.english)),
    { step: 'photo', option: '~skip' },
    ...fields.buttons.map((option) => ({ step: 'buttons', option })),
    done('buttons'),
    ...typed('link', fields.link),
    ...REGION_STEPS.map((step) => (region ? { step, text: region.name } : { step, option: 'here' })),
    // A street that was named by its words is asked for its parts next: all of it.
    ...(region ? REGION_STEPS.map((step) => ({ step, option: 'here' })) : []),
    { step: 'who', option: fields.who },
    done('spare'),
    { step: 'kind', option: fields.kind },
    { step: 'when', option: fields.when },
    ...typed('at', fields.at),
  ];
}
