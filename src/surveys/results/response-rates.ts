import { RULES, roundedCount, roundedPercent } from '../disclosure/disclosure.ts';
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
