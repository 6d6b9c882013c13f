/** Codes of the twelve indicators of a month, in their order. */
export const INDICATORS = [
  'contained_in_time',
  'cured_in_time',
  'confirmed_solved',
  'rework',
  'recurred',
  'long_overdue',
  'satisfied',
  'aware',
  'took_part',
  'inspection_passed',
  'inspection_done',
  'places_filled',
] as const;
export type IndicatorCode = (typeof INDICATORS)[number];

/** Where the counts of an indicator come from. */
export type Source = 'cases' | 'survey' | 'inspections' | 'tasks';

/** The source of each indicator. */
export const SOURCE_OF: Readonly<Record<IndicatorCode, Source>> = {
  contained_in_time: 'cases',
  cured_in_time: 'cases',
  confirmed_solved: 'cases',
  rework: 'cases',
  recurred: 'cases',
  long_overdue: 'cases',
  satisfied: 'survey',
  aware: 'survey',
  took_part: 'survey',
  inspection_passed: 'inspections',
  inspection_done: 'inspections',
  places_filled: 'tasks',
};

/** Indicators of which less is better: their goalposts run down. */
export const LESS_IS_BETTER: readonly IndicatorCode[] = ['rework', 'recurred', 'long_overdue'];
