import type { City } from '../../city/city.ts';
import { crashPoint } from '../../crash-point.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import type { Store } from '../../store/store.ts';
import type { Change, Kept } from '../../store/versioned-record.ts';
import { loadBallots } from '../ballot/ballot-store.ts';
import type { CountedSheet } from '../ballot/response.ts';
import { makeKAnonymous } from '../disclosure/k-anonymity.ts';
import { qualityFindings } from '../estimate/findings.ts';
import { indicatorSet } from '../estimate/indicator.ts';
import { flagsOf } from '../estimate/quality.ts';
import { weigh } from '../estimate/weigh.ts';
import { afterWave, ageGroupOf } from '../panel/member.ts';
import { keepMember, loadMember, loadMembers } from '../panel/member-store.ts';
import { completeness, validAnswers } from '../questionnaire/questionnaire.ts';
import { reachByQuestion, recruitmentRate, responseRates } from '../results/response-rates.ts';
import { resultsOf } from '../results/results.ts';
import { keepCounted, loadEarlierWaves } from '../results/results-store.ts';
import { peopleIn } from '../survey-census.ts';
import { streetOf } from '../survey-regions.ts';
import { loadLedger } from './ledger-store.ts';
import { loadHalves, loadSecrets } from './secrets-store.ts';
import { shuffle, toResponse, writtenAnswers } from './unlink-answers.ts';
import type { Wave } from './wave.ts';
import { checkNoneLeft, keepWave, queueWaveNews } from './wave-store.ts';

/** Records with each invited member whether they began the wave; a repeated call changes nothing. */
export async function recordParticipation(store: Store, wave: Wave, now: number): Promise<void> {
  for (const [urn, entry] of await loadLedger(store, wave.id)) {
    if (entry.invitedAt === undefined) continue;
    const kept = await loadMember(store, urn);
    if (!kept) continue;
    const began = entry.disposition !== 'invited';
    const change = keepMember(store, urn, afterWave(kept.record, began, now), kept);
    // The operation id holds a pseudonym: seen operations outlive a forgotten person.
    const op = `wave-end:${wave.id}:${store.pseudonym(urn)}`;
    await commitAsSystem(store, { op, what: 'wave_ended_for', ...change }, now);
  }
}

/**
 * Counts a wave that is sealing. One commit keeps responses without a link to people, keeps the results, and deletes ballots,
 * ledger and secrets. Undefined if the wave was counted before.
 */
export async function countWave(store: Store, kept: Kept<Wave>, city: City, now: number): Promise<Change | undefined> {
  const { record: wave } = kept;
  const { keys } = store;
  const secrets = await loadSecrets(store, wave.id);
  if (!secrets) return undefined;
  crashPoint('wave_noted');
  const noneLeft = await checkNoneLeft(store, wave.id);
  const [ledger, members, stored] = await Promise.all([
    loadLedger(store, wave.id),
    loadMembers(store),
    loadBallots(store, wave.id, secrets.key),
  ]);
  const ballots = shuffle(stored).map((ballot) => ({
    ballot,
    answers: validAnswers(wave.questionnaire, ballot.answers),
  }));
  const valid = ballots.filter(({ answers }) => completeness(wave.questionnaire, answers) !== 'broken_off');
  const unweighted = valid.map(({ ballot, answers }) => ({
    street: streetOf(ballot.community, city.regions),
    age: ageGroupOf(ballot.age),
    sex: ballot.sex,
    hukou: ballot.hukou,
    answers,
    flags: flagsOf(answers, ballot.took, wave.questionnaire),
    ...(ballot.late ? { late: true as const } : {}),
  }));
  const { weights, ...weighting } = weigh(unweighted, wave.strata, wave.region, city);
  const sheets = unweighted.map((one, i): CountedSheet => ({ ...one, weight: weights[i] ?? 1 }));
  const recruitment = await recruitmentRate(store, members, wave.region, city.regions);
  const { results, sums } = resultsOf({
    wave,
    set: indicatorSet(wave.indicators),
    sheets,
    weighting,
    regions: city.regions,
    people: (region) => peopleIn(city.census, region),
    earlier: await loadEarlierWaves(store, wave),
    findings: qualityFindings(valid, ledger, members, city.regions),
    rates: responseRates([...ledger.values()], valid.length, recruitment),
    texts: writtenAnswers(sheets, wave, city),
    dropOff: reachByQuestion(
      ballots.map(({ answers }) => answers),
      wave.questionnaire,
    ),
  });
  const responses = makeKAnonymous(
    sheets.map((sheet) => toResponse(sheet, wave)),
    city.regions,
  );
  crashPoint('wave_counted');
  const halves = await loadHalves(store, wave.id);
  const closed: Wave = { ...wave, state: 'closed', seed: secrets.seed, ...(halves ? { halves } : {}) };
  const { checks, writes } = keepWave(store, closed, now, kept);
  return {
    checks: [...checks, noneLeft, { key: keys.wave(wave.id), field: 'state', is: 'sealing' }],
    writes: [
      ...writes,
      ...keepCounted(store, wave.id, { responses, results, sums: { raked: weighting.raked, sums } }),
      ['DEL', keys.waveBallots(wave.id)],
      ['DEL', keys.waveLedger(wave.id)],
      ['DEL', keys.waveSecrets(wave.id)],
      queueWaveNews(store, wave.id, 'closed', now),
    ],
  };
}
