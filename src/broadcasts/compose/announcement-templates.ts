import type { Topic } from '../broadcast.ts';

/**
 * Templates of yearly announcements, with the topic of each.
 * To add one, add a line here and its wording in flows/announce of each language: `template.options.<id>`,
 * `templates.<id>.headline` and `templates.<id>.words`.
 */
export const ANNOUNCEMENT_TEMPLATES: Readonly<Record<string, Topic>> = {
  anti_fraud: 'fraud',
  fire_safety: 'fire',
  flood_season: 'flood',
  safety_month: 'notices',
  safe_city: 'notices',
  festival: 'notices',
};
