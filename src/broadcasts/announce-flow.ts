import { personShield } from '../cases/person-shield.ts';
import type { CaseCity } from '../cases/report-flow.ts';
import { flow } from '../engine/flow.ts';
import type { Media } from '../engine/input.ts';
import { choice, choices } from '../engine/steps/choice.ts';
import { review } from '../engine/steps/confirm.ts';
import { date } from '../engine/steps/date.ts';
import { photos } from '../engine/steps/photos.ts';
import type { Words } from '../engine/steps/text.ts';
import { text } from '../engine/steps/text.ts';
import { DAY_MS } from '../people/contact.ts';
import type { Grant } from '../people/role.ts';
import { EVERYWHERE } from '../people/role.ts';
import type { Loading } from '../people/talk.ts';
import { talk } from '../people/talk.ts';
import { narrowest, narrowRegion } from '../regions/narrow-region.ts';
import type { Broadcast, ButtonKind, Content, Kind, Topic } from './broadcast.ts';
import { BUTTONS, KINDS, MAY_ANNOUNCE, newBroadcastId, TOPICS } from './broadcast.ts';
import { keepBroadcast } from './broadcast-store.ts';
import type { Schedule } from './schedule.ts';

/** Announcements that every year brings, worded beforehand, and what each is about. */
const TEMPLATES: Readonly<Record<string, Topic>> = {
  anti_fraud: 'fraud',
  fire_safety: 'fire',
  flood_season: 'flood',
  safety_month: 'notices',
  safe_city: 'notices',
  festival: 'notices',
};
/** Holidays before which something is usually said. */
const HOLIDAYS: Readonly<Record<string, string>> = {
  spring: '\u6625\u8282',
  labour: '\u52b3\u52a8\u8282',
  national: '\u56fd\u5e86\u8282',
};
/** Whom to spare: nobody, those who have not written for long, those who got something lately. */
const SPARES: Readonly<Record<string, { readonly silentDays?: number; readonly notWithinDays?: number }>> = {
  nobody: {},
  silent: { silentDays: 90 },
  lately: { notWithinDays: 7 },
};
const ZONE = 'Asia/Shanghai';
const HOUR_MS = 3600_000;
/** An announcement that is so late is not sent any more. */
const STALE_MS: Readonly<Record<Kind, number>> = { announcement: 12 * HOUR_MS, urgent: 2 * HOUR_MS };

type Facts = CaseCity & { readonly grants: readonly Grant[]; readonly me: string };
type Answers = {
  readonly template?: string | null;
  readonly buttons?: readonly string[] | null;
  readonly when?: string | null;
};

const is =
  (...when: readonly string[]) =>
  ({ answers }: { readonly answers: Answers }) =>
    when.includes(answers.when ?? '');

const AIMED = {
  ids: ['district', 'street', 'community'],
  from: ({ facts }: { readonly facts: Facts }) => groundOf(facts),
} as const;

/** An organiser writes an announcement; it becomes a draft, and nothing is sent by this alone. */
export const announce = flow<Facts>({ id: 'announce', version: 1, lifetimeSeconds: 24 * 3600 })
  .step('template', choice({ options: [...Object.keys(TEMPLATES), 'own'], resets: ['topic', 'headline', 'words'] }))
  .step(
    'topic',
    choice({
      relevant: ({ answers }) => answers.template === 'own',
      options: TOPICS.filter((topic) => topic !== 'urgent'),
    }),
  )
  .step('headline', text({ maxLength: 40, values: suggested('headline'), screen: personShield }))
  .step('words', text({ maxLength: 3500, values: suggested('words'), screen: personShield }))
  .step('english', text({ maxLength: 3500, optional: true, screen: personShield }))
  .step('photo', photos({ max: 1, optional: true }))
  .step('buttons', choices({ options: BUTTONS, min: 0 }))
  .step('link', text({ relevant: ({ answers }) => (answers.buttons ?? []).includes('link'), maxLength: 200 }))
  .step('district', narrowRegion(AIMED, 0))
  .step('street', narrowRegion(AIMED, 1))
  .step('community', narrowRegion(AIMED, 2))
  .step('who', choice({ options: ['everybody', 'organisers'] }))
  .step('spare', choice({ options: Object.keys(SPARES) }))
  .step('kind', choice({ options: KINDS }))
  .step(
    'when',
    choice({
      options: ['now', 'once', 'weekly', 'monthly', 'holiday'],
      resets: ['at', 'weekday', 'holiday', 'time', 'until'],
    }),
  )
  .step('at', date({ relevant: is('once'), time: true, withinDays: 180 }))
  .step('weekday', choice({ relevant: is('weekly'), options: ['1', '2', '3', '4', '5', '6', '0'] }))
  .step('holiday', choice({ relevant: is('holiday'), options: Object.keys(HOLIDAYS) }))
  .step('time', choice({ relevant: is('weekly', 'monthly', 'holiday'), options: ['08', '10', '15', '19'] }))
  .step('until', date({ relevant: is('weekly', 'monthly', 'holiday'), withinDays: 400 }))
  .step('review', review())
  .end();

/** What a template says, to be copied and filled in. */
function suggested(part: 'headline' | 'words') {
  return ({ answers }: { readonly answers: Answers }) => {
    const template = answers.template ?? 'own';
    return { suggestion: { key: `flows/announce:templates.${template}.${part}` } };
  };
}

/** The ground for which somebody may speak: the widest of their roles. */
export function groundOf({ grants, regions }: Pick<Facts, 'grants' | 'regions'>): string | undefined {
  const scopes = grants.filter(({ role }) => MAY_ANNOUNCE.includes(role)).map(({ scope }) => scope);
  if (scopes.includes(EVERYWHERE)) return regions.all('city')[0];
  return scopes.toSorted((a, b) => regions.chain(a).length - regions.chain(b).length)[0];
}

export const announceTalk = talk({
  flow: announce,
  load: async ({ store, person }: Loading<CaseCity>) => ({ me: store.pseudonym(person.urn) }),
  facts: (city: CaseCity, { contact }, loaded) => ({
    ...city,
    grants: contact?.grants ?? [],
    ...loaded,
  }),
  opens: () => ({}),
  closed: (facts) => (groundOf(facts) === undefined ? { key: 'flows/announce:not_you' } : undefined),
  finish: (answers, { store, facts, now }) => {
    // Only what is written can go out to everybody.
    if (textOf(answers.headline) === '' || textOf(answers.words) === '') {
      return { outcome: 'broadcast_unwritten', checks: [], writes: [], says: [{ key: 'flows/announce:written_only' }] };
    }
    const region = groundOf(facts) ?? '';
    const aimed = narrowest(answers.district, answers.street, answers.community) ?? region;
    const template = answers.template ?? 'own';
    const kind = (answers.kind ?? 'announcement') as Kind;
    const record: Broadcast = {
      id: newBroadcastId(),
      state: 'draft',
      kind,
      topic: kind === 'urgent' ? 'urgent' : (TEMPLATES[template] ?? ((answers.topic ?? 'notices') as Topic)),
      content: contentOf(answers),
      audience: {
        type: 'people',
        region: aimed,
        who: answers.who === 'organisers' ? 'organisers' : 'everybody',
        ...SPARES[answers.spare ?? 'nobody'],
      },
      schedule: scheduleOf(answers, now),
      staleAfterMs: STALE_MS[kind],
      by: facts.me,
      region,
      madeAt: now,
      runs: [],
    };
    return {
      outcome: 'broadcast_drafted',
      ...keepBroadcast(store, record),
      says: [
        {
          key: 'flows/announce:done',
          buttons: [{ label: 'flows/announce:look' as const, flow: 'my-broadcasts', argument: record.id }],
        },
      ],
    };
  },
});

type Written = Answers & {
  readonly headline?: Words | null;
  readonly words?: Words | null;
  readonly english?: Words | null;
  readonly photo?: readonly Media[] | null;
  readonly link?: Words | null;
};

/** The first line of the English text is its title, if more lines follow. */
function contentOf({ headline, words, english, photo, link, buttons }: Written): Content {
  const [first = '', ...rest] = textOf(english).split('\n');
  const titled = rest.join('\n').trim() !== '';
  const en = titled ? rest.join('\n').trim() : first;
  return {
    title: textOf(headline),
    ...(titled ? { titles: { en: first } } : {}),
    words: { 'zh-CN': textOf(words), ...(en ? { en } : {}) },
    buttons: (buttons ?? []) as readonly ButtonKind[],
    ...(photo?.[0] ? { photo: photo[0] } : {}),
    ...(link ? { link: textOf(link) } : {}),
  };
}

function textOf(words: Words | null | undefined): string {
  return words && 'text' in words ? words.text : '';
}

type Timing = Answers & {
  readonly at?: string | null;
  readonly weekday?: string | null;
  readonly holiday?: string | null;
  readonly time?: string | null;
  readonly until?: string | null;
};

function scheduleOf({ when, at, weekday, holiday, time, until }: Timing, now: number): Schedule {
  const hour = time ?? '10';
  const repeats = {
    zone: ZONE,
    misfire: 'latest' as const,
    ...(until ? { until: Date.parse(`${until}T00:00+08:00`) + DAY_MS } : {}),
  };
  switch (when) {
    case 'once':
      return { type: 'once', at: at ? Date.parse(`${at}+08:00`) : now };
    case 'weekly':
      return { type: 'cron', cron: `0 ${Number(hour)} * * ${weekday ?? '1'}`, ...repeats };
    case 'monthly':
      return { type: 'first_working_day', time: `${hour}:00`, ...repeats };
    case 'holiday':
      return { type: 'holiday', holiday: HOLIDAYS[holiday ?? ''] ?? '', daysBefore: 3, time: `${hour}:00`, ...repeats };
    default:
      return { type: 'once', at: 'now' };
  }
}
