import type { AgeGroup, Hukou, Sex } from './member.ts';
import type { SurveyAnswers } from './questionnaire.ts';

/** What makes an answer sheet doubtful. Nobody is blamed for it, and the headline counts all. */
export const FLAGS = ['fast', 'straight', 'over_claim', 'coached'] as const;
export type Flag = (typeof FLAGS)[number];

/** The answers of somebody, of nobody: no name, no time, and of who they are only what tables are made by. */
export type Response = {
  readonly street: string;
  readonly age: AgeGroup;
  readonly sex: Sex;
  readonly hukou: Hukou;
  readonly answers: SurveyAnswers;
  readonly flags: readonly Flag[];
  readonly weight: number;
};
