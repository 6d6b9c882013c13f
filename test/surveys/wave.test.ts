import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadBroadcasts } from '../../src/broadcasts/broadcast-store.ts';
import { DAY_MS } from '../../src/calendar.ts';
import type { Urn } from '../../src/channels/channel.ts';
import { fillBallots, panelOf } from '../../src/demo/history/survey-residents.ts';
import { commitAndNotify } from '../../src/notify/notify.ts';
import { randomFrom } from '../../src/random.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import type { Ballot } from '../../src/surveys/ballot/ballot.ts';
import { nullifierOf, openBallot } from '../../src/surveys/ballot/ballot.ts';
import { PROFILE_MIN, profileOf } from '../../src/surveys/disclosure/k-anonymity.ts';
import { loadMember } from '../../src/surveys/panel/member-store.ts';
import type { Questionnaire } from '../../src/surveys/questionnaire/questionnaire.ts';
import { QUESTIONNAIRES } from '../../src/surveys/questionnaire/questionnaire.ts';
import { loadQuestionnaires } from '../../src/surveys/questionnaire/questionnaire-store.ts';
import { toSurveyJs } from '../../src/surveys/questionnaire/survey-js.ts';
import { loadResponses, loadResults } from '../../src/surveys/results/results-store.ts';
import { importQuestionnaire, waveFiles, withheldLines } from '../../src/surveys/survey-cli.ts';
import { hashOf, lotOf } from '../../src/surveys/wave/draw.ts';
import { drawProof } from '../../src/surveys/wave/draw-proof.ts';
import { encode, loadLedger } from '../../src/surveys/wave/ledger-store.ts';
import { loadHalves, loadSecrets } from '../../src/surveys/wave/secrets-store.ts';
import type { LedgerEntry, Wave } from '../../src/surveys/wave/wave.ts';
import { loadWaves } from '../../src/surveys/wave/wave-store.ts';
import { enlist, staff } from '../cases/desk.ts';
import { expectInvariants } from '../faults/invariants.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

const PEOPLE = 600;
/** A step of a wave that fails on a busy machine is tried again after a minute. */
const COUNTED_MS = 90_000;

let app: TestApp;
let office: Phone;
let zhou: Phone;
let chief: Phone;
const random = randomFrom(20261127);

beforeAll(async () => {
  app = await openTestApp({ cluster: false });
  office = await staff(app, '平安办', 'office', '*');
  zhou = await app.phone('周阿姨');
  chief = await staff(app, '负责人陈主任', 'lead', '*');
}, 60_000);
afterAll(() => app.close());

const wave = async () => {
  const [kept] = await loadWaves(app.running.store);
  if (!kept) throw new Error('There is no wave.');
  return kept.record;
};
/** Opens a wave as the office does, tap by tap. */
async function openWave(): Promise<void> {
  await office.say('问卷调查');
  await office.sees(/看哪一期/);
  await office.tap('开一期新的');
  await office.sees(/哪一片/);
  await office.tap('全市');
  await office.sees(/用哪一份问卷/);
  await office.tap('平安感受');
  await office.hasNew(/『平安感受』有 12 题，居民看到的就是这些：.*1\. 在目前的社会治安环境下.*很安全、安全、/s);
  await office.sees(/哪一套指标/);
  await office.tap('平安三率');
  await office.sees(/想收多少份/);
  await office.say('600');
  const card = await office.sees(/都对就开/);
  expect(card.text?.match(/问卷/g)).toHaveLength(1);
  await office.tap('开这一期');
}

/** Runs the wave's clock until nearly all members are invited. */
async function inviteAll(id: string): Promise<void> {
  const invited = async () =>
    [...(await loadLedger(app.running.store, id)).values()].filter(({ disposition }) => disposition !== 'drawn').length;
  for (let runs = 0; (await invited()) <= 500; runs += 1) {
    expect(runs).toBeLessThan(100);
    await app.tick('wave-clock');
  }
}

/** Repeats the draw of a counted wave with sha256sum alone, and expects the places that the ledger had. */
function repeatDraw(counted: Wave, frame: string): void {
  const { id, halves, halfHashes, frameHash = '', seed = '', seedHash } = counted;
  const sha256sum = (input: string) => execFileSync('sha256sum', { input, encoding: 'utf8' }).slice(0, 64);
  const [office = '', second = ''] = halves ?? [];
  expect([sha256sum(office), sha256sum(second)]).toEqual(halfHashes);
  expect(sha256sum(frame)).toBe(frameHash);
  expect(sha256sum(`${frameHash} ${office} ${second}`)).toBe(seed);
  expect(sha256sum(seed)).toBe(seedHash);
  const members = frame.split('\n').map((line) => line.split(' '));
  const [[street, age, sex] = []] = [members[0]?.slice(1) ?? []];
  const stratum = members
    .filter((one) => one.slice(1).join() === [street, age, sex].join())
    .map(([number = '']) => number);
  // The commands of the proof print the same.
  writeFileSync(join(app.folder, `${id}-frame.txt`), frame);
  const printed = execFileSync('sh', ['-e'], { input: drawProof(counted) ?? '', cwd: app.folder, encoding: 'utf8' });
  expect(printed.split('\n').map((line) => line.slice(0, 64))).toEqual([
    frameHash,
    ...(halfHashes ?? []),
    seed,
    sha256sum(`${seed} <member number>`),
    '',
  ]);
  const lots = stratum.map((number) => ({ number, lot: sha256sum(`${seed} ${number}`) }));
  const order = lots.toSorted((a, b) => (a.lot < b.lot ? -1 : 1)).map(({ number }) => number);
  expect(order).toEqual(stratum.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0)));
}

/** The places in the draw by member number, noted while the ledger existed. */
const places = new Map<string, number>();

/** Adds an auditor's half, in words, to the draw that waits for it. */
async function addHalf(auditor: Phone, before: string): Promise<void> {
  const { store } = app.running;
  await auditor.hasSeen(/要抽签了，想请您加一半种子/, 20_000);
  const waiting = await wave();
  expect(waiting.id).not.toBe(before);
  expect(waiting).toMatchObject({ state: 'drawing', strata: [] });
  expect(waiting.seedHash).toBeUndefined();
  await office.say('问卷调查');
  await office.sees(/看哪一期/);
  await office.tap((await office.messages()).at(-1)?.buttons[1]?.[0]?.text ?? '');
  await office.sees(/在等审计员加一半种子/);
  const [opener] = (await office.fromBot()).slice(-1);
  await office.forge(opener?.message_id ?? 0, `go/add-half/${waiting.id}`);
  await office.sees(/不等您这一半/);
  expect((await office.messages()).some(({ text }) => text?.includes('想请您加一半种子'))).toBe(false);
  await auditor.tap('加我这一半');
  const asked = await auditor.sees(/随便打一串字/);
  // The frame and the office's half are fixed before the auditor types.
  expect(asked.text).toContain(waiting.frameHash);
  expect(asked.text).toContain(waiting.halfHashes?.[0]);
  await auditor.say('  老槐树下  第七块砖 ');
  const receipt = await auditor.hasSeen(/这就抽签/);
  const half = execFileSync('sha256sum', { input: '老槐树下  第七块砖', encoding: 'utf8' }).slice(0, 64);
  expect(receipt.text).toContain(half);
  await expect.poll(async () => (await wave()).state, { timeout: 20_000 }).toBe('open');
  expect(await wave()).toMatchObject({ secondBy: 'auditor', frameHash: waiting.frameHash });
  expect((await wave()).halfHashes).toEqual([waiting.halfHashes?.[0], hashOf(half)]);
  expect(await loadHalves(store, waiting.id)).toContain(half);
  // A second auditor, or a second tap, changes nothing.
  await auditor.tap('加我这一半');
  await auditor.sees(/不等您这一半/);
}

const urnOf = ({ id }: Phone): Urn => `telegram:${id}`;

test('周阿姨 joins the panel, and her record holds no address', { timeout: 30_000 }, async () => {
  await zhou.say('参加问卷');
  await zhou.sees(/想请您也参加/);
  await zhou.tap('愿意');
  await zhou.sees(/多大年纪/);
  await zhou.tap('65岁以上');
  await zhou.sees(/性别/);
  await zhou.tap('女');
  await zhou.sees(/哪个区/);
  for (const question of [/哪个街道/, /哪个社区/, /住了多久/]) {
    const { buttons } = (await zhou.messages()).at(-1) ?? { buttons: [] };
    await zhou.tap(buttons.flat()[0]?.text ?? '');
    await zhou.sees(question);
  }
  await zhou.tap('一年以上');
  await zhou.sees(/户籍/);
  await zhou.tap('本市');
  await zhou.sees(/谢谢您！轮到您的时候/);
  const member = await loadMember(app.running.store, urnOf(zhou));
  expect(member?.record).toMatchObject({ age: '65', sex: 'female', stay: 'long', hukou: 'local', ignored: 0 });
  expect(JSON.stringify(member)).not.toContain(String(zhou.id));
});

test('a wave is drawn by a committed seed, and members are invited', { timeout: 60_000 }, async () => {
  const { store, services } = app.running;
  const urns = Array.from({ length: PEOPLE }, (_, i): Urn => `demo:${i + 1}`);
  const own = (await loadMember(store, urnOf(zhou)))?.record.community ?? '';
  const communities = [own, ...services.city.regions.all('community').filter((id) => id !== own)];
  await bulkWrite(store, panelOf(store, urns, communities, services.now(), random));

  await openWave();
  await office.hasSeen(/正在抽样/);
  await office.hasSeen(/种子的指纹/, 15_000);
  const opened = await wave();
  expect(opened.state).toBe('open');
  expect(opened.seed).toBeUndefined();
  const secrets = await loadSecrets(store, opened.id);
  expect(opened.seedHash).toBe(hashOf(secrets?.seed ?? ''));
  expect(opened.strata.reduce((all, { target }) => all + target, 0)).toBe(600);
  await zhou.hasSeen(/想请您说说：住在这儿，安不安全.*\d{4}年\d+月\d+日以前都可以。$/s, 20_000);

  // Each stratum is ordered by lot.
  const ledger = await loadLedger(store, opened.id);
  const lots = await Promise.all(
    [...ledger].map(async ([urn, entry]) => ({
      entry,
      lot: lotOf(secrets?.seed ?? '', (await loadMember(store, urn))?.record.number ?? ''),
    })),
  );
  for (const [urn, { place }] of ledger) places.set((await loadMember(store, urn))?.record.number ?? '', place);
  for (const list of Map.groupBy(lots, ({ entry }) => entry.stratum).values()) {
    const places = list.toSorted((a, b) => (a.lot < b.lot ? -1 : 1)).map(({ entry }) => entry.place);
    expect(places).toEqual([...places.keys()]);
  }
});

test('周阿姨 answers in one edited message, no answer stays on the screen, and her ballot is sealed', {
  timeout: 60_000,
}, async () => {
  const { store } = app.running;
  await zhou.tap('开始');
  const first = await zhou.sees(/没有标准答案/);
  await zhou.tap('开始', first.message_id);
  await zhou.sees(/^1\/12\n\n在目前的社会治安环境下/);
  const { message_id } = (await zhou.messages()).at(-1) ?? { message_id: 0 };
  await zhou.say('蛮好的呀');
  await zhou.sees(/请点一个按钮来回答/);
  await zhou.tap('很安全');
  await zhou.sees(/^2\/12/);
  const walked = (await zhou.messages()).at(-1);
  await zhou.tap('上一步');
  await zhou.sees(/^1\/12/);
  await zhou.tap('安全');
  await zhou.sees(/^2\/12/);
  expect((await zhou.messages()).at(-1)?.message_id).toBe(walked?.message_id);
  expect(walked?.message_id).toBeGreaterThan(message_id);
  // A typed answer works like a tap.
  await zhou.say('很安全');
  await zhou.sees(/^3\/12/);
  await zhou.tap('消防/电动车');
  await zhou.withButton('✅ 消防/电动车');
  // Words that are no answer bring the question again, and the message with the tick is closed.
  await zhou.say('路灯不亮');
  await zhou.sees(/请点一个按钮来回答/);
  const ticks = (await zhou.messages()).filter(({ buttons }) => JSON.stringify(buttons).includes('✅ 消防/电动车'));
  expect(ticks).toHaveLength(1);
  await zhou.tap('选好了');
  await zhou.sees(/^4\/12/);
  await zhou.tap('先到这里');
  await zhou.sees(/要先停一停吗/);
  await zhou.tap('留着');
  await zhou.hasSeen(/接着/);
  await zhou.say('你好');
  await zhou.tap('接着');
  await zhou.sees(/^4\/12/);
  // 问卷 and its button mean the survey that waits, not the panel that she joined.
  for (const words of ['问卷', '📝 参加问卷']) {
    await zhou.say(words);
    await zhou.sees(/还有一份没填完的『平安问卷』/);
    await zhou.tap('接着填');
    await zhou.sees(/^4\/12/);
  }
  await zhou.tap('知道');
  await zhou.sees(/^5\/12/);
  await zhou.tap('都没有');
  await zhou.sees(/^6\/12/);
  for (let at = 6; at <= 12; at += 1) {
    await zhou.sees(new RegExp(`^${at}/12`));
    await zhou.tap(at === 6 ? '都没有' : at === 8 ? '一般' : '跳过');
  }
  await zhou.sees(/都问完了/);
  await zhou.tap('交上去');
  await zhou.hasSeen(/收到了，谢谢您/);

  const screen = (await zhou.messages()).map(({ text }) => text ?? '').join('\n');
  expect(screen).not.toMatch(/✓ (很安全|安全|知道|都没有)|消防/);
  const person = JSON.stringify(await store.redis.hgetall(store.keys.person(urnOf(zhou))));
  expect(person).not.toMatch(/"[qmt]\d+"|"begin"|"draft"/);
  const { id } = await wave();
  const secrets = await loadSecrets(store, id);
  const nullifier = nullifierOf(secrets?.key ?? '', urnOf(zhou));
  const sealed = await store.redis.hget(store.keys.waveBallots(id), nullifier);
  const ballot = openBallot(secrets?.key ?? '', nullifier, sealed ?? '');
  expect(ballot?.answers).toMatchObject({
    S1: ['4'],
    S2: ['4'],
    S3: ['07'],
    K1: ['1'],
    K2: ['0'],
    J1: ['0'],
    J1h: null,
    M1: ['3'],
  });
  expect((await loadLedger(store, id)).get(urnOf(zhou))).toMatchObject({ disposition: 'complete' });
});

test('she may change her ballot until the close', { timeout: 30_000 }, async () => {
  await zhou.tap('改一改我的回答');
  const list = await zhou.sees(/想改哪一题/);
  // The list names the questions and shows no answer.
  const labels = list.buttons.flat().map(({ text }) => text);
  expect(labels[0]).toMatch(/^在目前的社会治安环境下/);
  expect(labels.join()).not.toMatch(/很安全|消防/);
  // The list leads to any question, and an answer leads back to it.
  await zhou.say('2');
  await zhou.sees(/^2\/12/);
  await zhou.tap('很安全');
  await zhou.sees(/想改哪一题/);
  for (let at = 12; at >= 1; at -= 1) {
    await zhou.tap('上一步');
    await zhou.sees(new RegExp(`^${at}/12`));
    if (at !== 5) continue;
    // “None of these” and a thing that was seen contradict each other.
    await zhou.tap('平安宣传');
    const { buttons } = await zhou.withButton('✅ 平安宣传');
    expect(JSON.stringify(buttons)).not.toContain('✅ 都没有');
  }
  await zhou.tap('不太安全');
  await zhou.sees(/想改哪一题/);
  await zhou.tap('改好了，交上去');
  await zhou.hasNew(/收到了，谢谢您/);
  const { store } = app.running;
  const { id } = await wave();
  const secrets = await loadSecrets(store, id);
  const nullifier = nullifierOf(secrets?.key ?? '', urnOf(zhou));
  const ballot = openBallot(
    secrets?.key ?? '',
    nullifier,
    (await store.redis.hget(store.keys.waveBallots(id), nullifier)) ?? '',
  );
  expect(ballot?.answers.S1).toEqual(['2']);
  expect(await store.redis.hlen(store.keys.waveBallots(id))).toBe(1);
});

test('who leaves a change keeps what was handed in; only 这次不答 withdraws it', { timeout: 30_000 }, async () => {
  const { store } = app.running;
  const { id } = await wave();
  const { key = '' } = (await loadSecrets(store, id)) ?? {};
  const nullifier = nullifierOf(key, urnOf(zhou));
  const ballot = async () =>
    openBallot<Ballot>(key, nullifier, (await store.redis.hget(store.keys.waveBallots(id), nullifier)) ?? '');
  const entry = async () => (await loadLedger(store, id)).get(urnOf(zhou));
  const before = await ballot();
  expect(before?.answers.S3).toEqual(['07']);
  for (const way of ['不要了', '留着']) {
    await zhou.tap('改一改我的回答');
    await zhou.sees(/想改哪一题/);
    await zhou.tap('上一步');
    await zhou.sees(/^12\/12/);
    await zhou.tap('有');
    await zhou.sees(/想改哪一题/);
    expect((await ballot())?.answers.C1).not.toEqual(before?.answers.C1);
    await zhou.tap('先到这里');
    await zhou.sees(/要先停一停吗/);
    await zhou.tap(way);
    if (way === '留着') {
      await zhou.hasSeen(/接着填/);
      await zhou.say('不要了');
    }
    await zhou.hasNew(/您原来交上来的还算数/);
    expect(await ballot()).toMatchObject({ answers: before?.answers, took: before?.took, step: '' });
    expect(await ballot()).not.toHaveProperty('handedIn');
    expect(await entry()).toMatchObject({ disposition: 'complete' });
  }
  await zhou.tap('改一改我的回答');
  await zhou.sees(/想改哪一题/);
  await zhou.tap('收回');
  await zhou.sees(/没有标准答案/);
  await zhou.withButton('这次不答');
  await zhou.tap('开始');
  await zhou.sees(/想改哪一题/);
  await zhou.tap('改好了，交上去');
  await zhou.hasNew(/收到了，谢谢您/);
});

test('forgetting a person during a wave deletes their ballot', { timeout: 30_000 }, async () => {
  const { store } = app.running;
  const { id } = await wave();
  const leaver = await app.phone('李叔');
  await leaver.say('你好');
  await leaver.sees(/安邻/);
  const urn = urnOf(leaver);
  const secrets = await loadSecrets(store, id);
  const nullifier = nullifierOf(secrets?.key ?? '', urn);
  const entry: LedgerEntry = {
    stratum: 0,
    place: 9999,
    disposition: 'invited',
    invitedAt: app.simulator.world.now(),
  };
  const member = panelOf(store, [urn], [(await loadMember(store, urnOf(zhou)))?.record.community ?? ''], 0, random);
  await bulkWrite(store, member.slice(1));
  await store.redis.hset(store.keys.waveLedger(id), urn, encode(entry));
  await leaver.send({ text: `/start ${''}` });
  await leaver.forge((await leaver.fromBot()).at(-1)?.message_id ?? 0, `go/answer-survey/${id}`);
  await leaver.sees(/没有标准答案/);
  await leaver.tap('开始');
  await leaver.sees(/^1\/12/);
  await leaver.tap('基本安全');
  await leaver.sees(/^2\/12/);
  expect(await store.redis.hexists(store.keys.waveBallots(id), nullifier)).toBe(1);
  await leaver.say('/forget');
  await leaver.tap('删掉');
  await leaver.sees(/真的都删掉吗/);
  await leaver.tap('确定删掉');
  await expect.poll(() => store.redis.hexists(store.keys.waveBallots(id), nullifier), { timeout: 10_000 }).toBe(0);
  expect(await store.redis.hexists(store.keys.waveLedger(id), urn)).toBe(0);
  expect(await loadMember(store, urn)).toBeUndefined();
});

test('a notice in between does not interrupt the survey, and an old button changes nothing', {
  timeout: 30_000,
}, async () => {
  const { store } = app.running;
  await zhou.tap('改一改我的回答');
  const question = await zhou.sees(/想改哪一题/);
  await zhou.tap('上一步');
  await zhou.sees(/^12\/12/);
  // An accidental double tap counts once, without a message about an old button.
  const back = (await zhou.withButton('上一步')).buttons.flat().find(({ text }) => text.includes('跳过'));
  const before = (await zhou.messages()).length;
  await zhou.forge(question.message_id, back?.callback_data ?? '');
  await zhou.forge(question.message_id, back?.callback_data ?? '');
  await zhou.sees(/想改哪一题/);
  await zhou.tap('上一步');
  await zhou.sees(/^12\/12/);
  expect((await zhou.messages()).length).toBe(before);
  const said = { key: 'common:thanks' } as const;
  const change = { op: 'between', what: 'test', checks: [], writes: [] };
  await commitAndNotify(change, [{ to: urnOf(zhou), said }], app.running.services);
  await zhou.hasSeen(/不用谢，应该的/);
  await zhou.tap('没有', question.message_id);
  await zhou.sees(/想改哪一题/);
  await zhou.forge(question.message_id, `answer-survey/q1/5/${'AAAA'}`);
  await zhou.sees(/想改哪一题/);
  await zhou.tap('改好了，交上去');
  await zhou.hasNew(/收到了，谢谢您/);
  const { id } = await wave();
  const secrets = await loadSecrets(store, id);
  const nullifier = nullifierOf(secrets?.key ?? '', urnOf(zhou));
  const sealed = await store.redis.hget(store.keys.waveBallots(id), nullifier);
  expect(openBallot(secrets?.key ?? '', nullifier, sealed ?? '')?.answers).toMatchObject({ S1: ['2'], C1: ['2'] });
});

test('a change may wait until after the close', { timeout: 30_000 }, async () => {
  await zhou.tap('改一改我的回答');
  await zhou.sees(/想改哪一题/);
  await zhou.tap('上一步');
  await zhou.sees(/^12\/12/);
  await zhou.tap('有');
  await zhou.sees(/想改哪一题/);
  await zhou.tap('先到这里');
  await zhou.tap('留着');
  await zhou.hasSeen(/接着填/);
});

test('the screen of a person who blocks the bot is stored nowhere', { timeout: 30_000 }, async () => {
  const { store } = app.running;
  const { id } = await wave();
  const quiet = await app.phone('王婶');
  await quiet.say('你好');
  await quiet.sees(/安邻/);
  const urn = urnOf(quiet);
  const home = (await loadMember(store, urnOf(zhou)))?.record.community ?? '';
  await bulkWrite(store, panelOf(store, [urn], [home], 0, random).slice(1));
  const entry: LedgerEntry = {
    stratum: 0,
    place: 9998,
    disposition: 'invited',
    invitedAt: app.simulator.world.now(),
    reminders: 1,
  };
  await store.redis.hset(store.keys.waveLedger(id), urn, encode(entry));
  await quiet.forge((await quiet.fromBot()).at(-1)?.message_id ?? 0, `go/answer-survey/${id}`);
  await quiet.sees(/没有标准答案/);
  await quiet.tap('开始');
  for (const answer of ['基本安全', '有点不安全']) await quiet.tap(answer);
  await quiet.sees(/^3\/12/);
  // Her ballot notes that it came after a reminder; those without a reminder note nothing.
  const { key = '' } = (await loadSecrets(store, id)) ?? {};
  const lateOf = async (person: Urn) => {
    const nullifier = nullifierOf(key, person);
    return openBallot(key, nullifier, (await store.redis.hget(store.keys.waveBallots(id), nullifier)) ?? '')?.late;
  };
  expect([await lateOf(urn), await lateOf(urnOf(zhou))]).toEqual([true, undefined]);
  // She blocks the bot while the edit of her tick is in flight.
  const { message_id } = (await quiet.messages()).at(-1) ?? { message_id: 0 };
  const headers = { 'content-type': 'application/json' };
  const fault = { method: 'editMessageText', kind: '403', times: 1 };
  await fetch(`${app.simulator.url}/sim/faults`, { method: 'POST', headers, body: JSON.stringify(fault) });
  await quiet.tap('盗窃', message_id);
  await expect
    .poll(async () => JSON.stringify(await store.redis.xrange(store.keys.outboxDead, '-', '+')), { timeout: 10_000 })
    .toContain(urn);
  const dead = JSON.stringify(await store.redis.xrange(store.keys.outboxDead, '-', '+'));
  expect(dead).not.toMatch(/盗窃|✅/);
  // Her own record does not hold her position either.
  const person = JSON.stringify(await store.redis.hgetall(store.keys.person(urn)));
  expect(person).not.toMatch(/"[qmt]\d+"|m3\//);
});

/** Strings that could link a person to a ballot: nullifiers and the key. */
let links: readonly string[];

test('a wave closes on time; its key is deleted, and the card shows shares with bounds', {
  timeout: 120_000,
}, async () => {
  const { store } = app.running;
  const { id } = await wave();
  const secrets = await loadSecrets(store, id);
  await inviteAll(id);
  const filled = await fillBallots(store, await wave(), random);
  expect(filled).toBeGreaterThan(300);
  const sealed = await store.redis.hgetall(store.keys.waveBallots(id));
  const nullifiers = Object.keys(sealed);
  const ballots = nullifiers.map((one) => openBallot<Ballot>(secrets?.key ?? '', one, sealed[one] ?? ''));
  const noted = ballots.filter((ballot) => String((ballot?.handedIn ?? ballot)?.answers.C1) === '1').length;
  links = [
    ...nullifiers,
    secrets?.key ?? '',
    secrets?.seed.slice(0, 0) || nullifierOf(secrets?.key ?? '', urnOf(zhou)),
  ];

  await app.advance(7 * DAY_MS);
  await office.hasSeen(/截止了.*结果出来了/s, COUNTED_MS);
  await office.hasSeen(/旧记录也清掉了/, COUNTED_MS);
  const closed = await wave();
  expect(closed.state).toBe('published');
  const frame = (await store.redis.get(store.keys.waveFrame(id))) ?? '';
  repeatDraw(closed, frame);
  expect(frame.split('\n')).toHaveLength(PEOPLE + 1);
  expect(await loadSecrets(store, id)).toBeUndefined();
  const { waveBallots, waveLedger } = store.keys;
  expect(await store.redis.exists(waveBallots(id), waveLedger(id))).toBe(0);
  const responses = await loadResponses(store, id);
  expect(responses).toHaveLength(filled + 1);
  // A change that was not handed in again counts for nothing.
  expect(responses?.filter(({ answers }) => String(answers.C1) === '1')).toHaveLength(noted);

  const results = await loadResults(store, id);
  const satisfied = results?.indicators.find(({ code }) => code === 'satisfied');
  expect(satisfied?.cells[closed.region]).toMatchObject({ type: 'shown' });
  // Streets have about thirty answers each, so some cells are withheld.
  const all = (results?.indicators ?? []).flatMap(({ cells }) => Object.values(cells));
  expect(all.some(({ type }) => type === 'withheld')).toBe(true);
  expect(all.some(({ type }) => type === 'shown')).toBe(true);

  // The reasons are for those who run the survey; no file tells them.
  expect((await withheldLines(store, id))?.join('\n')).toMatch(/^satisfied {2}\S+ .* {2}(few_answers|too_wide)/m);
  const written = await waveFiles(store, id, app.running.services.city.regions);
  const texts = (written ?? []).map(({ bytes }) => bytes).filter((bytes) => typeof bytes === 'string');
  expect(texts.join('\n')).toContain('withheld');
  expect(texts.join('\n')).not.toMatch(/few_answers|unreliable|too_wide|alike|protects|Korn/);

  await office.tap('看这一期');
  await office.sees(/结果已公布/);
  await office.tap('看结果');
  const shown = await office.hasSeen(/1\. 满意率：\d+(\.\d)?%（[\d.]+–[\d.]+），约 \d+ 份/, 15_000);
  const charts = async () => (await office.messages()).filter(({ photo }) => photo);
  await expect.poll(async () => (await charts()).length).toBe(1);
  expect((await charts())[0]?.caption).toMatch(/^1\. 满意率\n2\. /m);
  // The results lead on by buttons; an announcement for residents holds neither percent nor interval.
  await office.tap('分区', shown.message_id);
  await office.sees(/』分区\n/);
  await office.tap('表格', shown.message_id);
  await expect
    .poll(async () => (await office.messages()).some(({ document }) => document?.endsWith('.csv')))
    .toBe(true);
  await expect
    .poll(async () => (await office.messages()).some(({ document }) => document === `${id}-draw.txt`))
    .toBe(true);
  expect(shown.text).toMatch(/没有审计员的一半/);
  await office.tap('草拟公告', shown.message_id);
  await office.hasSeen(/公告草稿拟好了/);
  const draft = (await loadBroadcasts(store)).find(({ record }) => record.content.title.endsWith('问卷结果'));
  expect(draft?.record.state).toBe('draft');
  expect(draft?.record.content.words['zh-CN']).toMatch(/· (?:大约[一二三四五十]\S*的人|几乎所有人)对这里的治安满意。/);
  expect(JSON.stringify(draft?.record.content)).not.toMatch(/\d%|\d–\d/);
  // The office alone gets the hash of the seed.
  await chief.hasSeen(/开始了/);
  expect((await chief.fromBot()).some(({ text }) => text?.includes('指纹'))).toBe(false);
  await expectInvariants(store);
});

test('neither the store nor its file links a person to an answer', { timeout: 60_000 }, async () => {
  const { store } = app.running;
  const dump: string[] = [];
  for (const key of await store.redis.keys('*'))
    dump.push(key, ((await store.redis.dumpBuffer(key)) ?? Buffer.alloc(0)).toString('latin1'));
  const folder = join(app.folder, 'redis', 'appendonlydir');
  const files = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'latin1'));
  const everything = [...dump, ...files].join('\n');
  expect(links.length).toBeGreaterThan(300);
  for (const link of links) expect(everything.includes(link)).toBe(false);
  // The responses are stored, without a person.
  const { id } = await wave();
  const kept = await loadResponses(store, id);
  const profiles = Map.groupBy(kept, profileOf);
  for (const [profile, sheets] of profiles) expect(sheets.length, profile).toBeGreaterThanOrEqual(PROFILE_MIN);
  expect(profiles.size).toBeGreaterThan(3);
  for (const response of kept) {
    expect(['age', 'answers', 'flags', 'hukou', 'region', 'sex']).toEqual(
      expect.arrayContaining(Object.keys(response)),
    );
  }
  // The audit does not record who answered.
  const audited = JSON.stringify(await store.redis.xrange(store.keys.audit, '-', '+'));
  expect(audited).not.toMatch(/survey_(answered|refused|kept)/);
  // The log does not record taps.
  expect(app.log.join('\n')).not.toMatch(/answer-survey\//);
});

test('a missed threshold proposes a campaign, and the next wave proposes a report on the change', {
  timeout: 120_000,
}, async () => {
  const { store } = app.running;
  const first = await wave();
  const weak = await office.hasSeen(/没有达标.*草稿/s);
  const closing = (await office.messages()).find(({ text }) => text?.includes('结果出来了'));
  expect(weak.message_id).toBeGreaterThan(closing?.message_id ?? Number.POSITIVE_INFINITY);
  const drafts = async () => (await loadBroadcasts(store)).map(({ record }) => record);
  expect((await drafts()).length).toBeGreaterThan(0);
  expect((await drafts()).every(({ state, by }) => state === 'draft' && by === '')).toBe(true);

  await app.advance(30 * DAY_MS);
  const auditor = await staff(app, '审计老马', 'auditor', '*');
  // The organiser who opens the wave is an auditor too, and may not add the second half.
  await enlist(app, office, 'auditor', '*');
  await openWave();
  await addHalf(auditor, first.id);
  await expect
    .poll(async () => (await wave()).id !== first.id && (await wave()).state, { timeout: 20_000 })
    .toBe('open');
  const { id } = await wave();
  await inviteAll(id);
  await fillBallots(store, await wave(), random, { content: 1 });
  await app.advance(8 * DAY_MS);
  await office.hasSeen(/您说我们做/, COUNTED_MS);
  const { 'zh-CN': words = '' } = (await drafts())[0]?.content.words ?? {};
  expect((await drafts()).some(({ content }) => /您说，我们做/.test(content.title))).toBe(true);
  expect(words).toMatch(/各位邻居/);
  expect((await drafts()).flatMap(({ content }) => Object.values(content.words)).join()).not.toMatch(/\d%|\d–\d/);
  const closed = await wave();
  expect(closed.halves?.map(hashOf)).toEqual(closed.halfHashes);
  const results = await loadResults(store, id);
  const satisfied = results?.indicators.find(({ code }) => code === 'satisfied');
  expect(satisfied?.changes?.[first.region]).toMatchObject({ direction: 'up' });
  await expectInvariants(store);
});

test('an import keeps a new version each time; a form with a refused part keeps nothing', async () => {
  const { store } = app.running;
  const [core] = QUESTIONNAIRES as [Questionnaire];
  const form = toSurveyJs({ ...core, key: 'streets' });
  const kept = (json: object) =>
    importQuestionnaire(store, Buffer.from(JSON.stringify(json)), app.simulator.world.now());
  expect(await kept({ ...form, showTimer: true })).toMatchObject({ type: 'kept', version: 1 });
  expect(await kept({ ...form, triggers: [{ type: 'complete' }], timeLimit: 60 })).toEqual({
    type: 'refused',
    refused: ['$.triggers', '$.timeLimit'].map((at) => ({ at, why: expect.any(String) })),
  });
  expect(await kept({ ...form, anlinKey: core.key })).toMatchObject({ type: 'faulty', faults: [{ what: 'own_key' }] });
  expect(await kept(form)).toMatchObject({ type: 'kept', version: 2 });
  expect((await loadQuestionnaires(store)).at(-1)).toEqual({ ...core, key: 'streets', version: 2 });
});

test('a survey talk that outlives its wave ends with thanks', { timeout: 30_000 }, async () => {
  await app.advance(9 * DAY_MS);
  await app.tick('talk-expiry');
  await zhou.hasSeen(/那一期问卷已经结束了/);
});
