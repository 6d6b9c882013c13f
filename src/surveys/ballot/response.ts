import type { Hukou, Sex, SurveyAgeGroup } from '../panel/member.ts';
import type { SurveyAnswers } from '../questionnaire/questionnaire.ts';

/** Reasons to doubt an answer sheet. The headline counts flagged sheets too. */
export const FLAGS = ['fast', 'straight', 'over_claim', 'coached'] as const;
export type Flag = (typeof FLAGS)[number];

/** A valid answer sheet during counting, with its attributes and weight. It is not stored. */
export type CountedSheet = {
  readonly street: string;
  readonly age: SurveyAgeGroup;
  readonly sex: Sex;
  readonly hukou: Hukou;
  readonly answers: SurveyAnswers;
  readonly flags: readonly Flag[];
  /** Set by weigh once all sheets are known; NaN until then. */
  weight: number;
  /** The answers came after a reminder. */
  readonly late?: true;
};

/** A stored answer sheet: no person, time or weight, and only attributes that nine other sheets share. */
export type SurveyResponse = {
  readonly region: string;
  readonly age?: SurveyAgeGroup;
  readonly sex?: Sex;
  readonly hukou?: Hukou;
  readonly answers: SurveyAnswers;
  readonly flags: readonly Flag[];
};
