import english from '../../../locales/en/flows/announce.json' with { type: 'json' };
import chinese from '../../../locales/zh-CN/flows/announce.json' with { type: 'json' };
import type { Topic } from '../broadcast.ts';
import type { AnnouncementAnswers, GapStep } from './announcement-answers.ts';

/**
 * Templates of yearly announcements, with the topic of each.
 * To add one, add a line here and its wording in flows/announce of each language: `template.options.<id>`,
 * `templates.<id>.headline` and `templates.<id>.words`. A blank `{{place}}` in them needs the question `gap_place`.
 */
export const ANNOUNCEMENT_TEMPLATES: Readonly<Record<string, Topic>> = {
  anti_fraud: 'fraud',
  fire_safety: 'fire',
  flood_season: 'flood',
  safety_month: 'notices',
  safe_city: 'notices',
  festival: 'notices',
};

type TemplateWords = { readonly headline: string; readonly words: string };
/** The first text of an announcement is Chinese, also for an organiser who reads another language. */
const CHINESE: Readonly<Record<string, TemplateWords>> = chinese.templates;
const ENGLISH: Readonly<Record<string, TemplateWords>> = english.templates;

const GAP = /\{\{(\w+)\}\}/g;

/** The steps that ask for the blanks of a template, in the order of its text. */
export function gapStepsOf(template: string | null | undefined): readonly GapStep[] {
  const { headline = '', words = '' } = ANNOUNCEMENT_TEMPLATES[template ?? ''] ? (CHINESE[template ?? ''] ?? {}) : {};
  return [...new Set([...`${headline}${words}`.matchAll(GAP)].map(([, gap]): GapStep => `gap_${gap ?? ''}`))];
}

/** The steps that ask for the blanks of all templates, each once. */
export const GAP_STEPS: readonly GapStep[] = [
  ...new Set(Object.keys(ANNOUNCEMENT_TEMPLATES).flatMap((template) => gapStepsOf(template))),
];

/** Title and text of the chosen template; a part is left out while one of its blanks is open. */
export function filledTemplate(answers: AnnouncementAnswers): Pick<AnnouncementAnswers, 'headline' | 'words'> {
  const { template } = answers;
  if (!ANNOUNCEMENT_TEMPLATES[template ?? '']) return {};
  const { headline = '', words = '' } = CHINESE[template ?? ''] ?? {};
  const filled = (part: string) =>
    part.replaceAll(GAP, (gap, id: string) => {
      const answer = answers[`gap_${id}`];
      return answer && 'text' in answer ? answer.text : gap;
    });
  const parts = Object.entries({ headline: filled(headline), words: filled(words) });
  return Object.fromEntries(parts.flatMap(([id, part]) => (part.search(GAP) < 0 ? [[id, { text: part }]] : [])));
}

/** The template in English, title first, as an example for the English text. */
export function englishExample(template: string | null | undefined): string {
  const { headline, words } = ENGLISH[template ?? ''] ?? english.templates.own;
  return `${headline}\n${words}`;
}
