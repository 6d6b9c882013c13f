import type { Urn } from '../../channels/channel.ts';
import { loadContacts } from '../../people/person-store.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { RULES, roundedCount } from '../disclosure/disclosure.ts';
import type { Questionnaire, SurveyAnswers } from '../questionnaire/questionnaire.ts';
import { isAsked } from '../questionnaire/questionnaire.ts';
import type { PanelMember } from '../survey-store.ts';
import type { LedgerEntry } from '../wave/wave.ts';
import type { ResponseRates } from './results.ts';

/** Rates of response as AAPOR defines them (Standard Definitions 2023); nothing where too few were invited to tell. */
export function ratesOf(
  ledger: readonly LedgerEntry[],
  counted: number,
  recruitment: number | undefined,
): ResponseRates | undefined {
  const invited = ledger.filter(({ invitedAt }) => invitedAt !== undefined);
  const asked = roundedCount(invited.length);
  const whole = invited.filter(({ disposition }) => disposition === 'complete').length;
  const complete = roundedCount(whole);
  if (asked === undefined || complete === undefined) return undefined;
  const begun = invited.filter(({ disposition }) => disposition === 'complete' || disposition === 'started').length;
  const percent = (part: number, of: number) => Math.round((100 * part) / Math.max(1, of));
  const completion = percent(whole, invited.length);
  return {
    invited: asked,
    complete,
    completion,
    breakOff: percent(Math.max(0, begun - counted), begun),
    ...(recruitment === undefined ? {} : { recruitment, cumulative: Math.round((recruitment * completion) / 100) }),
  };
}

/** Of those who are known to live there, how many agreed to be asked; percent. */
export async function recruitmentIn(
  store: Store,
  panel: readonly PanelMember[],
  region: string,
  regions: RegionTree,
): Promise<number | undefined> {
  const members = panel.filter(({ kept }) => regions.chain(kept.record.community).includes(region));
  const urns = (await orStoreAway(store.redis.zrange(store.keys.personsDue, 0, '-1'))) as Urn[]; // written by commits
  const contacts = await loadContacts(store, urns);
  const ids = new Set(members.map(({ who }) => who));
  const living = urns.filter((urn, i) => {
    const home = contacts[i]?.contact?.home;
    return ids.has(urn) || (home !== undefined && regions.chain(home).includes(region));
  });
  return living.length < RULES.answersMin ? undefined : Math.round((100 * members.length) / living.length);
}

/** Of those who began, how many answered each question that they were asked; percent. */
export function dropOffOf(
  all: readonly SurveyAnswers[],
  { questions }: Questionnaire,
): Readonly<Record<string, number>> {
  const rates = questions
    .filter(({ type }) => type !== 'info')
    .flatMap((question): readonly (readonly [string, number])[] => {
      const asked = all.filter((answers) => isAsked(question, answers));
      const given = asked.filter((answers) => answers[question.code] !== undefined).length;
      return asked.length < RULES.liveMin ? [] : [[question.code, Math.round((100 * given) / asked.length)]];
    });
  return Object.fromEntries(rates);
}
