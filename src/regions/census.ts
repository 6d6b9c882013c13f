/** Census count of one sex and age band in a region. Surveys are weighted to these margins. */
export type CensusCell = {
  readonly region: string;
  readonly sex: 'female' | 'male';
  /** Lowest age, years. */
  readonly from: number;
  /** Highest age, years, inclusive; left out for an open band. */
  readonly to?: number;
  readonly people: number;
};
