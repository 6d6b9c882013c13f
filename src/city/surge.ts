/** Merges reports of one thing while one community sends very many reports. */
export type Surge = {
  /** First open case of this category in this grid; undefined outside a surge. */
  readonly caseFor: (region: string | undefined, category: string) => SurgeCase | undefined;
};

/** The part of a case record that a merged report refers to. */
export type SurgeCase = { readonly id: `case_${string}`; readonly sameAs?: `case_${string}` };

export const NO_SURGE: Surge = { caseFor: () => undefined };
