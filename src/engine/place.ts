import type { Media, Point } from './input.ts';
import type { Names, Option } from './step.ts';

/** A place as a person gave it: one or several of a point, a region, words, a voice message. Points are WGS-84 degrees. */
export type Place = {
  readonly point?: Point;
  /** A region id. */
  readonly region?: string;
  readonly text?: string;
  readonly voice?: Media;
  /** The known place and building in one spelling, so that equal addresses compare equal. */
  readonly address?: string;
  /** The point as it was sent, if it was converted to WGS-84. */
  readonly sent?: Point;
};

/** The place lookups that a place step needs. */
export type Regions = {
  readonly below: (region: string | undefined) => readonly Option[];
  readonly nameOf: (region: string) => Names | undefined;
  /** The places that a sent point may mean: two if its datum is in doubt and decides the community, else one. `exact`: its datum is known. */
  readonly read: (sent: Point, exact?: boolean) => readonly Place[];
  /** The place in a pasted map link; `short` for a link whose place cannot be read. */
  readonly link: (text: string) => Place | 'short' | undefined;
  /** Known places that match the words, best first. `known` is the place's own name, `name` also says where it is. */
  readonly find: (text: string) => readonly (Option & { readonly place: Place; readonly known: string })[];
  /** True if the words name only a building, an entrance or a spot, such as 3号楼2单元门口. */
  readonly isDetail: (text: string) => boolean;
  /** True if the community of this region has housing estates. */
  readonly hasEstates: (region: string) => boolean;
};
