import { randomInt } from 'node:crypto';
import { personShield } from '../../cases/report/person-shield.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { CountedSheet, SurveyResponse } from '../ballot/response.ts';
import { roundedCount } from '../disclosure/disclosure.ts';
import type { WrittenAnswers } from '../results/results.ts';
import type { Wave } from './wave.ts';

/** Returns a sheet without weight, time and text: a weight reveals the stratum, and a text may reveal its author. */
export function toResponse(
  { street, weight: _weight, late: _late, answers, ...rest }: CountedSheet,
  { questionnaire }: Wave,
): SurveyResponse {
  const textCodes = questionnaire.questions.filter(({ type }) => type === 'text').map(({ code }) => code);
  const codes = Object.entries(answers).filter(([code]) => !textCodes.includes(code));
  return { region: street, ...rest, answers: Object.fromEntries(codes) };
}

/** Collects texts by question and district, shuffled, without names and numbers; at least ten in each (P9). */
export function writtenAnswers(
  sheets: readonly Pick<CountedSheet, 'street' | 'answers'>[],
  { questionnaire }: Wave,
  regions: RegionTree,
): readonly WrittenAnswers[] {
  const questions = questionnaire.questions.filter(({ type }) => type === 'text');
  return questions.flatMap(({ code }) => {
    const texts = sheets.flatMap(({ street, answers }) => {
      const words = answers[code];
      return typeof words === 'string' ? [{ region: regions.above(street, 'district') ?? street, words }] : [];
    });
    return [...Map.groupBy(texts, ({ region }) => region)].flatMap(([region, list]): readonly WrittenAnswers[] =>
      roundedCount(list.length) === undefined
        ? []
        : [{ question: code, region, words: shuffle(list).map(({ words }) => personShield(words)?.without ?? words) }],
    );
  });
}

/** Shuffles a list; every order is equally likely and unpredictable (Fisher & Yates). */
export function shuffle<T>(list: readonly T[]): readonly T[] {
  const all = [...list];
  for (let i = all.length - 1; i > 0; i -= 1) {
    const k = randomInt(i + 1);
    [all[i], all[k]] = [all[k] as T, all[i] as T]; // both within the list
  }
  return all;
}
