import type { CaseCity } from '../cases/report-flow.ts';
import { flow } from '../engine/flow.ts';
import type { Option } from '../engine/step.ts';
import { choice } from '../engine/steps/choice.ts';
import type { Contact } from '../people/contact.ts';
import { talk } from '../people/talk.ts';
import { TOPICS } from './broadcast.ts';

type Facts = CaseCity & { readonly contact: Contact | undefined };
type Answers = { readonly next?: string | null; readonly district?: string | null; readonly street?: string | null };

/** When people may want no announcements, hours of the day. */
const QUIET: Readonly<Record<string, { readonly from: number; readonly until: number }>> = {
  usual: { from: 22, until: 7 },
  long: { from: 20, until: 9 },
  noon: { from: 12, until: 15 },
};

/** Somebody chooses what they want to hear of, when, and for which place. */
export const chooseTopics = flow<Facts>({ id: 'choose-topics', version: 1, lifetimeSeconds: 3600, light: true })
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
  .step('district', below(0))
  .step('street', below(1))
  .step('community', below(2))
  .step('hours', choice({ relevant: ({ answers }) => answers.next === 'quiet', options: Object.keys(QUIET) }))
  .end();

/** One level further down to the place where somebody lives. */
function below(depth: 0 | 1 | 2) {
  const optionsAt = ({ regions }: Facts, { next, district, street }: Answers): readonly Option[] => {
    const above = [undefined, district, street][depth];
    if (next !== 'home' || (depth > 0 && (!above || above === 'here'))) return [];
    const parts = regions.below(above ?? undefined);
    return parts.length > 0 ? [...(depth > 0 ? [{ id: 'here' }] : []), ...parts] : [];
  };
  return choice<Facts, Answers, string>({
    relevant: ({ facts, answers }) => optionsAt(facts, answers).length > 0,
    options: ({ facts, answers }) => optionsAt(facts, answers),
    resets: depth === 0 ? ['street', 'community'] : depth === 1 ? ['community'] : [],
  });
}

export const chooseTopicsTalk = talk({
  flow: chooseTopics,
  facts: (city: CaseCity, { contact }) => ({ ...city, contact }),
  // The button under an announcement: no more of this.
  opens: (argument): Answers => (argument === 'list' ? {} : { next: `off_${argument}` }),
  finish: ({ next, district, street, community, hours }, { contact, facts }) => {
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
      const home = [community, street, district].find((one) => one && one !== 'here');
      if (!home) return { outcome: 'topics_seen', ...nothing, says: [{ key: 'common:closed' }] };
      const values = { where: { names: facts.regions.nameOf(home) ?? { 'zh-CN': home } } };
      return {
        outcome: 'home_chosen',
        ...nothing,
        says: [{ key: 'flows/choose-topics:home', values, buttons: again }],
        contact: { ...contact, home },
      };
    }
    const quiet = QUIET[hours ?? ''];
    if (next === 'quiet' && quiet) {
      return {
        outcome: 'quiet_chosen',
        ...nothing,
        says: [{ key: 'flows/choose-topics:quiet', values: quiet, buttons: again }],
        contact: { ...contact, quiet },
      };
    }
    return { outcome: 'topics_seen', ...nothing, says: [{ key: 'common:closed' }] };
  },
});
