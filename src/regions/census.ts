/** How many people of one sex and age band live in a region, by the census: the margins to which surveys are weighted. */
export type CensusCell = {
  readonly region: string;
  readonly sex: 'female' | 'male';
  /** From this age (years)… */
  readonly from: number;
  /** …to this one, inclusive; left out for “and older”. */
  readonly to?: number;
  readonly people: number;
};
