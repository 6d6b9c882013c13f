import type { Point } from '../engine/input.ts';
import type { Names } from '../engine/step.ts';
import type { Ground } from '../regions/region.ts';
import type { Series } from './series.ts';

/** Premises (创建单位) in the city's register: a station, a school, a housing estate. Their state lies beside it. */
export type Premises = {
  readonly id: string;
  readonly series: Series;
  readonly names: Names;
  /** The community, or the larger region, in which they lie. */
  readonly region: string;
  /** Their entrance (WGS-84); cases within 80 m belong to them if they have no ground. */
  readonly point?: Point;
  readonly ground?: Ground;
};
