import type { Hukou, Sex, SurveyAgeGroup } from '../panel/member.ts';
import type { SurveyAnswers } from '../questionnaire/questionnaire.ts';

/** What makes an answer sheet doubtful. Nobody is blamed for it, and the headline counts all. */
export const FLAGS = ['fast', 'straight', 'over_claim', 'coached'] as const;
export type Flag = (typeof FLAGS)[number];

/** An answer sheet while its wave is counted, with all by which tables are made and its weight. It is not kept. */
export type CountedSheet = {
  readonly street: string;
  readonly age: SurveyAgeGroup;
  readonly sex: Sex;
  readonly hukou: Hukou;
  readonly answers: SurveyAnswers;
  readonly flags: readonly Flag[];
  readonly weight: number;
};

/** The answers of somebody, of nobody: no name, no time, no weight, and of who they are only what nine others share. */
export type Response = {
  readonly region: string;
  readonly age?: SurveyAgeGroup;
  readonly sex?: Sex;
  readonly hukou?: Hukou;
  readonly answers: SurveyAnswers;
  readonly flags: readonly Flag[];
};
