import { respondentPseudonym } from '../../broadcasts/broadcast.ts';
import { personShield } from '../../cases/report/person-shield.ts';
import type { City } from '../../city/city.ts';
import { seriesNames } from '../../city/series.ts';
import type { Outcome, Values } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { text } from '../../engine/steps/text.ts';
import type { Standard } from '../../inspections/standards/standard.ts';
import { loadVersion } from '../../inspections/standards/standard-store.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Kept } from '../../store/versioned-record.ts';
import { peopleOf } from '../rounds/load-premises.ts';
import { oneDecimal, standardList } from '../rounds/premises-card.ts';
import type { Round } from '../rounds/round.ts';
import { objectTo } from '../rounds/round-rules.ts';
import { keepRound, loadRounds } from '../rounds/round-store.ts';

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
  version: 1,
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
    }),
  )
  .step(
    'next',
    choice({
      options: ['object', 'standard', 'done'],
      values: ({ facts, answers }) => noticeValues(facts, answers.round),
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
        buttons: [{ label: 'flows/public-notices:set_home', flow: 'choose-topics', argument: 'list' }],
      };
    return notices.length === 0 ? { key: 'flows/public-notices:none' } : undefined;
  },
  finish: ({ round: id, next, words }, { store, facts, now }): Outcome => {
    const kept = facts.notices.find(({ record }) => record.id === id);
    if (!kept || next === 'done') return noChange('notice_seen', { key: 'common:closed' });
    const values = noticeValues(facts, id);
    if (next === 'standard' && facts.standard)
      return noChange('standard_read', {
        key: 'flows/public-notices:standard',
        values: { ...values, items: standardList(facts.standard) },
        buttons: [{ label: 'flows/public-notices:object', flow: 'public-notices', argument: kept.record.id }],
      });
    const step = words
      ? objectTo(kept.record, { mark: facts.mark, words, at: now })
      : ({ type: 'refused', why: 'gone' } as const);
    if (step.type === 'refused')
      return noChange(`objection_refused:${step.why}`, { key: `flows/public-notices:refused.${step.why}` });
    const news = {
      key: 'flows/public-notices:news',
      values: { ...values, words: { words: words ?? { text: '' } } },
      buttons: [{ label: 'flows/my-premises:again', flow: 'my-premises', argument: kept.record.premises }],
    } as const;
    return {
      outcome: 'round_objected',
      ...keepRound(store, step.round, kept),
      says: [{ key: 'flows/public-notices:done', values }],
      tells: facts.leads.map((to) => ({ to, said: news })),
    };
  },
});

/** Figures of a notice: a level, never a title. */
function noticeValues({ notices, premises }: NoticeFacts, id: string | null | undefined): Values {
  const record = notices.find((one) => one.record.id === id)?.record;
  if (!record) return {};
  return {
    name: { names: premises.get(record.premises)?.names ?? {} },
    series: { names: seriesNames(record.series) },
    level: { key: `common:level.${record.level ?? 'none'}` },
    score: record.score ? oneDecimal(record.score.score) : '',
    until: record.noticeUntil === undefined ? '' : { at: record.noticeUntil },
    objections: record.objections.length,
  };
}
