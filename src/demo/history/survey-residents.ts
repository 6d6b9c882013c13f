import type { Job } from '../../background/job.ts';
import type { Urn } from '../../channels/channel.ts';
import { newContact } from '../../people/contact.ts';
import { contactFields } from '../../people/person-store.ts';
import type { Random } from '../../random.ts';
import { pickFrom } from '../../random.ts';
import { bulkWrite } from '../../store/bulk-write.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import type { Ballot } from '../../surveys/ballot/ballot.ts';
import { nullifierOf, sealBallot } from '../../surveys/ballot/ballot.ts';
import type { Member } from '../../surveys/panel/member.ts';
import { AGES, HUKOUS, STAYS } from '../../surveys/panel/member.ts';
import { keepMember } from '../../surveys/panel/member-store.ts';
import type { Questionnaire, SurveyAnswers } from '../../surveys/questionnaire/questionnaire.ts';
import { isAsked } from '../../surveys/questionnaire/questionnaire.ts';
import { encode, loadLedger } from '../../surveys/wave/ledger-store.ts';
import { loadSecrets } from '../../surveys/wave/secrets-store.ts';
import type { LedgerEntry, Wave } from '../../surveys/wave/wave.ts';
import { loadWaves } from '../../surveys/wave/wave-store.ts';

/** Returns the writes that make these people panel members, spread over the communities. */
export function panelOf(
  store: Store,
  urns: readonly Urn[],
  communities: readonly string[],
  now: number,
  random: Random,
): readonly Write[] {
  return urns.flatMap((urn, i): readonly Write[] => {
    const member: Member = {
      number: Math.floor(random() * 2 ** 48).toString(36),
      community: communities[i % communities.length] ?? '',
      age: pickFrom(random, AGES),
      sex: random() < 0.55 ? 'female' : 'male',
      stay: pickFrom(random, STAYS),
      hukou: pickFrom(random, HUKOUS),
      since: now,
      invited: [],
      ignored: 0,
    };
    const contact = { ...newContact('zh-CN', now), home: member.community };
    return [
      ['HSET', store.keys.person(urn), 'version', '1', ...Object.entries(contactFields(contact)).flat()],
      ...keepMember(store, urn, member).writes,
    ];
  });
}

/** Makes plausible answers. `content`: share of positive answers; a few answers are “don't know”. */
export function madeUpAnswers({ questions }: Questionnaire, random: Random, content = 0.75): SurveyAnswers {
  const given: Record<string, readonly string[]> = {};
  for (const question of questions) {
    const { code, type, options = [] } = question;
    if (!isAsked(question, given) || options.length === 0) continue;
    const opinions = options.filter(({ role }) => role === undefined);
    const none = options.find(({ role }) => role === 'none' || role === 'dont_know');
    // C1: few respondents were told how to answer. J1: about half never took part in any activity.
    if (code === 'C1') given[code] = [random() < 0.02 ? '1' : '2'];
    else if (random() < (code === 'J1' ? 0.5 : 0.05) && none) given[code] = [none.code];
    else if (type === 'several') given[code] = [pickFrom(random, opinions).code];
    else {
      const half = Math.ceil(opinions.length / 2);
      given[code] = [pickFrom(random, random() < content ? opinions.slice(0, half) : opinions.slice(half)).code];
    }
  }
  return given;
}

/** Stores a sealed ballot for each invited person without one, except a `silent` share. `who`: prefix of their URNs. */
export async function fillBallots(
  store: Store,
  wave: Wave,
  random: Random,
  { silent = 0.2, who = '', content = 0.75 } = {},
): Promise<number> {
  const secrets = await loadSecrets(store, wave.id);
  if (!secrets) throw new Error('The wave is closed.');
  const writes: Write[] = [];
  for (const [urn, entry] of await loadLedger(store, wave.id)) {
    if (entry.disposition !== 'invited' || !urn.startsWith(who) || random() < silent) continue;
    const record = await store.redis.hget(store.keys.surveyMember(urn), 'record');
    const { community, age, sex, hukou } = JSON.parse(record ?? '{}') as Member;
    const nullifier = nullifierOf(secrets.key, urn);
    const ballot: Ballot = {
      answers: madeUpAnswers(wave.questionnaire, random, content),
      step: '',
      took: {},
      ...(entry.reminders ? { late: true } : {}),
      community,
      age,
      sex,
      hukou,
    };
    const done: LedgerEntry = { ...entry, disposition: 'complete', doneSlot: Math.floor(random() * 400) };
    writes.push(['HSET', store.keys.waveBallots(wave.id), nullifier, sealBallot(secrets.key, nullifier, ballot)]);
    writes.push(['HSET', store.keys.waveLedger(wave.id), urn, encode(done)]);
  }
  await bulkWrite(store, writes);
  return writes.length / 2;
}

const EVERY_MS = 5000;
/** Share of the invited residents who answer in one run. */
const SHARE = 0.1;

/** Answers open waves for the demo's residents, a few per run. They have no phone in the simulator. */
export function surveyResidentsJob(store: Store): Job {
  return {
    name: 'demo-survey-residents',
    every: EVERY_MS,
    runsIn: 'every_process',
    run: async () => {
      let answered = 0;
      for (const { record } of await loadWaves(store)) {
        if (record.state !== 'open') continue;
        // A wave that closes meanwhile has no secrets any more, and no ballot can be sealed.
        answered += await fillBallots(store, record, Math.random, { silent: 1 - SHARE, who: 'demo:' }).catch(() => 0);
      }
      return { answered };
    },
  };
}
