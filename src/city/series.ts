import type { Names } from '../engine/step.ts';
import defaults from './default-series.json' with { type: 'json' };

/** The 平安系列 that have premises: 车站 校园 医院 企业 市场 工地 小区 景区 文化娱乐 银行 机关 铁路. */
export const SERIES = [
  'station',
  'campus',
  'hospital',
  'enterprise',
  'market',
  'site',
  'community',
  'scenic_spot',
  'entertainment',
  'bank',
  'office',
  'railway',
] as const;
export type Series = (typeof SERIES)[number];

/** True if the text is the id of a series. */
export function isSeries(text: string): text is Series {
  return (SERIES as readonly string[]).includes(text);
}

/** The name of a series in each language. */
export function seriesNames(series: Series): Names {
  return defaults.find(({ id }) => id === series)?.names ?? { 'zh-CN': series };
}

/** The unit that leads a series (牵头部门). */
export function leadOf(series: Series): string {
  return defaults.find(({ id }) => id === series)?.lead ?? '';
}

/** Scope of a grant of `unit_staff` for the lead department of a series. */
export function seriesScope(series: Series): string {
  return `series:${series}`;
}

/** The series that these grants lead. */
export function seriesLedBy(grants: readonly { readonly scope: string }[]): readonly Series[] {
  return SERIES.filter((series) => grants.some(({ scope }) => scope === seriesScope(series)));
}

/** Scope of a grant of `unit_staff` for the contact (创建联系人) of premises. */
export function premisesScope(premises: string): string {
  return `premises:${premises}`;
}

/** Names of the scopes that are neither regions nor units. */
export function otherScopes(
  premises: readonly { readonly id: string; readonly names: Names }[],
): ReadonlyMap<string, Names> {
  return new Map([
    ...SERIES.map((series) => [seriesScope(series), seriesNames(series)] as const),
    ...premises.map(({ id, names }) => [premisesScope(id), names] as const),
  ]);
}
