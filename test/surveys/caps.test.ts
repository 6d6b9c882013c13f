import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS, dayOf, HOUR_MS } from '../../src/calendar.ts';
import type { Urn } from '../../src/channels/channel.ts';
import { panelOf } from '../../src/demo/history/survey-residents.ts';
import { newContact } from '../../src/people/contact.ts';
import { NO_TALKS } from '../../src/people/person-store.ts';
import { randomFrom } from '../../src/random.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import { answerSurveyTalk } from '../../src/surveys/ballot/answer-survey-flow.ts';
import { newWaveKey } from '../../src/surveys/ballot/ballot.ts';
import type { Member } from '../../src/surveys/panel/member.ts';
import { afterWave, FATIGUE, mayBeInvited } from '../../src/surveys/panel/member.ts';
import { loadMembers } from '../../src/surveys/panel/member-store.ts';
import { removeMember } from '../../src/surveys/panel/remove-member.ts';
import { QUESTIONNAIRES } from '../../src/surveys/questionnaire/questionnaire.ts';
import { wavesHold } from '../../src/surveys/survey-invariants.ts';
import { hashOf, seedOf } from '../../src/surveys/wave/draw.ts';
import { inviteAndRemind } from '../../src/surveys/wave/invitations.ts';
import { loadLedger } from '../../src/surveys/wave/ledger-store.ts';
import { keepSecrets, loadHalves, loadSecrets } from '../../src/surveys/wave/secrets-store.ts';
import type { LedgerEntry, Wave } from '../../src/surveys/wave/wave.ts';
import { invitationsDue, isReminderDue, newWaveId, TIMES } from '../../src/surveys/wave/wave.ts';
import { checkNoneLeft, checkOpen, keepWave, loadWave } from '../../src/surveys/wave/wave-store.ts';
import { staff } from '../cases/desk.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

const PEOPLE = 60;

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
}, 60_000);
afterAll(() => app.close());

function waveNow(now: number, change: Partial<Wave> = {}): Wave {
  const [questionnaire] = QUESTIONNAIRES;
  if (!questionnaire) throw new Error('There is no questionnaire.');
  const region = app.running.services.city.regions.all('city')[0] ?? '';
  const times = { openedAt: now, closesAt: now + TIMES.closesMs };
  const wave = {
    id: newWaveId(),
    state: 'drawing',
    questionnaire,
    indicators: 'hubei',
    region,
    target: 200,
    by: 'test',
  };
  return { ...wave, ...times, strata: [], ...change } as Wave; // as createWave returns it
}

test('two waves that open at the same time invite no member twice', { timeout: 60_000 }, async () => {
  const { store, services } = app.running;
  const urns = Array.from({ length: PEOPLE }, (_, i): Urn => `demo:${i}`);
  const communities = services.city.regions.all('community').slice(0, 3);
  await bulkWrite(store, panelOf(store, urns, communities, services.now(), randomFrom(1)));
  const waves = [waveNow(services.now()), waveNow(services.now())];
  for (const wave of waves) await bulkWrite(store, keepWave(store, wave, services.now()).writes);
  const entries = async () => {
    const ledgers = await Promise.all(waves.map(({ id }) => loadLedger(store, id)));
    return ledgers.map((ledger) => [...ledger.values()].map(({ disposition }) => disposition));
  };
  const waiting = async () => {
    const all = (await entries()).flat();
    return all.length < 2 * PEOPLE || all.includes('drawn');
  };
  await expect.poll(waiting, { timeout: 30_000 }).toBe(false);
  const all = (await entries()).flat();
  expect(all).toHaveLength(2 * PEOPLE);
  expect(all.filter((one) => one === 'invited')).toHaveLength(PEOPLE);
  expect(all.filter((one) => one === 'passed_over')).toHaveLength(PEOPLE);
  const invited = (await loadMembers(store)).map(({ kept }) => kept.record.invited.length);
  expect(invited).toEqual(new Array(PEOPLE).fill(1));
});

test('if answers are missing after two days, the next members in the draw are invited', {
  timeout: 60_000,
}, async () => {
  const { store, services } = app.running;
  const urns = Array.from({ length: 40 }, (_, i): Urn => `demo:${100 + i}`);
  const { regions } = services.city;
  const [other = ''] = regions.all('community').slice(-1);
  await bulkWrite(store, panelOf(store, urns, [other], services.now(), randomFrom(2)));
  const wave = waveNow(services.now(), { region: regions.above(other, 'street') ?? '', target: 6 });
  await bulkWrite(store, keepWave(store, wave, services.now()).writes);
  const invited = async () =>
    [...(await loadLedger(store, wave.id)).values()].filter(({ invitedAt }) => invitedAt !== undefined).length;
  const settled = async () => (await loadWave(store, wave.id))?.record.releasedAt !== undefined;
  await expect.poll(settled, { timeout: 20_000 }).toBe(true);
  const first = await invited();
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThan(40);
  // No further invitations on the first day; after two days, silent members no longer count as pending.
  await app.advance(HOUR_MS);
  await app.settle();
  expect(await invited()).toBe(first);
  // The clock steps to morning and evening, because nothing is sent at night. Runs in between must not delay the next release.
  for (const hours of [9, 15, 9, 15, 9, 15]) {
    await app.advance(hours * HOUR_MS);
    await app.settle();
  }
  await expect.poll(invited, { timeout: PATIENCE_MS }).toBeGreaterThan(first);
});

test('only invited members may answer, and each answer checks that the wave is open', async () => {
  const { store, services } = app.running;
  const wave = { ...waveNow(services.now()), state: 'open' } as const;
  await bulkWrite(store, [
    ...keepWave(store, wave, undefined).writes,
    keepSecrets(store, wave.id, { key: newWaveKey(), seed: 'x' }),
  ]);
  const urn: Urn = 'demo:1';
  const person = {
    urn,
    address: urn,
    version: 1,
    contact: undefined,
    talks: NO_TALKS,
    lastMessage: undefined,
    gone: undefined,
  };
  const loading = { store, city: services.city, person, position: { answers: { wave: wave.id } }, now: services.now() };
  const load = async (entry: LedgerEntry) => {
    await store.redis.hset(store.keys.waveLedger(wave.id), urn, JSON.stringify(entry));
    return answerSurveyTalk.load?.(loading);
  };
  const stratum = { stratum: 0, place: 0 };
  for (const disposition of ['drawn', 'passed_over', 'unreachable'] as const)
    expect(await load({ ...stratum, disposition })).toBeUndefined();
  const loaded = await load({ ...stratum, disposition: 'invited', invitedAt: services.now() });
  const facts = answerSurveyTalk.facts(services.city, person, loaded);
  const contact = newContact('zh-CN', services.now());
  const finishing = { store, person: urn, contact, facts, given: {}, now: services.now(), random: () => 0 };
  const written = answerSurveyTalk.privateAnswers?.write(
    { answers: { begin: 'start', q1: '5' }, step: 'q2' },
    finishing,
  );
  const dropped = answerSurveyTalk.privateAnswers?.drop(finishing);
  for (const change of [written, dropped]) expect(change?.checks).toContainEqual(checkOpen(store, wave.id));
});

test('an answer that arrives after counting has begun is refused', async () => {
  const { store, services } = app.running;
  const wave = { ...waveNow(services.now()), state: 'open' } as const;
  await bulkWrite(store, keepWave(store, wave, undefined).writes);
  const answer = (op: string) =>
    commitAsSystem(
      store,
      {
        op,
        what: 'test',
        checks: [checkOpen(store, wave.id)],
        writes: [['HSET', store.keys.waveBallots(wave.id), 'x', 'y']],
      },
      services.now(),
    );
  expect((await answer('caps:1')).type).toBe('ok');
  const kept = await loadWave(store, wave.id);
  await bulkWrite(store, keepWave(store, { ...wave, state: 'sealing' }, undefined, kept).writes);
  expect((await answer('caps:2')).type).toBe('conflict');
});

test('a member who leaves during a draw or count is left out: the draw or count must start again', async () => {
  const { store, services } = app.running;
  const wave = { ...waveNow(services.now()), state: 'sealing' } as const;
  await bulkWrite(store, keepWave(store, wave, services.now() + DAY_MS).writes);
  const urn: Urn = 'demo:0';
  const entry: LedgerEntry = { stratum: 0, place: 0, disposition: 'complete' };
  await store.redis.hset(store.keys.waveLedger(wave.id), urn, JSON.stringify(entry));
  const before = await checkNoneLeft(store, wave.id);
  await bulkWrite(store, await removeMember(store, urn));
  expect(await store.redis.hlen(store.keys.waveLedger(wave.id))).toBe(0);
  const counted = (op: string, check: typeof before) =>
    commitAsSystem(store, { op, what: 'test', checks: [check], writes: [] }, services.now());
  expect((await counted('caps:3', before)).type).toBe('conflict');
  expect((await counted('caps:4', await checkNoneLeft(store, wave.id))).type).toBe('ok');
});

test('a draw waits a day for an auditor; a member who leaves meanwhile is not drawn, and the frame keeps its hash', {
  timeout: 60_000,
}, async () => {
  const { store, services } = app.running;
  const { regions } = services.city;
  const [region = ''] = regions.all('street').slice(-1);
  await staff(app, '审计老马', 'auditor', region);
  const urns = Array.from({ length: 12 }, (_, i): Urn => `demo:${300 + i}`);
  await bulkWrite(store, panelOf(store, urns, regions.within(region, 'community'), services.now(), randomFrom(3)));
  const wave = waveNow(services.now(), { region });
  await bulkWrite(store, keepWave(store, wave, services.now()).writes);
  const read = async () => (await loadWave(store, wave.id))?.record;
  await expect.poll(async () => (await read())?.frameHash, { timeout: 20_000 }).toBeDefined();
  const fixed = await read();
  const frame = (await store.redis.get(store.keys.waveFrame(wave.id))) ?? '';
  await bulkWrite(store, await removeMember(store, urns[0] ?? 'demo:300'));
  await app.settle();
  expect(await read()).toMatchObject({ state: 'drawing', strata: [] });
  expect((await wavesHold(store)).filter((wrong) => wrong.startsWith(wave.id))).toEqual([]);

  await app.advance(DAY_MS);
  await expect.poll(async () => (await read())?.state, { timeout: 20_000 }).toBe('open');
  const opened = await read();
  expect(opened).toMatchObject({ frameHash: fixed?.frameHash, halfHashes: fixed?.halfHashes });
  expect(opened?.secondBy).toBeUndefined();
  expect(opened?.closesAt).toBe((opened?.openedAt ?? 0) + TIMES.closesMs);
  expect(hashOf(frame)).toBe(opened?.frameHash);
  expect([...(await loadLedger(store, wave.id)).keys()].toSorted()).toEqual(
    (await loadMembers(store))
      .filter(({ kept }) => frame.includes(`${kept.record.number} `))
      .map(({ who }) => who)
      .toSorted(),
  );
  const halves = await loadHalves(store, wave.id);
  expect(halves?.map(hashOf)).toEqual(opened?.halfHashes);
  expect((await loadSecrets(store, wave.id))?.seed).toBe(halves && seedOf(hashOf(frame), halves));
});

test('a member is not invited too soon, too often, during a pause, or after one year', () => {
  const now = 1_000 * DAY_MS;
  const member: Member = {
    number: 'x',
    community: 'c',
    age: '65',
    sex: 'female',
    stay: 'long',
    hukou: 'local',
    since: now - 100 * DAY_MS,
    invited: [],
    ignored: 0,
  };
  const may = (change: Partial<Member>) => mayBeInvited({ ...member, ...change }, now);
  expect(may({})).toBe(true);
  expect([27, 28].map((days) => may({ invited: [now - days * DAY_MS] }))).toEqual([false, true]);
  expect(may({ invited: Array.from({ length: 8 }, (_, i) => now - (30 + 30 * i) * DAY_MS) })).toBe(false);
  expect(may({ pausedUntil: now + 1 })).toBe(false);
  expect(may({ since: now - 366 * DAY_MS })).toBe(false);
  let ignoring = member;
  for (let i = 0; i < FATIGUE.ignoredMax; i += 1) ignoring = afterWave(ignoring, false, now);
  expect(ignoring).toMatchObject({ ignored: 0, pausedUntil: now + FATIGUE.pauseMs });
  expect(afterWave({ ...member, ignored: 2 }, true, now).ignored).toBe(0);
  expect(afterWave(member, true, now).number).not.toBe(member.number);
});

test('at most two reminders are sent, a day apart, and none after a refusal', () => {
  const now = 1_000 * DAY_MS;
  const entry = (
    disposition: LedgerEntry['disposition'],
    hours: number,
    more: Partial<LedgerEntry> = {},
  ): LedgerEntry => ({
    stratum: 0,
    place: 0,
    disposition,
    invitedAt: now - hours * HOUR_MS,
    ...more,
  });
  expect([23, 24].map((hours) => isReminderDue(entry('invited', hours), now))).toEqual([false, true]);
  const once = { reminders: 1, remindedAt: now - 48 * HOUR_MS };
  expect([71, 72].map((hours) => isReminderDue(entry('invited', hours, once), now))).toEqual([false, true]);
  expect(isReminderDue(entry('invited', 80, { reminders: 1, remindedAt: now - HOUR_MS }), now)).toBe(false);
  expect(isReminderDue(entry('invited', 150, { reminders: 2, remindedAt: now - 48 * HOUR_MS }), now)).toBe(false);
  expect(isReminderDue(entry('started', 30), now)).toBe(false);
  for (const disposition of ['refused', 'complete', 'blank', 'unreachable', 'passed_over'] as const)
    expect(isReminderDue(entry(disposition, 100), now)).toBe(false);
});

test('further members are invited only if answers are missing and time to answer remains', () => {
  const now = 1_000 * DAY_MS;
  const strata = [{ street: 's', age: '55+', sex: 'male', frame: 40, target: 10 }] as const;
  const entries = (
    dispositions: readonly LedgerEntry['disposition'][],
    invitedAt = now - DAY_MS,
  ): readonly LedgerEntry[] =>
    dispositions.map((disposition, place) => ({ stratum: 0, place, disposition, invitedAt }));
  const drawn = new Array<LedgerEntry['disposition']>(30).fill('drawn');
  const wave = { strata, closesAt: now + 5 * DAY_MS };
  expect(invitationsDue(wave, entries(drawn), now)).toEqual([10]);
  expect(invitationsDue(wave, entries([...new Array(10).fill('complete'), ...drawn]), now)).toEqual([0]);
  expect(
    invitationsDue(wave, entries([...new Array(4).fill('complete'), ...new Array(6).fill('invited'), ...drawn]), now),
  ).toEqual([3]);
  // An invitation without reaction counts as pending for two days only.
  const silent = entries(
    [...new Array(4).fill('complete'), ...new Array(6).fill('invited'), ...drawn],
    now - 3 * DAY_MS,
  );
  expect(invitationsDue(wave, silent, now)).toEqual([6]);
  expect(invitationsDue({ strata, closesAt: now + DAY_MS }, entries(drawn), now)).toEqual([0]);
});

test('a step that only waits does not put off a wave that was called off meanwhile', async () => {
  const { store } = app.running;
  const night = Date.parse(`${dayOf(app.running.services.now())}T22:00:00+08:00`);
  const wave = waveNow(night, { state: 'open' });
  await bulkWrite(store, keepWave(store, wave, night).writes);
  const read = await loadWave(store, wave.id);
  if (!read) throw new Error('The wave is gone.');
  const waits = await inviteAndRemind(store, read, night);
  await bulkWrite(store, keepWave(store, { ...wave, state: 'called_off' }, night, read).writes);
  const done = await commitAsSystem(store, { op: `late:${wave.id}`, what: 'wave_stepped', ...waits }, night);
  expect(done.type).toBe('conflict');
  expect(await store.redis.zscore(store.keys.wavesClock, wave.id)).toBe(String(night));
  await store.redis.zrem(store.keys.wavesClock, wave.id);
});
