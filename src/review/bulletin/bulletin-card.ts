import { CALENDAR_ENDS } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Value } from '../../delivery/outcome.ts';
import { FREEZES_ON_WORKING_DAY, workingDayAfter } from '../score/month.ts';
import type { Bulletin, PastPoint, PointAnswer } from './bulletin.ts';
import type { Sentence } from './sentence.ts';
import type { WeakPoint } from './weak-points.ts';

/** Words a sentence of the closed set. */
export function sentenceText({ kind, region, code, values }: Sentence): Value {
  return {
    key: `flows/my-bulletin:sentence.${kind}`,
    values: {
      ...signed(values),
      region: { place: { region } },
      indicator: { key: `flows/my-bulletin:indicator.${code}` },
    },
  };
}

/** Numbers with a true minus sign. */
function signed(values: Sentence['values']): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value).replace('-', '−')]));
}

/** Words a weak point by its sentence, or by the alert it rests on. */
export function weakText(point: WeakPoint, { sentences }: Pick<Bulletin, 'sentences'>, city: Categories): Value {
  if (point.basis === 'alert') return alertText(point, city);
  const isOf = ({ kind, region, code }: Sentence) =>
    region === point.region && code === point.code && ['weak', 'below_funnel', 'above_funnel'].includes(kind);
  const sentence = sentences.find(isOf);
  return sentence ? sentenceText(sentence) : { key: `flows/my-bulletin:indicator.${point.code}` };
}

type Categories = Pick<City, 'categories'>;

function alertText({ region, what }: Extract<WeakPoint, { basis: 'alert' }>, { categories }: Categories): Value {
  const values = { region: { place: { region } }, what: { names: categories.nameOf(what) } } as const;
  return { key: 'flows/my-bulletin:alert', values };
}

/** Words what came of a weak point of the month before. Without counts to compare, it says so. */
export function pastText({ point, sentence }: PastPoint, city: Categories): Value {
  if (sentence) return sentenceText(sentence);
  if (point.basis === 'alert') return alertText(point, city);
  const values = {
    region: { place: { region: point.region } },
    indicator: { key: `flows/my-bulletin:indicator.${point.code}` },
  } as const;
  return { key: 'flows/my-bulletin:not_compared', values };
}

/** Words an answer to a weak point. */
export function answerText(answer: PointAnswer | undefined): Value {
  return {
    key: `flows/my-bulletin:answered.${answer?.answer ?? 'none'}`,
    values: { words: answer?.words ?? '' },
  };
}

/** Words the version of a bulletin: a frozen one, a draft, or a draft whose month cannot be frozen for want of a calendar. */
export function versionText({ month, version, snapshot }: Bulletin): Value {
  const draft = workingDayAfter(month, FREEZES_ON_WORKING_DAY) === undefined ? 'unknown' : 'draft';
  const values = { version, ends: { date: CALENDAR_ENDS } } as const;
  return { key: `flows/my-bulletin:version.${snapshot ? 'frozen' : draft}`, values };
}

/** True for a sentence that stands in place of a number. */
export function isWithheld({ kind }: Sentence): boolean {
  return kind === 'withheld' || kind === 'withheld_streets';
}

/** The points of a bulletin for a chat. */
export function bulletinLines(
  bulletin: Bulletin,
  answers: ReadonlyMap<string, PointAnswer>,
  city: Pick<City, 'categories'>,
): Value {
  const line = (name: 'numbers' | 'moved' | 'weak' | 'no_weak' | 'past'): Value => ({
    key: `flows/my-bulletin:card.${name}`,
  });
  const moved = bulletin.sentences.filter(({ kind }) => ['moved_up', 'moved_down', 'no_difference'].includes(kind));
  const past = bulletin.past.map((one): Value => {
    const values = { what: pastText(one, city), answer: answerText(one.answer) };
    return { key: 'flows/my-bulletin:card.past_point', values };
  });
  return {
    list: [
      line('numbers'),
      ...bulletin.numbers.map(
        ({ code, percent, lo, hi, n }): Value => ({
          key: 'flows/my-bulletin:card.number',
          values: { indicator: { key: `flows/my-bulletin:indicator.${code}` }, percent, lo, hi, n },
        }),
      ),
      ...bulletin.sentences.filter(isWithheld).map(sentenceText),
      ...(moved.length > 0 ? [line('moved'), ...moved.map(sentenceText)] : []),
      line(bulletin.weak.length > 0 ? 'weak' : 'no_weak'),
      ...bulletin.weak.map(
        (point, i): Value => ({
          key: 'flows/my-bulletin:card.point',
          values: {
            n: i + 1,
            what: weakText(point, bulletin, city),
            proposal: { key: `flows/my-bulletin:proposal.${point.proposal}` },
            answer: answerText(answers.get(point.id)),
          },
        }),
      ),
      ...(past.length > 0 ? [line('past'), ...past] : []),
      ...(bulletin.promises
        ? [{ key: 'flows/my-bulletin:card.promises', values: bulletin.promises } satisfies Value]
        : []),
      { key: 'flows/my-bulletin:card.letters', values: bulletin.letters },
      { key: 'flows/my-bulletin:card.alerts', values: bulletin.alerts },
    ],
  };
}

/** The card with which a bulletin reaches its readers. The link opens the page that prints on two A4 pages. */
export function bulletinMessage(
  bulletin: Bulletin,
  answers: ReadonlyMap<string, PointAnswer>,
  city: City,
): LocalizedMessage {
  const { month, version, snapshot } = bulletin;
  return {
    key: `flows/my-bulletin:news.${snapshot ? 'frozen' : 'draft'}`,
    values: { month, version, state: versionText(bulletin), lines: bulletinLines(bulletin, answers, city) },
    ...(city.site
      ? { links: [{ label: 'flows/my-bulletin:buttons.pdf' as const, url: pageOf(city.site, month) }] }
      : {}),
    buttons: [
      { label: 'flows/my-bulletin:buttons.points', flow: 'my-bulletin', argument: month },
      ...(city.site
        ? []
        : [{ label: 'flows/my-bulletin:buttons.console' as const, flow: 'open-console', argument: 'all' }]),
    ],
  };
}

function pageOf(site: string, month: string): string {
  return new URL(`/console/bulletin?month=${month}`, site).href;
}
