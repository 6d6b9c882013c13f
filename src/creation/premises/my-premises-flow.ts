import { personShield } from '../../cases/report/person-shield.ts';
import type { City } from '../../city/city.ts';
import { seriesNames } from '../../city/series.ts';
import type { Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import type { Names } from '../../engine/step.ts';
import { choice, choices } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import { text } from '../../engine/steps/text.ts';
import type { Item } from '../../inspections/standards/standard.ts';
import { VETOES } from '../../inspections/standards/standard.ts';
import { MARKS } from '../../inspections/visits/read-marks.ts';
import { talk } from '../../people/talk.ts';
import { lacksDocument } from '../checks/counted-mark.ts';
import { openItems } from '../claims/claim-rules.ts';
import { documentsIn } from '../evidence/evidence.ts';
import { openObjection } from '../notice/notice-rules.ts';
import { quartersFrom } from '../plan/quarter.ts';
import type { Objection, Round } from '../rounds/round.ts';
import { PROJECT_CONDITIONS } from '../rounds/round.ts';
import { finishPremises } from './finish-premises.ts';
import type { PremisesFacts } from './load-premises.ts';
import { currentRound, loadPremises } from './load-premises.ts';
import { actionsFor } from './premises-actions.ts';
import type { PremisesAnswers } from './premises-answers.ts';
import { itemOf } from './premises-answers.ts';
import { premisesCard } from './premises-card.ts';

type Here = { readonly answers: PremisesAnswers; readonly facts: PremisesFacts; readonly now: number };

const WORDS_MAX = 200;
const QUARTERS = 4;
/** Actions that state what will be done and ask for a confirmation. */
const CONFIRMED: readonly string[] = [
  'claimed',
  'cure_told',
  'photos_hidden',
  'sent_back',
  'proposed',
  'named',
  'suspended',
  'cured',
  'vetoed',
];
const WORDED: readonly string[] = ['project_done', 'answered', 'named', 'vetoed', 'example'];

const is =
  (...actions: readonly string[]) =>
  ({ answers }: { readonly answers: PremisesAnswers }) =>
    actions.includes(answers.next ?? '');

/** 创建: contacts claim their items one by one; the lead department plans, sends back, proposes and answers. */
export const myPremises = flow<PremisesFacts>({
  id: 'my-premises',
  version: 2,
  lifetimeSeconds: 24 * 3600,
  light: true,
})
  .step(
    'premises',
    choice({
      options: ({ facts }) =>
        facts.list.map(({ id, names, series }) => ({ id, name: joinedNames(names, seriesNames(series)) })),
      resets: ['next'],
    }),
  )
  .step(
    'next',
    choice({
      options: ({ facts, now }) => [
        ...actionsFor(facts, now).map((id) => ({ id })),
        { id: 'documents', opens: { flow: 'premises-documents', argument: facts.premises?.id ?? 'all' } },
        { id: 'done' },
      ],
      values: ({ facts, now }) => ({ card: premisesCard(facts, now) }),
      changeResets: ['item', 'mark', 'quarter', 'three', 'objection', 'upheld', 'veto', 'helper', 'words', 'sure'],
    }),
  )
  .step(
    'quarter',
    choice({
      relevant: is('planned'),
      options: ({ now }) => quartersFrom(now, QUARTERS).map((id) => ({ id, name: { 'zh-CN': id, en: id } })),
    }),
  )
  .step(
    'item',
    choice({
      relevant: is('changed', 'project_done'),
      options: (here) => itemsToChoose(here).map(({ no, words }) => ({ id: String(no), name: numbered(no, words) })),
      resets: ['mark'],
    }),
  )
  .step(
    'mark',
    choice({
      relevant: is('claim', 'changed'),
      options: MARKS,
      values: (here) => markValues(here),
      // Once another contact has marked it, the next item is the open one.
      confirms: (here) => itemOf(here)?.no,
    }),
  )
  .step('three', choices({ relevant: is('project_done'), options: PROJECT_CONDITIONS, min: PROJECT_CONDITIONS.length }))
  .step(
    'upheld',
    choice({
      relevant: is('answered'),
      options: ['yes', 'no'],
      values: ({ facts }) => ({ card: premisesCard(facts, 0) }),
      confirms: ({ facts }) => openObjection(currentRound(facts)?.record ?? { objections: [] }),
    }),
  )
  .step(
    'objection',
    choice({
      relevant: ({ answers, facts }) => answers.next === 'photos_hidden' && photographed(facts).length > 1,
      options: ({ facts }) =>
        photographed(facts).map(({ words, at }) => ({
          id: String(at),
          name: { 'zh-CN': 'text' in words ? words.text : '🎤' },
        })),
    }),
  )
  .step('veto', choice({ relevant: is('vetoed'), options: VETOES }))
  .step(
    'helper',
    choice({
      relevant: is('paired'),
      options: ({ facts }) => facts.helpers.map(({ id, names }) => ({ id, name: names })),
    }),
  )
  .step(
    'words',
    text({
      relevant: ({ answers }) => WORDED.includes(answers.next ?? '') || answers.mark === 'na',
      minLength: 2,
      maxLength: WORDS_MAX,
      written: true,
      screen: personShield,
      values: ({ answers }) => ({
        question: { key: `flows/my-premises:words.${answers.mark === 'na' ? 'na' : answers.next}` },
      }),
    }),
  )
  .step(
    'sure',
    confirm({
      relevant: ({ answers }) => CONFIRMED.includes(answers.next ?? ''),
      values: ({ facts, answers, now }) => ({
        card: premisesCard(facts, now),
        deed: { key: `flows/my-premises:next.options.${answers.next}` },
      }),
    }),
  )
  .end();

export const myPremisesTalk = talk({
  flow: myPremises,
  load: loadPremises,
  loadsBy: ['premises'],
  facts: (_city: City, _person, loaded: PremisesFacts) => loaded,
  // Premises of one contact need no choice.
  prefills: ({ list }) => (list.length === 1 ? { premises: list[0]?.id } : undefined),
  closed: ({ list }) =>
    list.length === 0
      ? {
          key: 'flows/my-premises:none',
          buttons: [{ label: 'flows/my-premises:notices', flow: 'public-notices', argument: 'all' }],
        }
      : undefined,
  opens: (argument) => {
    if (argument === 'all') return {};
    const [premises, next] = argument.split('.');
    return { premises, ...(next === undefined ? {} : { next }) };
  },
  finish: (answers: PremisesAnswers, finishing) =>
    answers.next && answers.next !== 'done' && answers.sure !== false
      ? finishPremises(answers, finishing)
      : noChange('premises_seen', { key: 'common:closed' }),
});

function itemsToChoose({ answers, facts }: Here): readonly Item[] {
  const round = currentRound(facts)?.record;
  const items = facts.standard?.items ?? [];
  if (!round) return [];
  if (answers.next === 'changed') return items.filter(({ no }) => round.claims[no] !== undefined);
  const open = round.projects.filter(({ doneAt }) => doneAt === undefined);
  return items.filter(({ no }) => open.some((project) => project.no === no));
}

function photographed(facts: PremisesFacts): readonly Objection[] {
  return currentRound(facts)?.record.objections.filter(({ photos }) => photos) ?? [];
}

function markValues({ answers, facts }: Here) {
  const item = itemOf({ answers, facts });
  const round = currentRound(facts)?.record;
  if (!item || !round || !facts.standard) return {};
  const left = openItems(round, facts.standard).length;
  const star = { key: item.critical ? 'flows/my-premises:star' : 'flows/my-premises:no_star' } as const;
  return { no: item.no, words: { names: item.words }, max: item.max, star, left, documents: documentsOn(item, round) };
}

/** The documents beside an item that is claimed: how many count, or that one is needed. */
function documentsOn(item: Item, round: Round): Value {
  const count = documentsIn(round.evidence[item.no]?.rows ?? []);
  if (count > 0) return { key: 'flows/my-premises:documents_found', values: { count } };
  return lacksDocument(item, round) ? { key: 'flows/my-premises:document_wanted' } : '';
}

function numbered(no: number, words: Names): Names {
  return Object.fromEntries(Object.entries(words).map(([language, said]) => [language, `${no} ${said}`]));
}

function joinedNames(names: Names, series: Names): Names {
  const languages = ['zh-CN', 'en'] as const;
  return Object.fromEntries(
    languages.map((one) => [one, `${names[one] ?? names['zh-CN'] ?? ''} · ${series[one] ?? ''}`]),
  );
}
