import type { RegionTree } from '../../regions/region-tree.ts';
import type { Ballot } from '../ballot/ballot.ts';
import type { SurveyAnswers } from '../questionnaire/questionnaire.ts';
import { streetOf } from '../survey-regions.ts';
import type { LedgerEntry } from '../wave/wave.ts';
import type { QualityFinding } from './quality.ts';
import { findAlikeCommunities, findBursts } from './quality.ts';

type AnswerSheet = { readonly ballot: Ballot; readonly answers: SurveyAnswers };

/** Collects quality findings, each reported for the region above: for a community, its street. */
export function qualityFindings(
  counted: readonly AnswerSheet[],
  ledger: readonly (Pick<LedgerEntry, 'doneSlot'> & { readonly community: string | undefined })[],
  regions: RegionTree,
): readonly QualityFinding[] {
  const alike = findAlikeCommunities(counted.map(({ ballot, answers }) => ({ community: ballot.community, answers })));
  const done = ledger.flatMap(({ community, doneSlot: slot }) =>
    slot === undefined || community === undefined ? [] : [{ community, slot }],
  );
  const found = [
    ...alike.map((community) => ({ kind: 'alike', region: streetOf(community, regions) }) as const),
    ...findBursts(done).map((community) => ({ kind: 'burst', region: streetOf(community, regions) }) as const),
    ...findCoached(counted, regions),
  ];
  return found.filter(
    (one, i) => found.findIndex(({ kind, region }) => kind === one.kind && region === one.region) === i,
  );
}

/** Finds streets where at least five sheets, and one in ten, report coaching; the region above is reported. */
function findCoached(counted: readonly AnswerSheet[], regions: RegionTree): readonly QualityFinding[] {
  const streets = Map.groupBy(counted, ({ ballot }) => streetOf(ballot.community, regions));
  return [...streets].flatMap(([street, sheets]) => {
    const coached = sheets.filter(({ answers }) => answers.C1?.includes('1')).length;
    const above = regions.chain(street)[1];
    return coached >= 5 && coached * 10 >= sheets.length && above ? [{ kind: 'coached', region: above } as const] : [];
  });
}
