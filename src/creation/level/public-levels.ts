import type { City } from '../../city/city.ts';
import type { Premises } from '../../city/premises.ts';
import { SERIES } from '../../city/series.ts';
import type { LevelId } from '../../inspections/standards/standard.ts';
import type { Store } from '../../store/store.ts';
import { openObjection } from '../notice/notice-rules.ts';
import type { Round } from '../rounds/round.ts';
import { ENDED, HOLDING } from '../rounds/round.ts';
import { loadRounds } from '../rounds/round-store.ts';

/** Premises with a level, as everybody may read them. `document`: the number under which the level is named. */
export type PublicLevel = {
  readonly premises: Premises;
  readonly level: LevelId;
  readonly until: number; // ms since the epoch
  readonly document?: string;
};

/** Loads the levels that stand, by series and name. */
export async function loadPublicLevels(
  store: Store,
  { premises }: Pick<City, 'premises'>,
): Promise<readonly PublicLevel[]> {
  return publicLevels(
    (await loadRounds(store)).map(({ record }) => record),
    premises,
  );
}

/** The newest standing level of each premises. Premises with an open objection in a round that goes on are left out. */
export function publicLevels(
  rounds: readonly Round[],
  premises: ReadonlyMap<string, Premises>,
): readonly PublicLevel[] {
  const ongoing = rounds.filter(({ state }) => !ENDED.includes(state));
  const disputed = new Set(ongoing.filter(openObjection).map((round) => round.premises));
  const found = new Map<string, PublicLevel>();
  for (const { premises: id, state, level, until, naming } of rounds) {
    const known = premises.get(id);
    const stands = HOLDING.includes(state) && level !== undefined && until !== undefined;
    if (!known || !stands || disputed.has(id) || found.has(id)) continue;
    const title = state === 'named' && naming ? { document: naming.document } : {};
    found.set(id, { premises: known, level, until, ...title });
  }
  const place = ({ premises: { series } }: PublicLevel) => SERIES.indexOf(series);
  const nameOf = ({ premises: { names } }: PublicLevel) => names['zh-CN'] ?? '';
  return [...found.values()].toSorted((a, b) => place(a) - place(b) || nameOf(a).localeCompare(nameOf(b), 'zh-CN'));
}
