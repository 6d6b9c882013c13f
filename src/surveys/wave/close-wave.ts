import { randomInt } from 'node:crypto';
import { personShield } from '../../cases/report/person-shield.ts';
import type { City } from '../../city/city.ts';
import { crashPoint } from '../../crash-point.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Change, Kept } from '../../store/versioned-record.ts';
import { openBallot } from '../ballot/ballot.ts';
import type { CountedSheet, Response } from '../ballot/response.ts';
import { roundedCount } from '../disclosure/disclosure.ts';
import { kAnonymous } from '../disclosure/k-anonymity.ts';
import { findingsIn } from '../estimate/findings.ts';
import { setOf } from '../estimate/indicator.ts';
import { flagsOf } from '../estimate/quality.ts';
import { weigh } from '../estimate/weigh.ts';
import { afterWave, ageGroupOf } from '../panel/member.ts';
import { completeness, validAnswers } from '../questionnaire/questionnaire.ts';
import type { Earlier } from '../results/indicator-result.ts';
import { dropOffOf, ratesOf, recruitmentIn } from '../results/response-rates.ts';
import type { Texts } from '../results/results.ts';
import { resultsOf } from '../results/results.ts';
import { streetOf } from '../survey-regions.ts';
import {
  asManyLeft,
  keepMember,
  keepWave,
  loadLedger,
  loadMember,
  loadMembers,
  loadResults,
  loadSecrets,
  loadSums,
  waveNews,
  wavesBefore,
} from '../survey-store.ts';
import type { Wave } from './wave.ts';

/** Notes with each who was invited whether they began: once, however often the closing is tried. */
export async function noteWhoBegan(store: Store, wave: Wave, now: number): Promise<void> {
  for (const [urn, entry] of await loadLedger(store, wave.id)) {
    if (entry.invitedAt === undefined) continue;
    const kept = await loadMember(store, urn);
    if (!kept) continue;
    const began = entry.disposition !== 'invited';
    const change = keepMember(store, urn, afterWave(kept.record, began, now), kept);
    // By pseudonym: an operation is remembered for longer than a person who is forgotten.
    await commitAsSystem(
      store,
      { op: `wave-end:${wave.id}:${store.pseudonym(urn)}`, what: 'wave_ended_for', ...change },
      now,
    );
  }
}

/**
 * Counts a wave whose ballots nobody can change any more: they are opened, shuffled and kept without anything that leads back,
 * what they say is worked out, and what they were sealed with is destroyed, all in one commit. Undefined once that is done.
 */
export async function countWave(store: Store, open: Kept<Wave>, city: City, now: number): Promise<Change | undefined> {
  const { record: wave } = open;
  const { keys } = store;
  const secrets = await loadSecrets(store, wave.id);
  if (!secrets) return undefined;
  crashPoint('wave_noted');
  const nobodyLeft = await asManyLeft(store, wave.id);
  const [ledger, members, sealed] = await Promise.all([
    loadLedger(store, wave.id),
    loadMembers(store),
    orStoreAway(store.redis.hgetall(keys.waveBallots(wave.id))),
  ]);
  const ballots = shuffled(
    Object.entries(sealed).flatMap(([nullifier, text]) => openBallot(secrets.key, nullifier, text) ?? []),
  );
  const sheets = ballots.map((ballot) => ({ ballot, answers: validAnswers(wave.questionnaire, ballot.answers) }));
  const counted = sheets.filter(({ answers }) => completeness(wave.questionnaire, answers) !== 'broken_off');
  const plain = counted.map(({ ballot, answers }) => ({
    street: streetOf(ballot.community, city.regions),
    age: ageGroupOf(ballot.age),
    sex: ballot.sex,
    hukou: ballot.hukou,
    answers,
    flags: flagsOf(answers, ballot.took, wave.questionnaire),
  }));
  const { weights, ...weighting } = weigh(plain, wave.strata, wave.region, city);
  const weighted = plain.map((one, i): CountedSheet => ({ ...one, weight: weights[i] ?? 1 }));
  const { results, sums } = resultsOf({
    wave,
    set: setOf(wave.indicators),
    sheets: weighted,
    weighting,
    regions: city.regions,
    people: (region) =>
      city.census.filter((cell) => cell.region === region).reduce((all, cell) => all + cell.people, 0),
    earlier: await earlierThan(store, wave),
    findings: findingsIn(counted, ledger, members, city.regions),
    rates: ratesOf(
      [...ledger.values()],
      counted.length,
      await recruitmentIn(store, members, wave.region, city.regions),
    ),
    texts: textsOf(plain, wave, city),
    dropOff: dropOffOf(
      sheets.map(({ answers }) => answers),
      wave.questionnaire,
    ),
  });
  const kept = kAnonymous(
    weighted.map((sheet) => toBeKept(sheet, wave)),
    city.regions,
  );
  crashPoint('wave_counted');
  const { checks, writes } = keepWave(store, { ...wave, state: 'closed', seed: secrets.seed }, now, open);
  return {
    checks: [...checks, nobodyLeft, { key: keys.wave(wave.id), field: 'state', is: 'sealing' }],
    writes: [
      ...writes,
      ['SET', keys.waveResponses(wave.id), JSON.stringify(kept)],
      ['SET', keys.waveResults(wave.id), JSON.stringify(results)],
      ['SET', keys.waveSums(wave.id), JSON.stringify({ raked: weighting.raked, sums })],
      ['DEL', keys.waveBallots(wave.id)],
      ['DEL', keys.waveLedger(wave.id)],
      ['DEL', keys.waveSecrets(wave.id)],
      waveNews(store, wave.id, 'closed', now),
    ],
  };
}

/** So many waves before are compared. */
const EARLIER_MAX = 12;

/** The same questions, asked of the same region before; the oldest first. */
async function earlierThan(store: Store, wave: Wave): Promise<readonly Earlier[]> {
  const found = (await wavesBefore(store, wave)).slice(0, EARLIER_MAX).toReversed();
  const loaded = await Promise.all(
    found.map(async ({ id }) => ({ results: await loadResults(store, id), kept: await loadSums(store, id) })),
  );
  return loaded.flatMap(({ results, kept }) => (results && kept ? [{ indicators: results.indicators, ...kept }] : []));
}

/** What is kept of a sheet: its weight would tell the stratum, and somebody's own words who they are. */
function toBeKept({ street, weight: _own, answers, ...rest }: CountedSheet, { questionnaire }: Wave): Response {
  const words = questionnaire.questions.filter(({ type }) => type === 'text').map(({ code }) => code);
  const codes = Object.entries(answers).filter(([code]) => !words.includes(code));
  return { region: street, ...rest, answers: Object.fromEntries(codes) };
}

/** What people wrote, without persons and numbers, by question and district, shuffled; only where ten wrote at least (P9). */
function textsOf(
  sheets: readonly Pick<CountedSheet, 'street' | 'answers'>[],
  { questionnaire }: Wave,
  { regions }: City,
): readonly Texts[] {
  const asked = questionnaire.questions.filter(({ type }) => type === 'text');
  return asked.flatMap(({ code }) => {
    const written = sheets.flatMap(({ street, answers }) => {
      const words = answers[code];
      return typeof words === 'string' ? [{ region: regions.above(street, 'district') ?? street, words }] : [];
    });
    return [...Map.groupBy(written, ({ region }) => region)].flatMap(([region, list]): readonly Texts[] =>
      roundedCount(list.length) === undefined
        ? []
        : [{ question: code, region, words: shuffled(list).map(({ words }) => personShield(words)?.without ?? words) }],
    );
  });
}

/** Every order is equally likely, and nobody can guess it (Fisher & Yates). */
function shuffled<T>(list: readonly T[]): readonly T[] {
  const all = [...list];
  for (let i = all.length - 1; i > 0; i -= 1) {
    const k = randomInt(i + 1);
    [all[i], all[k]] = [all[k] as T, all[i] as T]; // both within the list
  }
  return all;
}
