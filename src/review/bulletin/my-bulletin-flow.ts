import { keepBroadcast } from '../../broadcasts/broadcast-store.ts';
import { personShield } from '../../cases/report/person-shield.ts';
import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Outcome, Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { date } from '../../engine/steps/date.ts';
import type { Words } from '../../engine/steps/text.ts';
import { text } from '../../engine/steps/text.ts';
import { pairStreets } from '../../inspections/draw/pairing.ts';
import type { Grant } from '../../people/role.ts';
import { anyGrantCovers } from '../../people/role.ts';
import type { FinishContext, LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { NO_CHANGE } from '../../store/records/versioned-record.ts';
import { PAIRING_MAX_DAYS } from '../letters/ladder.ts';
import { readMonth } from '../score/month.ts';
import type { Bulletin, PointAnswer } from './bulletin.ts';
import { POINT_ANSWERS } from './bulletin.ts';
import { answerText, bulletinLines, versionText, weakText } from './bulletin-card.ts';
import { keepAnswer, loadAnswers, loadBulletin, loadNewestBulletin } from './bulletin-store.ts';
import { bulletinFor, MAY_ANSWER_POINTS, MAY_READ_BULLETIN } from './bulletin-view.ts';
import { draftAnnouncement } from './draft-announcement.ts';
import { lintFaults } from './sentence.ts';
import type { WeakPoint } from './weak-points.ts';

type MyBulletinFacts = City & {
  readonly me: string;
  readonly grants: readonly Grant[];
  /** The bulletin as the person may read it. */
  readonly bulletin: Bulletin | undefined;
  readonly answers: ReadonlyMap<string, PointAnswer>;
};
type MyBulletinAnswers = {
  readonly point?: string | null;
  readonly answer?: string | null;
  readonly words?: Words | null;
  readonly helper?: string | null;
  readonly until?: string | null;
};
type MyBulletinContext = { readonly facts: MyBulletinFacts; readonly answers: MyBulletinAnswers };

const isPairing = (here: MyBulletinContext) =>
  here.answers.answer === 'adopted' && pointOf(here)?.proposal === 'pairing';
const isExplained = ({ answers }: MyBulletinContext) => answers.answer === 'changed' || answers.answer === 'declined';

/** Shows the newest bulletin; a lead or the office answers its proposals. */
export const myBulletin = flow<MyBulletinFacts>({
  id: 'my-bulletin',
  version: 1,
  lifetimeSeconds: 24 * 3600,
  light: true,
})
  .step(
    'point',
    choice({
      options: ({ facts }) => pointsToAnswer(facts).map((point, i) => optionOf(point, i, facts)),
      values: ({ facts }) => ({ card: cardOf(facts) }),
      resets: ['answer'],
    }),
  )
  .step(
    'answer',
    choice({
      options: POINT_ANSWERS,
      values: (here) => {
        const point = pointOf(here);
        return point ? { card: pointText(point, 0, here.facts) } : {};
      },
      resets: ['words', 'helper', 'until'],
    }),
  )
  .step(
    'helper',
    choice({
      relevant: isPairing,
      options: (here) =>
        here.facts.regions
          .all('street')
          .filter((id) => id !== pointOf(here)?.region)
          .map((id) => ({ id, name: here.facts.regions.nameOf(id) ?? {} })),
    }),
  )
  .step('until', date({ relevant: isPairing, withinDays: PAIRING_MAX_DAYS }))
  .step(
    'words',
    text({
      relevant: isExplained,
      minLength: 2,
      // Two lines of the printed page.
      maxLength: 80,
      written: true,
      screen: personShield,
      fits: (words) => lintFaults(words).length === 0,
      values: ({ answers }) => ({ question: { key: `flows/my-bulletin:words.${answers.answer ?? 'declined'}` } }),
    }),
  )
  .end();

export const myBulletinTalk = talk({
  flow: myBulletin,
  load: async ({ store, city, person, position }: LoadContext) => {
    const grants = person.contact?.grants ?? [];
    const month = readMonth(position.answers.month);
    const found = month ? await loadBulletin(store, month) : await loadNewestBulletin(store);
    const bulletin = found && bulletinFor(found, grants, city);
    const answers = bulletin ? await loadAnswers(store, bulletin.month) : new Map<string, PointAnswer>();
    return { me: store.pseudonym(person.urn), grants, bulletin, answers };
  },
  menuOf: MAY_READ_BULLETIN,
  facts: (city: City, _person, loaded) => ({ ...city, ...loaded }),
  opens: (month) => (month === 'all' ? {} : { month }),
  closed: (facts) => {
    if (!facts.grants.some(({ role }) => MAY_READ_BULLETIN.includes(role))) return { key: 'flows/my-bulletin:not_you' };
    if (!facts.bulletin) return { key: 'flows/my-bulletin:nothing' };
    // With no proposal to answer, the card is the whole talk.
    return pointsToAnswer(facts).length === 0 ? cardMessage(facts) : undefined;
  },
  finish: (answers, finishing) => {
    const { facts } = finishing;
    const point = pointOf({ facts, answers });
    if (!point || !facts.bulletin) return noChange('bulletin_seen', { key: 'common:closed' });
    return answerPoint(point, facts.bulletin, answers, finishing);
  },
});

/** The button of the talk in which an adopted proposal is planned, filled in with the street. */
function buttonFor(
  point: WeakPoint,
  { regions }: Pick<City, 'regions'>,
): NonNullable<LocalizedMessage['buttons']>[number] | undefined {
  const { proposal, region } = point;
  switch (proposal) {
    case 'announcement':
      return { label: 'flows/my-bulletin:buttons.announce', flow: 'announce', argument: 'new' };
    case 'inspection': {
      const argument = `new.${regions.above(region, 'district') ?? ''}.${region}`;
      return { label: 'flows/my-bulletin:buttons.inspection', flow: 'my-draws', argument };
    }
    case 'task': {
      const kind = point.basis !== 'alert' && point.code === 'satisfied' ? 'help' : 'patrol';
      return { label: 'flows/my-bulletin:buttons.task', flow: 'give-task', argument: `${kind}.${region}` };
    }
    case 'pairing':
      return undefined;
  }
}

function answerPoint(
  point: WeakPoint,
  { month }: Bulletin,
  answers: MyBulletinAnswers,
  { store, facts, now }: FinishContext<MyBulletinFacts>,
): Outcome {
  const had = facts.answers.get(point.id);
  if (had)
    return noChange('point_answered', { key: 'flows/my-bulletin:done.had', values: { answer: answerText(had) } });
  const answer = POINT_ANSWERS.find((one) => one === answers.answer) ?? 'declined';
  const words = answers.words && 'text' in answers.words ? answers.words.text : undefined;
  const isDrafted = answer === 'adopted' && point.proposal === 'announcement' && point.basis !== 'alert';
  const draft = isDrafted ? draftAnnouncement(point.region, point.code, facts, now) : undefined;
  const kept = draft ? keepBroadcast(store, draft) : NO_CHANGE;
  const { helper, until } = answers;
  const paired = helper && until ? pairStreets(store, facts, { weak: point.region, helper, until }, now) : [];
  const { checks, writes } = keepAnswer(store, month, point.id, {
    answer,
    ...(words === undefined ? {} : { words }),
    ...(answer === 'adopted' ? { made: { proposal: point.proposal, ...(draft ? { id: draft.id } : {}) } } : {}),
    ...(helper ? { helper } : {}),
    ...(until ? { until } : {}),
    by: facts.me,
    at: now,
  });
  const done = answer === 'adopted' ? point.proposal : answer;
  const button = draft
    ? ({ label: 'flows/my-bulletin:buttons.look_draft', flow: 'my-broadcasts', argument: draft.id } as const)
    : answer === 'adopted'
      ? buttonFor(point, facts)
      : undefined;
  return {
    outcome: `point_${answer}`,
    checks: [...checks, ...kept.checks],
    writes: [...writes, ...kept.writes, ...paired],
    says: [{ key: `flows/my-bulletin:done.${done}`, ...(button ? { buttons: [button] } : {}) }],
  };
}

/** The weak points on the person's ground without an answer; none for auditors. */
function pointsToAnswer({ bulletin, grants, answers, regions }: MyBulletinFacts): readonly WeakPoint[] {
  const own = grants.filter(({ role }) => MAY_ANSWER_POINTS.includes(role));
  const open = (bulletin?.weak ?? []).filter(({ id }) => !answers.has(id));
  return open.filter(({ region }) => anyGrantCovers(own, region, regions));
}

function pointOf({ facts, answers }: MyBulletinContext): WeakPoint | undefined {
  return pointsToAnswer(facts).find(({ id }) => id === answers.point);
}

function optionOf(point: WeakPoint, i: number, facts: MyBulletinFacts) {
  const what = pointName(point, facts);
  return { id: point.id, wording: 'bulletin_point', values: { n: i + 1, what } };
}

function pointName(point: WeakPoint, { categories }: MyBulletinFacts): Value {
  const subject: Value =
    point.basis === 'alert'
      ? { names: categories.nameOf(point.what) }
      : { key: `flows/my-bulletin:indicator.${point.code}` };
  return { joined: [{ place: { region: point.region } }, subject] };
}

function pointText(point: WeakPoint, i: number, facts: MyBulletinFacts): Value {
  return {
    key: 'flows/my-bulletin:card.point',
    values: {
      n: i + 1,
      what: facts.bulletin ? weakText(point, facts.bulletin, facts) : '',
      proposal: { key: `flows/my-bulletin:proposal.${point.proposal}` },
      answer: answerText(facts.answers.get(point.id)),
    },
  };
}

function cardOf(facts: MyBulletinFacts): Value {
  const { bulletin, answers } = facts;
  if (!bulletin) return '';
  const head: Value = {
    key: 'flows/my-bulletin:card.head',
    values: { month: bulletin.month, version: versionText(bulletin) },
  };
  return { list: [head, bulletinLines(bulletin, answers, facts)] };
}

function cardMessage(facts: MyBulletinFacts): LocalizedMessage {
  return { key: 'flows/my-bulletin:card.whole', values: { card: cardOf(facts) } };
}
