import type { Names } from '../engine/step.ts';

export const REGION_LEVELS = ['city', 'district', 'street', 'community', 'grid'] as const;
export type RegionLevel = (typeof REGION_LEVELS)[number];

/** A part of the city: 市, 区县, 镇街, 村社区 or 网格. Ids are the 12-digit statistical codes, grids with three more digits. */
export type Region = {
  readonly id: string;
  readonly parent?: string;
  readonly level: RegionLevel;
  readonly names: Names;
  /** The outline as [longitude, latitude] pairs, WGS-84, first pair repeated at the end. */
  readonly outline?: readonly (readonly [number, number])[];
};
