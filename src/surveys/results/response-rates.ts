import type { Urn } from '../../channels/channel.ts';
import { loadContacts } from '../../people/person-store.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { RULES, roundedCount, roundedPercent } from '../disclosure/disclosure.ts';
import type { PanelMember } from '../panel/member-store.ts';
import type { Questionnaire, SurveyAnswers } from '../questionnaire/questionnaire.ts';
import { isAsked } from '../questionnaire/questionnaire.ts';
import type { LedgerEntry } from '../wave/wave.ts';
import type { ResponseRates } from './results.ts';

/** Computes response rates by AAPOR (Standard Definitions 2023); undefined if too few were invited or answered. */
export function responseRates(
  ledger: readonly LedgerEntry[],
  counted: number,
  recruitment: number | undefined,
): ResponseRates | undefined {
  const invited = ledger.filter(({ invitedAt }) => invitedAt !== undefined);
  const invitedCount = roundedCount(invited.length);
  const completed = invited.filter(({ disposition }) => disposition === 'complete').length;
  const complete = roundedCount(completed);
  if (invitedCount === undefined || complete === undefined) return undefined;
  const begun = invited.filter(({ disposition }) => disposition === 'complete' || disposition === 'started').length;
  // The rate of the rounded counts: that of the exact ones would tell them.
  const completion = Math.round((100 * complete) / invitedCount);
  return {
    invited: invitedCount,
    complete,
    completion,
    breakOff: roundedPercent(Math.max(0, begun - counted), begun) ?? 0,
    ...(recruitment === undefined ? {} : { recruitment, cumulative: Math.round((recruitment * completion) / 100) }),
  };
}

/** Returns the panel members among the known residents of a region, percent; undefined below ten residents. */
export async function recruitmentRate(
  store: Store,
  panel: readonly PanelMember[],
  region: string,
  regions: RegionTree,
): Promise<number | undefined> {
  const members = panel.filter(({ kept }) => regions.chain(kept.record.community).includes(region));
  const urns = (await orStoreAway(store.redis.zrange(store.keys.personsDue, 0, '-1'))) as Urn[]; // written by commits
  const contacts = await loadContacts(store, urns);
  const ids = new Set(members.map(({ who }) => who));
  const residents = urns.filter((urn, i) => {
    const home = contacts[i]?.contact?.home;
    return ids.has(urn) || (home !== undefined && regions.chain(home).includes(region));
  });
  return roundedPercent(members.length, residents.length);
}

/**
 * Returns the reach of each question: of the people asked, the share who answered or skipped it, percent. Questions that fewer
 * than thirty people were asked are left out.
 */
export function reachByQuestion(
  sheets: readonly SurveyAnswers[],
  { questions }: Questionnaire,
): Readonly<Record<string, number>> {
  const rates = questions
    .filter(({ type }) => type !== 'info')
    .flatMap((question): readonly (readonly [string, number])[] => {
      const asked = sheets.filter((answers) => isAsked(question, answers));
      const reached = asked.filter((answers) => answers[question.code] !== undefined).length;
      return asked.length < RULES.liveMin ? [] : [[question.code, roundedPercent(reached, asked.length) ?? 0]];
    });
  return Object.fromEntries(rates);
}
