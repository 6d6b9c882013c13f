import type { Media } from '../../engine/input.ts';
import type { Words } from '../../engine/steps/text.ts';

/** The step that asks for one blank of a template. */
export type GapStep = `gap_${string}`;

/** Answers of the announce flow by step; a stored broadcast keeps them for editing. */
export type AnnouncementAnswers = {
  readonly template?: string | null;
  readonly topic?: string | null;
  readonly [gap: GapStep]: Words | null | undefined;
  readonly headline?: Words | null;
  readonly words?: Words | null;
  readonly english?: Words | null;
  readonly photo?: readonly Media[] | null;
  readonly buttons?: readonly string[] | null;
  readonly link?: Words | null;
  readonly district?: string | null;
  readonly street?: string | null;
  readonly community?: string | null;
  readonly who?: string | null;
  readonly spare?: readonly string[] | null;
  readonly kind?: string | null;
  readonly when?: string | null;
  readonly at?: string | null;
  readonly weekday?: string | null;
  readonly holiday?: string | null;
  readonly cron?: Words | null;
  readonly time?: string | null;
  readonly until?: string | null;
  readonly misfire?: string | null;
};
