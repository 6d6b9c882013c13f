import type { Hours } from '../../calendar.ts';
import { QUIET_HOURS } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import type { Contact } from '../../people/contact.ts';
import { talk } from '../../people/talk.ts';
import { narrowest, regionSteps } from '../../regions/narrow-region.ts';
import { TOPICS } from '../broadcast.ts';

type ChooseTopicsFacts = City & { readonly contact: Contact | undefined };
type ChooseTopicsAnswers = { readonly next?: string | null };

const { surveys: _notChosen, ...CHOSEN } = QUIET_HOURS;
/** The quiet hours that people may choose. */
const QUIET: Readonly<Record<string, Hours>> = CHOSEN;

/** Quiet hours as values of a sentence. */
const worded = ({ from, until }: Hours) => ({ from: { hour: from }, until: { hour: until } });

const HOME = {
  ids: ['district', 'street', 'community'],
  from: ({ answers }: { readonly answers: ChooseTopicsAnswers }) => (answers.next === 'home' ? '*' : undefined),
  // A home is at most a district, never the whole city.
  here: 'below_first',
} as const;

/** Settings of notifications: muted topics, quiet hours and home region. */
export const chooseTopics = flow<ChooseTopicsFacts>({
  id: 'choose-topics',
  version: 1,
  lifetimeSeconds: 3600,
  light: true,
})
  .step(
    'next',
    choice({
      options: ({ facts: { contact } }) => [
        ...TOPICS.map((topic) => ({ id: `${(contact?.muted ?? []).includes(topic) ? 'on' : 'off'}_${topic}` })),
        { id: 'home' },
        { id: 'quiet' },
      ],
      resets: ['district', 'street', 'community', 'hours'],
    }),
  )
  .steps(regionSteps(HOME))
  .step(
    'hours',
    choice({
      relevant: ({ answers }) => answers.next === 'quiet',
      options: Object.entries(QUIET).map(([id, hours]) => ({ id, values: worded(hours) })),
    }),
  )
  .end();

export const chooseTopicsTalk = talk({
  flow: chooseTopics,
  facts: (city: City, { contact }) => ({ ...city, contact }),
  // The mute button under an announcement brings its topic.
  opens: (argument): ChooseTopicsAnswers =>
    argument === 'list' ? {} : { next: argument === 'home' ? 'home' : `off_${argument}` },
  finish: ({ next, district, street, community, hours }, { contact, facts, now }) => {
    const nothing = { checks: [], writes: [] };
    const again = [{ label: 'flows/choose-topics:again' as const, flow: 'choose-topics', argument: 'list' }];
    const [how, topic = ''] = (next ?? '').split('_');
    if ((how === 'on' || how === 'off') && TOPICS.some((one) => one === topic)) {
      const others = (contact.muted ?? []).filter((one) => one !== topic);
      const muted = how === 'off' ? [...others, topic] : others;
      const values = { topic: { key: `flows/choose-topics:topics.${topic}` as const } };
      return {
        outcome: `topic_${how}`,
        ...nothing,
        says: [{ key: `flows/choose-topics:${how}` as const, values, buttons: again }],
        contact: { ...contact, muted },
      };
    }
    if (next === 'home') {
      const home = narrowest(district, street, community);
      if (!home) return { outcome: 'topics_seen', ...nothing, says: [{ key: 'common:closed' }] };
      const values = { where: { names: facts.regions.nameOf(home) ?? { 'zh-CN': home } } };
      return {
        outcome: 'home_chosen',
        ...nothing,
        says: [{ key: 'flows/choose-topics:home', values, buttons: again }],
        contact: home === contact.home ? contact : { ...contact, home, homeSince: now },
      };
    }
    const quiet = QUIET[hours ?? ''];
    if (next === 'quiet' && quiet) {
      return {
        outcome: 'quiet_chosen',
        ...nothing,
        says: [{ key: 'flows/choose-topics:quiet', values: worded(quiet), buttons: again }],
        contact: { ...contact, quiet },
      };
    }
    return { outcome: 'topics_seen', ...nothing, says: [{ key: 'common:closed' }] };
  },
});
