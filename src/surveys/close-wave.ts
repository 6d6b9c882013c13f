import { randomInt } from 'node:crypto';
import { personShield } from '../cases/person-shield.ts';
import type { Urn } from '../channels/channel.ts';
import { crashPoint } from '../crash-point.ts';
import { loadContacts } from '../people/person-store.ts';
import { commitAsHouse } from '../store/commit-as-house.ts';
import type { Change, Kept } from '../store/record.ts';
import type { Store } from '../store/store.ts';
import { asking } from '../store/store.ts';
import type { Ballot } from './ballot.ts';
import { openBallot } from './ballot.ts';
import { coarsened } from './coarsen.ts';
import { RULES, roundedCount } from './disclosure.ts';
import type { IndicatorSet } from './indicator.ts';
import { INDICATOR_SETS } from './indicator.ts';
import type { Earlier } from './indicator-result.ts';
import { afterWave, ageGroupOf } from './member.ts';
import type { SurveyCity } from './open-wave.ts';
import type { Finding } from './quality.ts';
import { alikeIn, burstsIn, flagsOf } from './quality.ts';
import { completeness, isAsked, validAnswers } from './questionnaire.ts';
import type { CountedSheet, Response } from './response.ts';
import type { ResponseRates, Texts } from './results.ts';
import { resultsOf } from './results.ts';
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
} from './survey-store.ts';
import type { Entry, Wave } from './wave.ts';
import { weigh } from './weigh.ts';

/** Notes with each who was invited whether they began: once, however often the closing is tried. */
export async function noteWhoBegan(store: Store, wave: Wave, now: number): Promise<void> {
  for (const [urn, entry] of await loadLedger(store, wave.id)) {
    if (entry.invitedAt === undefined) continue;
    const kept = await loadMember(store, urn);
    if (!kept) continue;
    const began = entry.disposition !== 'invited';
    const change = keepMember(store, urn, afterWave(kept.record, began, now), kept);
    // By pseudonym: an operation is remembered for longer than a person who is forgotten.
    await commitAsHouse(
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
export async function countWave(
  store: Store,
  open: Kept<Wave>,
  city: SurveyCity,
  now: number,
): Promise<Change | undefined> {
  const { record: wave } = open;
  const { keys } = store;
  const secrets = await loadSecrets(store, wave.id);
  if (!secrets) return undefined;
  crashPoint('wave_noted');
  const nobodyLeft = await asManyLeft(store, wave.id);
  const [ledger, sealed] = await Promise.all([
    loadLedger(store, wave.id),
    asking(store.redis.hgetall(keys.waveBallots(wave.id))),
  ]);
  const ballots = shuffled(
    Object.entries(sealed).flatMap(([nullifier, text]) => openBallot(secrets.key, nullifier, text) ?? []),
  );
  const sheets = ballots.map((ballot) => ({ ballot, answers: validAnswers(wave.questionnaire, ballot.answers) }));
  const counted = sheets.filter(({ answers }) => completeness(wave.questionnaire, answers) !== 'broken_off');
  const plain = counted.map(({ ballot, answers }) => ({
    street: city.regions.above(ballot.community, 'street') ?? ballot.community,
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
    set: setOf(wave),
    sheets: weighted,
    weighting,
    regions: city.regions,
    people: (region) =>
      city.census.filter((cell) => cell.region === region).reduce((all, cell) => all + cell.people, 0),
    earlier: await earlierThan(store, wave),
    findings: await findingsIn(store, counted, ledger, city),
    rates: await ratesOf(store, [...ledger], counted.length, wave, city),
    texts: textsOf(plain, wave, city),
    dropOff: dropOffOf(
      sheets.map(({ answers }) => answers),
      wave,
    ),
  });
  const kept = coarsened(
    weighted.map((sheet) => withoutWeight(sheet, wave)),
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

export function setOf({ indicators }: Wave): IndicatorSet {
  const found = INDICATOR_SETS.find(({ id }) => id === indicators) ?? INDICATOR_SETS[0];
  if (!found) throw new Error('There is no set of indicators.');
  return found;
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

type Sheet = { readonly ballot: Ballot; readonly answers: Response['answers'] };

/** What looks strange, named one level above: of a community its street is told. */
async function findingsIn(
  store: Store,
  counted: readonly Sheet[],
  ledger: ReadonlyMap<Urn, Entry>,
  { regions }: SurveyCity,
): Promise<readonly Finding[]> {
  const above = (community: string) => regions.above(community, 'street') ?? community;
  const alike = alikeIn(counted.map(({ ballot, answers }) => ({ community: ballot.community, answers })));
  const members = new Map((await loadMembers(store)).map(({ who, kept }) => [who, kept.record.community] as const));
  const done = [...ledger].flatMap(([urn, { doneSlot }]) => {
    const community = members.get(urn);
    return doneSlot === undefined || community === undefined ? [] : [{ community, slot: doneSlot }];
  });
  const told = [
    ...alike.map((community) => ({ kind: 'alike', region: above(community) }) as const),
    ...burstsIn(done).map((community) => ({ kind: 'burst', region: above(community) }) as const),
    ...coachedIn(counted, regions),
  ];
  return told.filter(
    (one, i) => told.findIndex(({ kind, region }) => kind === one.kind && region === one.region) === i,
  );
}

/** Where at least one in ten, and five in all, say that they were told what to answer: the region above the street is told. */
function coachedIn(counted: readonly Sheet[], regions: SurveyCity['regions']): readonly Finding[] {
  const streets = Map.groupBy(counted, ({ ballot }) => regions.above(ballot.community, 'street') ?? ballot.community);
  return [...streets].flatMap(([street, sheets]) => {
    const coached = sheets.filter(({ answers }) => answers.C1?.includes('1')).length;
    const above = regions.chain(street)[1];
    return coached >= 5 && coached * 10 >= sheets.length && above ? [{ kind: 'coached', region: above } as const] : [];
  });
}

/** Rates of response as AAPOR defines them (Standard Definitions 2023); nothing where too few were invited to tell. */
async function ratesOf(
  store: Store,
  ledger: readonly (readonly [Urn, Entry])[],
  counted: number,
  { region }: Wave,
  { regions }: SurveyCity,
): Promise<ResponseRates | undefined> {
  const invited = ledger.filter(([, { invitedAt }]) => invitedAt !== undefined);
  const asked = roundedCount(invited.length);
  const whole = invited.filter(([, { disposition }]) => disposition === 'complete').length;
  const complete = roundedCount(whole);
  if (asked === undefined || complete === undefined) return undefined;
  const begun = invited.filter(([, { disposition }]) => disposition === 'complete' || disposition === 'started').length;
  const percent = (part: number, of: number) => Math.round((100 * part) / Math.max(1, of));
  const recruitment = await recruitmentIn(store, region, regions);
  const completion = percent(whole, invited.length);
  return {
    invited: asked,
    complete,
    completion,
    breakOff: percent(Math.max(0, begun - counted), begun),
    ...(recruitment === undefined ? {} : { recruitment, cumulative: Math.round((recruitment * completion) / 100) }),
  };
}

/** Of those who are known to live there, how many agreed to be asked; percent. */
async function recruitmentIn(
  store: Store,
  region: string,
  regions: SurveyCity['regions'],
): Promise<number | undefined> {
  const members = (await loadMembers(store)).filter(({ kept }) =>
    regions.chain(kept.record.community).includes(region),
  );
  const urns = (await asking(store.redis.zrange(store.keys.personsDue, 0, '-1'))) as Urn[]; // written by commits
  const contacts = await loadContacts(store, urns);
  const ids = new Set(members.map(({ who }) => who));
  const living = urns.filter((urn, i) => {
    const home = contacts[i]?.contact?.home;
    return ids.has(urn) || (home !== undefined && regions.chain(home).includes(region));
  });
  return living.length < 10 ? undefined : Math.round((100 * members.length) / living.length);
}

/** Of those who began, how many answered each question that they were asked; percent. */
function dropOffOf(all: readonly Response['answers'][], { questionnaire }: Wave): Readonly<Record<string, number>> {
  const rates = questionnaire.questions
    .filter(({ type }) => type !== 'info')
    .flatMap((question): readonly (readonly [string, number])[] => {
      const asked = all.filter((answers) => isAsked(question, answers));
      const given = asked.filter((answers) => answers[question.code] !== undefined).length;
      return asked.length < RULES.liveMin ? [] : [[question.code, Math.round((100 * given) / asked.length)]];
    });
  return Object.fromEntries(rates);
}

/** What is kept of a sheet: its weight would tell the stratum, and somebody's own words who they are. */
function withoutWeight({ street, weight: _own, answers, ...rest }: CountedSheet, { questionnaire }: Wave): Response {
  const words = questionnaire.questions.filter(({ type }) => type === 'text').map(({ code }) => code);
  const codes = Object.entries(answers).filter(([code]) => !words.includes(code));
  return { region: street, ...rest, answers: Object.fromEntries(codes) };
}

/** What people wrote, without persons and numbers, by question and district, shuffled; only where ten wrote at least (P9). */
function textsOf(
  sheets: readonly Pick<CountedSheet, 'street' | 'answers'>[],
  { questionnaire }: Wave,
  { regions }: SurveyCity,
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
