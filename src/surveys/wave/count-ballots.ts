import type { CensusCell } from '../../regions/census.ts';
import type { Region } from '../../regions/region.ts';
import { regionTree } from '../../regions/region-tree.ts';
import type { Ballot } from '../ballot/ballot.ts';
import { asHandedIn } from '../ballot/ballot.ts';
import type { CountedSheet } from '../ballot/response.ts';
import { makeKAnonymous } from '../disclosure/k-anonymity.ts';
import { qualityFindings } from '../estimate/findings.ts';
import { indicatorSet } from '../estimate/indicator.ts';
import { flagsOf } from '../estimate/quality.ts';
import { weigh } from '../estimate/weigh.ts';
import { ageGroupOf } from '../panel/member.ts';
import { completeness, validAnswers } from '../questionnaire/questionnaire.ts';
import type { CountedWave } from '../results/counted-wave.ts';
import { readEarlierWaves } from '../results/counted-wave.ts';
import { reachByQuestion, responseRates } from '../results/response-rates.ts';
import { resultsOf } from '../results/results.ts';
import { peopleIn } from '../survey-census.ts';
import { streetOf } from '../survey-regions.ts';
import { shuffle, toResponse, writtenAnswers } from './unlink-answers.ts';
import type { LedgerEntry, Wave } from './wave.ts';

/** An entry of the ledger without its person; `community` is undefined if the person has left the panel. */
export type EntryAtHome = LedgerEntry & { readonly community: string | undefined };

/** What counting needs besides ballots and ledger. It is plain data, because it crosses into a thread. */
export type CountOrder = {
  readonly wave: Wave;
  readonly regions: readonly Region[];
  readonly census: readonly CensusCell[];
  readonly recruitment: number | undefined;
  readonly earlier: readonly string[];
};

/** Counts a wave: responses without a link to people, and results. */
export function countBallots(
  stored: readonly Ballot[],
  ledger: readonly EntryAtHome[],
  { wave, census, recruitment, earlier, ...order }: CountOrder,
): CountedWave {
  const regions = regionTree(order.regions);
  const ballots = shuffle(stored.map(asHandedIn)).map((ballot) => ({
    ballot,
    answers: validAnswers(wave.questionnaire, ballot.answers),
  }));
  const valid = ballots.filter(({ answers }) => completeness(wave.questionnaire, answers) !== 'broken_off');
  const sheets = valid.map(
    ({ ballot, answers }): CountedSheet => ({
      street: streetOf(ballot.community, regions),
      age: ageGroupOf(ballot.age),
      sex: ballot.sex,
      hukou: ballot.hukou,
      answers,
      flags: flagsOf(answers, ballot.took, wave.questionnaire),
      ...(ballot.late ? { late: true as const } : {}),
      weight: Number.NaN,
    }),
  );
  const weighting = weigh(sheets, wave.strata, wave.region, { regions, census });
  const results = resultsOf({
    wave,
    set: indicatorSet(wave.indicators),
    sheets,
    weighting,
    regions,
    people: (region) => peopleIn(census, region),
    earlier: readEarlierWaves(earlier),
    findings: qualityFindings(valid, ledger, regions),
    rates: responseRates(ledger, valid.length, recruitment),
    texts: writtenAnswers(sheets, wave, regions),
    dropOff: reachByQuestion(
      ballots.map(({ answers }) => answers),
      wave.questionnaire,
    ),
  });
  const responses = makeKAnonymous(
    sheets.map((sheet) => toResponse(sheet, wave)),
    regions,
  );
  return { responses, results };
}
