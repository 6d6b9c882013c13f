import type { Urn } from '../../channels/channel.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Ballot } from '../ballot/ballot.ts';
import type { SurveyAnswers } from '../questionnaire/questionnaire.ts';
import { streetOf } from '../survey-regions.ts';
import type { PanelMember } from '../survey-store.ts';
import type { LedgerEntry } from '../wave/wave.ts';
import type { QualityFinding } from './quality.ts';
import { alikeIn, burstsIn } from './quality.ts';

type AnswerSheet = { readonly ballot: Ballot; readonly answers: SurveyAnswers };

/** What looks strange, named one level above: of a community its street is told. */
export function findingsIn(
  counted: readonly AnswerSheet[],
  ledger: ReadonlyMap<Urn, LedgerEntry>,
  members: readonly PanelMember[],
  regions: RegionTree,
): readonly QualityFinding[] {
  const alike = alikeIn(counted.map(({ ballot, answers }) => ({ community: ballot.community, answers })));
  const homes = new Map(members.map(({ who, kept }) => [who, kept.record.community] as const));
  const done = [...ledger].flatMap(([urn, { doneSlot }]) => {
    const community = homes.get(urn);
    return doneSlot === undefined || community === undefined ? [] : [{ community, slot: doneSlot }];
  });
  const told = [
    ...alike.map((community) => ({ kind: 'alike', region: streetOf(community, regions) }) as const),
    ...burstsIn(done).map((community) => ({ kind: 'burst', region: streetOf(community, regions) }) as const),
    ...coachedIn(counted, regions),
  ];
  return told.filter(
    (one, i) => told.findIndex(({ kind, region }) => kind === one.kind && region === one.region) === i,
  );
}

/** Where at least one in ten, and five in all, say that they were told what to answer: the region above the street is told. */
function coachedIn(counted: readonly AnswerSheet[], regions: RegionTree): readonly QualityFinding[] {
  const streets = Map.groupBy(counted, ({ ballot }) => streetOf(ballot.community, regions));
  return [...streets].flatMap(([street, sheets]) => {
    const coached = sheets.filter(({ answers }) => answers.C1?.includes('1')).length;
    const above = regions.chain(street)[1];
    return coached >= 5 && coached * 10 >= sheets.length && above ? [{ kind: 'coached', region: above } as const] : [];
  });
}
