import type { Premises } from '../../city/premises.ts';
import { seriesNames } from '../../city/series.ts';
import { nextStepAt } from '../../creation/rounds/next-step-at.ts';
import type { Round } from '../../creation/rounds/round.ts';
import type { Reader } from '../../notify/reader.ts';
import { inLanguage } from '../../notify/reader.ts';

/** Premises in the list. `due` is the next date that binds a person, ms since the epoch. */
export type UnitRow = {
  readonly id: string;
  readonly name: string;
  readonly series: string;
  readonly state: string;
  readonly stateName: string;
  readonly level?: string;
  readonly due?: number;
};
/** The row of premises with their newest round. */
export function rowOf({ id, names, series }: Premises, round: Round | undefined, reader: Reader): UnitRow {
  const state = round?.state ?? 'known';
  const due = round && dueOf(round);
  return {
    id,
    name: inLanguage(names, reader.language),
    series: inLanguage(seriesNames(series), reader.language),
    state,
    stateName: reader.say(`common:round_state.${state}`),
    ...(round?.level ? { level: reader.say(`common:level.${round.level}`) } : {}),
    ...(due === undefined ? {} : { due }),
  };
}

/** The next date that binds a person: a claim, a project, an answer, a cure, a lapse. */
function dueOf(round: Round): number | undefined {
  switch (round.state) {
    case 'planned':
      return round.due;
    case 'curing':
      return Math.min(...round.projects.filter(({ doneAt }) => doneAt === undefined).map(({ due }) => due), round.due);
    case 'met':
    case 'named':
      return round.until;
    default:
      return nextStepAt(round);
  }
}
