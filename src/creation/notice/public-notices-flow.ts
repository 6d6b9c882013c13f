import { respondentPseudonym } from '../../broadcasts/broadcast.ts';
import { personShield } from '../../cases/report/person-shield.ts';
import type { City } from '../../city/city.ts';
import type { Outcome } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { review } from '../../engine/steps/confirm.ts';
import { photos } from '../../engine/steps/photos.ts';
import { text } from '../../engine/steps/text.ts';
import type { Standard } from '../../inspections/standards/standard.ts';
import { loadVersion } from '../../inspections/standards/standard-store.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { peopleOf } from '../premises/load-premises.ts';
import type { Round } from '../rounds/round.ts';
import { keepRound, loadRounds } from '../rounds/round-store.ts';
import { objectTo } from './notice-rules.ts';
import { noticeItems, noticeValues } from './notice-values.ts';
import { OBJECTION_PHOTOS_MAX } from './objection-photos.ts';

type NoticeFacts = City & {
  readonly notices: readonly Kept<Round>[];
  readonly isHomeKnown: boolean;
  readonly standard: Standard | undefined;
  readonly leads: Awaited<ReturnType<typeof peopleOf>>['leads'];
  /** The person's mark for the chosen round. */
  readonly mark: string;
};

const WORDS_MAX = 200;

/** Begins the payload after /start that opens the notice of a round: notice_<RoundId>. */
export const NOTICE_LINK = 'notice_';

/** 公示: residents of the street read the notices of premises and object. An objection names no person. */
export const publicNotices = flow<NoticeFacts>({
  id: 'public-notices',
  version: 2,
  lifetimeSeconds: 24 * 3600,
  light: true,
})
  .step(
    'round',
    choice({
      options: ({ facts }) =>
        facts.notices.map(({ record }) => ({
          id: record.id,
          name: facts.premises.get(record.premises)?.names ?? { 'zh-CN': record.premises },
        })),
      resets: ['next'],
      reviewed: false,
    }),
  )
  .step(
    'next',
    choice({
      options: ['object', 'standard', 'done'],
      reviewed: false,
      values: ({ facts, answers }) => {
        const record = facts.notices.find((one) => one.record.id === answers.round)?.record;
        return record ? noticeValues(record, facts) : {};
      },
    }),
  )
  .step(
    'words',
    text({
      relevant: ({ answers }) => answers.next === 'object',
      minLength: 4,
      maxLength: WORDS_MAX,
      screen: personShield,
    }),
  )
  .step(
    'photos',
    photos({ max: OBJECTION_PHOTOS_MAX, optional: true, relevant: ({ answers }) => answers.next === 'object' }),
  )
  // With the card, the rest of an album still comes in, and photos are looked at once before they go.
  .step('sure', { ...review(), relevant: ({ answers }) => (answers.photos?.length ?? 0) > 0 })
  .end();

export const publicNoticesTalk = talk({
  flow: publicNotices,
  loadsBy: ['round'],
  load: async ({ store, city, person, position }: LoadContext) => {
    const home = person.contact?.home;
    const street = home === undefined ? undefined : (city.regions.above(home, 'street') ?? home);
    const notices = (await loadRounds(store)).filter(
      ({ record }) =>
        record.state === 'public_notice' && street !== undefined && city.regions.chain(record.region).includes(street),
    );
    const chosen = notices.find(({ record }) => record.id === position.answers.round)?.record;
    const premises = chosen && city.premises.get(chosen.premises);
    return {
      notices,
      isHomeKnown: home !== undefined,
      standard: chosen && (await loadVersion(store, chosen.series, chosen.standard)),
      leads: premises ? (await peopleOf(store, city, premises)).leads : [],
      mark: chosen ? respondentPseudonym(store, chosen.id, person.urn) : '',
    };
  },
  facts: (city: City, _person, loaded): NoticeFacts => ({ ...city, ...loaded }),
  opens: (argument) => {
    if (argument === 'all') return {};
    const [round, next] = argument.split('.');
    return { round, ...(next === undefined ? {} : { next }) };
  },
  prefills: ({ notices }) => (notices.length === 1 ? { round: notices[0]?.record.id } : undefined),
  closed: ({ notices, isHomeKnown }) => {
    if (!isHomeKnown)
      return {
        key: 'flows/public-notices:no_home',
        buttons: [{ label: 'flows/public-notices:set_home', flow: 'choose-topics', argument: 'home' }],
      };
    return notices.length === 0 ? { key: 'flows/public-notices:none' } : undefined;
  },
  finish: ({ round: id, next, words, photos: sent }, { store, facts, now }): Outcome => {
    const kept = facts.notices.find(({ record }) => record.id === id);
    if (!kept || next === 'done') return noChange('notice_seen', { key: 'common:closed' });
    const values = noticeValues(kept.record, facts);
    if (next === 'standard' && facts.standard)
      return noChange('standard_read', {
        key: 'flows/public-notices:standard',
        values: { ...values, items: noticeItems(kept.record, facts.standard) },
        buttons: [
          { label: 'flows/public-notices:object', flow: 'public-notices', argument: `${kept.record.id}.object` },
        ],
      });
    const step = words
      ? objectTo(kept.record, { mark: facts.mark, words, ...(sent?.length ? { photos: sent } : {}), at: now })
      : ({ type: 'refused', why: 'gone' } as const);
    if (step.type === 'refused')
      return noChange(`objection_refused:${step.why}`, { key: `flows/public-notices:refused.${step.why}` });
    const news = {
      key: 'flows/public-notices:news',
      values: {
        ...values,
        words: { words: words ?? { text: '' } },
        photos: sent?.length
          ? ({ key: 'flows/public-notices:with_photos', values: { count: sent.length } } as const)
          : '',
      },
      buttons: [{ label: 'flows/my-premises:again', flow: 'my-premises', argument: kept.record.premises }],
    } as const;
    return {
      outcome: 'round_objected',
      ...keepRound(store, step.round, now, kept),
      says: [{ key: 'flows/public-notices:done', values }],
      tells: facts.leads.map((to) => ({ to, said: news })),
    };
  },
});
