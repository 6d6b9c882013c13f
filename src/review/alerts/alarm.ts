import type { CategoryTree } from '../../city/category.ts';
import type { CommunityOutline } from '../../city/community-outlines.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Detector, Halvings } from './detectors/judge-week.ts';
import type { Mark, WeekFactor } from './series/factors.ts';

/** A series whose last week is unlikely by chance. */
export type Alarm = {
  readonly what: string;
  /** One region, or the neighbouring streets of a scan. */
  readonly regions: readonly string[];
  readonly detector: Detector;
  readonly count: number;
  readonly expected: number;
  readonly p: number;
  /** Weeks of the window: 1, or up to 4 for a scan. */
  readonly weeks: number;
  readonly factor: WeekFactor;
};

/** What the detectors know besides the counts. */
export type AlarmContext = {
  readonly regions: RegionTree;
  readonly categories: CategoryTree;
  readonly marks: readonly Mark[];
  readonly outlines: readonly CommunityOutline[];
  readonly halvings?: Halvings;
};
