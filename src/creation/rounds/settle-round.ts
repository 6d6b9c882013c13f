import { seriesNames } from '../../city/series.ts';
import type { LocalizedMessage } from '../../delivery/outcome.ts';
import type { Mark } from '../../inspections/visits/read-marks.ts';
import type { Visit } from '../../inspections/visits/visit.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import type { DrawContext } from '../checks/draw-round.ts';
import { peopleOf } from '../premises/load-premises.ts';
import { roundValues } from '../premises/premises-card.ts';
import type { Round } from './round.ts';
import type { RoundStep } from './round-step.ts';
import { keepRound } from './round-store.ts';

/** Keeps a step of the clock and tells contacts and leads. False for a refused step. */
export async function settleRound(
  kept: Kept<Round>,
  step: RoundStep,
  part: string,
  services: Services,
  { premises, standard, now }: DrawContext,
  more: readonly Change[] = [],
): Promise<boolean> {
  if (step.type === 'refused') return false;
  const { store, city } = services;
  const { contacts, leads } = await peopleOf(store, city, premises);
  const values = {
    name: { names: premises.names },
    series: { names: seriesNames(premises.series) },
    ...roundValues(step.round, standard, now),
  };
  const said: LocalizedMessage = {
    key: `flows/my-premises:news.${part}`,
    values,
    buttons: [{ label: 'flows/my-premises:again', flow: 'my-premises', argument: premises.id }],
  };
  const notices = [...new Set([...contacts, ...leads])].map((to) => ({ to, said }));
  const change = joinChanges([keepRound(store, step.round, now, kept), ...more]);
  await commitAndNotify({ op: opOf(kept, part), what: `round_${part}`, ...change }, notices, services);
  return true;
}

/** The operation id of a step: one effect for each version of a round. */
export function opOf({ record, version }: Kept<Round>, part: string): string {
  return `${record.id}:${version}:${part}`;
}

/** The agreed marks of a visit by item number. */
export function marksOf({ agreed = {} }: Visit): Readonly<Record<number, Mark>> {
  return Object.fromEntries(Object.entries(agreed).map(([no, { mark }]) => [no, mark]));
}
