import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { movePast } from '../../src/addresses/pasts.ts';
import { respondentPseudonym } from '../../src/broadcasts/broadcast.ts';
import { DAY_MS, HOUR_MS } from '../../src/calendar.ts';
import { loadOwnCases } from '../../src/cases/case-store.ts';
import type { Urn } from '../../src/channels/channel.ts';
import { objectTo } from '../../src/creation/notice/notice-rules.ts';
import { keepRound, loadRound } from '../../src/creation/rounds/round-store.ts';
import { newContact } from '../../src/people/contact.ts';
import { contactFields, loadPerson } from '../../src/people/person-store.ts';
import type { Honour } from '../../src/review/honours/honour.ts';
import { objectorMark, proposerMark } from '../../src/review/honours/honour.ts';
import { keepHonour, loadHonour } from '../../src/review/honours/honour-store.ts';
import type { Write } from '../../src/store/commit.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import type { Change } from '../../src/store/records/versioned-record.ts';
import { joinChanges } from '../../src/store/records/versioned-record.ts';
import { nullifierOf } from '../../src/surveys/ballot/ballot.ts';
import { keepBallot, loadBallot } from '../../src/surveys/ballot/ballot-store.ts';
import type { Member } from '../../src/surveys/panel/member.ts';
import { keepMember, loadMember } from '../../src/surveys/panel/member-store.ts';
import { keepNewLedger, loadLedger } from '../../src/surveys/wave/ledger-store.ts';
import { keepSecrets } from '../../src/surveys/wave/secrets-store.ts';
import type { LedgerEntry, Wave } from '../../src/surveys/wave/wave.ts';
import { keepWave } from '../../src/surveys/wave/wave-store.ts';
import { loadHoursSummary } from '../../src/volunteers/hours/volunteer-hours.ts';
import type { Mediation } from '../../src/volunteers/mediation/mediation.ts';
import { keepMediation, loadOpenMediations } from '../../src/volunteers/mediation/mediation-store.ts';
import type { Task } from '../../src/volunteers/tasks/task.ts';
import { keepTask, loadTask, setPart, takePlace, waitForPlace } from '../../src/volunteers/tasks/task-store.ts';
import type { Volunteer } from '../../src/volunteers/volunteer/volunteer.ts';
import { keepVolunteer, loadVolunteerOf } from '../../src/volunteers/volunteer/volunteer-store.ts';
import { plannedRound } from '../creation/school.ts';
import { expectInvariants } from '../faults/invariants.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { codeOn, join, openPage, openWechat, report, urnOf } from './by-phone.ts';
import { keysNaming } from './keys-naming.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ wechat: true });
});
afterAll(() => app.close());

const AT = Date.parse('2026-11-20T10:00:00+08:00');
let op = 0;
const write = async (...changes: readonly Change[]) => {
  op += 1;
  const done = await commitAsSystem(
    app.running.store,
    { what: 'seeded', op: `seed-${op}`, ...joinChanges(changes) },
    AT,
  );
  expect(done.type).toBe('ok');
};
const writes = (...all: readonly Write[]) => write({ checks: [], writes: all });

const volunteerOf = (urn: Urn, id: Volunteer['id'], state: Volunteer['state'] = 'active'): Volunteer => ({
  id,
  urn,
  state,
  called: '老李',
  age: 'adult',
  region: 'r1',
  skills: [],
  days: [],
  parts: [],
  appliedAt: AT,
});
const taskOf = (id: Task['id'], hours: number): Task => ({
  id,
  kind: 'patrol',
  state: 'open',
  words: '巡一圈',
  place: { text: '河边' },
  region: 'r1',
  // The clock of tasks has nothing to do here.
  from: AT + 60 * DAY_MS,
  until: AT + 60 * DAY_MS + hours * HOUR_MS,
  needed: 5,
  skills: [],
  checkIn: 'code',
  code: '1234',
  proof: 'nothing',
  by: '',
  madeAt: AT,
  waves: 0,
});
const memberOf = (number: string, more: Partial<Member> = {}): Member => ({
  number,
  community: 'r1',
  age: '35',
  sex: 'unsaid',
  stay: 'long',
  hukou: 'local',
  since: AT,
  invited: [],
  ignored: 0,
  ...more,
});
const mediationOf = (asker: Urn, id: Mediation['id'], more: Partial<Mediation> = {}): Mediation => ({
  id,
  asker,
  state: 'asked',
  kind: 'noise',
  region: 'r1',
  askedAt: AT,
  ...more,
});

test('two places that both have a past become one person: nothing is lost, and nothing counts twice', async () => {
  const [page, other] = [await openPage(app), await openPage(app)];
  await report(page);
  await report(other);
  const { store } = app.running;
  const { redis, keys } = store;
  const [a, b] = [urnOf(page), urnOf(other)];
  const [[mine], [theirs]] = [await loadOwnCases(store, a), await loadOwnCases(store, b)];
  if (!mine || !theirs) throw new Error('A report is missing.');
  const [own, moved] = [mine.record.id, theirs.record.id];
  // The other place follows the first one's case, and an area.
  await writes(
    ['ZADD', keys.caseFollowers(own), AT, b],
    ['ZADD', keys.personFollows(b), AT, own],
    ['ZADD', keys.subscribers('r1', 'fire'), AT, b],
  );
  const [contactA, contactB] = [await loadPerson(store, a), await loadPerson(store, b)].map(({ contact }) => contact);
  const narrow = {
    ...(contactB ?? newContact('zh-CN', AT)),
    muted: ['weather'],
    areas: [{ region: 'r1', group: 'fire' }],
  };
  await writes(['HSET', keys.person(b), ...Object.entries(contactFields({ ...narrow, subscribed: false })).flat()]);
  app.running.services.persons.drop(b);
  // Both are volunteers: a task that both took, one that only the other took, a waiting place, a team.
  await write(keepVolunteer(store, volunteerOf(a, 'volunteer_aaaaaaaa')));
  await write(keepVolunteer(store, volunteerOf(b, 'volunteer_bbbbbbbb')));
  for (const [id, hours] of [
    ['task_bothtook', 2],
    ['task_bonlyone', 3],
  ] as const)
    await write(keepTask(store, taskOf(id, hours)));
  await write(keepTask(store, { ...taskOf('task_bwaits00', 1), needed: 0 }));
  const take = async (task: string, who: Volunteer['id'], state: 'confirmed' | 'missed') => {
    const kept = await loadTask(store, task);
    if (!kept) throw new Error('The task is missing.');
    await write(takePlace(store, kept, who, AT), {
      checks: [],
      writes: setPart(store, kept.record.id, who, { state, at: AT }),
    });
  };
  await take('task_bothtook', 'volunteer_aaaaaaaa', 'missed');
  await take('task_bothtook', 'volunteer_bbbbbbbb', 'confirmed');
  await take('task_bonlyone', 'volunteer_bbbbbbbb', 'confirmed');
  await write(waitForPlace(store, 'task_bwaits00', 'volunteer_bbbbbbbb', AT));
  await write(waitForPlace(store, 'task_bwaits00', 'volunteer_dddddddd', AT + 1));
  // Both asked for a mediator; a volunteer took the other's request.
  await write(keepMediation(store, mediationOf(a, 'mediation_aaaaaaaa')));
  await write(
    keepMediation(store, mediationOf(b, 'mediation_bbbbbbbb', { state: 'taken', mediator: 'volunteer_cccccccc' })),
  );
  // Both are on the panel and drawn in one wave; only the other has begun. In a second wave only the other is drawn.
  await write(keepMember(store, a, memberOf('number-a', { invited: [AT - 1], ignored: 2 })));
  await write(keepMember(store, b, memberOf('number-b', { invited: [AT], since: AT - 5 })));
  const secrets = { key: Buffer.alloc(32, 7).toString('base64url'), seed: 'seed' };
  const entry = (place: number, disposition: LedgerEntry['disposition']): LedgerEntry => ({
    stratum: 0,
    place,
    disposition,
  });
  const ballot = {
    answers: { q1: 'safe' },
    step: '',
    took: {},
    community: 'r1',
    age: '35',
    sex: 'unsaid',
    hukou: 'local',
  } as const;
  for (const id of ['wave_aaaaaaaa', 'wave_bbbbbbbb'] as const) {
    await write(keepWave(store, { id, state: 'open', openedAt: AT } as unknown as Wave, AT + 9e9));
    await writes(
      keepSecrets(store, id, secrets),
      keepBallot(store, id, secrets.key, nullifierOf(secrets.key, b), ballot),
      ...keepNewLedger(store, id, [
        ...(id === 'wave_aaaaaaaa' ? [[a, entry(0, 'invited')] as const] : []),
        [b, entry(1, 'started')],
      ]),
    );
  }

  await join(page, other, { moves: true });
  await app.settle();

  // The Urn of the joined place stands only where an address is needed.
  expect(await keysNaming(store, b)).toEqual([`person:${a}`, `person:${b}`, `web:${b}:chat`, 'web:told'].toSorted());
  expect((await loadOwnCases(store, a)).map(({ record }) => record.id).toSorted()).toEqual([own, moved].toSorted());
  for (const id of [own, moved]) expect(await redis.zrange(keys.caseFollowers(id), 0, '-1')).toEqual([a]);
  expect(await redis.exists(keys.personFollows(a), keys.personFollows(b))).toBe(0);
  expect(await redis.zrange(keys.subscribers('r1', 'fire'), 0, '-1')).toEqual([a]);
  const { contact } = await loadPerson(store, a);
  expect(contact?.addresses?.map(({ urn }) => urn)).toEqual([b]);
  expect(contact).toMatchObject({ subscribed: false, muted: ['weather'], areas: [{ region: 'r1', group: 'fire' }] });
  expect(contact?.filed).toHaveLength(2);
  expect(contact?.since).toBe(Math.min(contactA?.since ?? 0, contactB?.since ?? 0));
  const kept = await loadVolunteerOf(store, a);
  expect(kept?.record).toMatchObject({ id: 'volunteer_aaaaaaaa', urn: a });
  expect(await redis.exists(keys.volunteer('volunteer_bbbbbbbb'))).toBe(0);
  // Two tasks and five hours: the task that both took counts once, as far as it went.
  expect(await loadHoursSummary(store, 'volunteer_aaaaaaaa', AT)).toMatchObject({ tasks: 2, hours: 5, missed: 0 });
  expect((await loadTask(store, 'task_bothtook'))?.takers).toEqual(['volunteer_aaaaaaaa']);
  // The place in a waiting list is kept.
  expect((await loadTask(store, 'task_bwaits00'))?.waiting).toEqual(['volunteer_aaaaaaaa', 'volunteer_dddddddd']);
  expect((await loadOpenMediations(store)).map(({ record }) => [record.id, record.asker])).toEqual([
    ['mediation_bbbbbbbb', a],
  ]);
  expect(await redis.get(keys.mediationOf(a))).toBe('mediation_bbbbbbbb');
  expect((await loadMember(store, a))?.record).toMatchObject({
    number: 'number-a',
    invited: [AT - 1, AT],
    ignored: 2,
    since: AT - 5,
  });
  expect(await redis.zrange(keys.surveyMembers, 0, '-1')).toEqual([a]);
  for (const id of ['wave_aaaaaaaa', 'wave_bbbbbbbb']) {
    expect([...(await loadLedger(store, id))]).toEqual([[a, entry(1, 'started')]]);
    expect(await redis.hlen(keys.waveBallots(id))).toBe(1);
    expect(await loadBallot(store, id, secrets.key, nullifierOf(secrets.key, a))).toMatchObject({
      answers: { q1: 'safe' },
    });
  }
  await app.settle();
  await expectInvariants(store);
});

test('a place with a role joins no other; it gives the code itself', async () => {
  const [page, phone] = [await openPage(app), await openPage(app)];
  const { store } = app.running;
  const urn = urnOf(phone);
  const { contact = newContact('zh-CN', AT) } = await loadPerson(store, urn);
  const grants = [{ role: 'auditor', scope: '*', since: AT }] as const;
  await writes(['HSET', store.keys.person(urn), ...Object.entries(contactFields({ ...contact, grants })).flat()]);
  app.running.services.persons.drop(urn);
  await phone.say(`连 ${await codeOn(page)}`);
  await phone.sees(/这边有工作身份，不能并到别处去/);
  await join(phone, page);
  expect((await loadPerson(store, urnOf(page))).contact?.grants).toEqual(grants);
});

test('a case that changes while its reporter joins another person makes the move a conflict', async () => {
  const [page, other] = [await openPage(app), await openPage(app)];
  await report(other);
  const { store } = app.running;
  const [to, from] = [urnOf(page), urnOf(other)];
  const { contact = newContact('zh-CN', AT) } = await loadPerson(store, from);
  const move = await movePast(store, { from, to, contact, now: AT });
  const [kept] = await loadOwnCases(store, from);
  if (!kept) throw new Error('The report is missing.');
  await writes(['HSET', store.keys.case(kept.record.id), 'version', String(kept.version + 1)]);
  const done = await commitAsSystem(store, { what: 'moved', op: 'moved', ...move }, AT);
  expect(done.type).toBe('conflict');
  expect(await loadOwnCases(store, from)).toHaveLength(1);
  await writes(['HSET', store.keys.case(kept.record.id), 'version', String(kept.version)]);
});

test('an unfinished report of the joined place waits at the person', async () => {
  const [page, phone] = [await openPage(app), await openWechat(app)];
  await phone.say('上报');
  await phone.sees(/先跟您说明白/);
  await join(page, phone);
  expect((await loadPerson(app.running.store, urnOf(page))).talks.paused.map(({ flow }) => flow)).toEqual([
    'report-hazard',
  ]);
  await page.say('帮助');
  await page.say('取消');
});

test('a joined place is taken off in chat: its waiting news moves, and it begins afresh', async () => {
  const [page, phone] = [await openPage(app), await openWechat(app)];
  await report(page);
  await join(page, phone);
  const { store } = app.running;
  const [first, wechat] = [urnOf(page), urnOf(phone)];
  // News waits at the closed window.
  const news = { text: '您报的事办好了。', isNews: true };
  await store.redis.rpush(store.keys.held(wechat), JSON.stringify(news));
  await store.redis.hset(store.keys.person(wechat), 'held', '1');
  await page.say('我的数据');
  await page.sees(/连着的地方：网页、微信/);
  await page.tap('拿掉一个地方');
  await page.sees(/要拿掉哪一个/);
  await page.tap('微信');
  await page.sees(/拿掉微信（.*）吗/);
  await page.tap('拿掉');
  await vi.waitFor(async () =>
    expect((await page.bubbles()).slice(-3).map(({ text }) => text)).toEqual(
      expect.arrayContaining([expect.stringMatching(/微信那边拿掉了/), news.text]),
    ),
  );
  // The next heartbeat deletes the elapsed clock of the chat.
  await vi.waitFor(async () => expect(await keysNaming(store, wechat)).toEqual([]), { timeout: 20_000 });
  expect((await loadPerson(store, first)).contact).not.toHaveProperty('addresses');
  await phone.say('我的上报');
  await phone.sees(/还没有上报过/);
  expect((await phone.messages()).some(({ text }) => text?.includes(news.text))).toBe(false);
  expect((await loadPerson(store, wechat)).urn).toBe(wechat);
  expect(await loadOwnCases(store, wechat)).toEqual([]);
  await app.settle();
  await expectInvariants(store);
});

test('the first place is taken off from another one, which then has everything', async () => {
  const [page, phone, third] = [await openPage(app), await openWechat(app), await openPage(app)];
  await report(page);
  await join(page, phone);
  await join(page, third);
  const { store } = app.running;
  const [first, wechat] = [urnOf(page), urnOf(phone)];
  await phone.say('我的地址');
  await phone.sees(/要拿掉哪一个/);
  await phone.say('1');
  await phone.sees(/拿掉网页/);
  await phone.say('1');
  await phone.sees(/网页那边拿掉了/);
  expect(await loadOwnCases(store, wechat)).toHaveLength(1);
  const person = await loadPerson(store, wechat);
  expect(person).toMatchObject({ urn: wechat, address: wechat });
  expect(person.contact?.addresses?.map(({ urn }) => urn)).toEqual([urnOf(third)]);
  expect((await loadPerson(store, urnOf(third))).urn).toBe(wechat);
  await page.say('我的上报');
  await page.sees(/还没有上报过/);
  await third.say('我的上报');
  await third.sees(/想看哪一件/);
  await app.settle();
  await expectInvariants(store);
  expect(await keysNaming(store, first)).not.toContain(`person:${wechat}`);
});

test('an objection and a proposal move with the person, who makes neither a second time', async () => {
  const { store } = app.running;
  const [to, from] = ['web:objector-a', 'web:objector-b'] as const;
  const round = plannedRound({ state: 'public_notice', noticeUntil: AT + 90 * DAY_MS, objections: [] });
  const objection = (mark: string) => ({ mark, words: { text: '消防通道还堵着' }, at: AT });
  const objected = objectTo(round, objection(respondentPseudonym(store, round.id, from)));
  if (objected.type === 'refused') throw new Error('The objection was refused.');
  const honour: Honour = {
    id: 'honour_aaaaaaaa',
    state: 'public_notice',
    subject: 'unit.water',
    region: 'r1',
    reason: '修得快',
    by: 'x',
    nominatedAt: AT,
    noticeUntil: AT + 90 * DAY_MS,
    objections: [{ mark: objectorMark(store, 'honour_aaaaaaaa', from), words: '不快', at: AT, due: AT + 90 * DAY_MS }],
  };
  const proposal: Honour = {
    ...honour,
    id: 'honour_bbbbbbbb',
    state: 'proposed',
    subject: 'unit.power',
    objections: [],
    proposer: proposerMark(store, from),
  };
  await write(keepRound(store, objected.round, AT), keepHonour(store, honour), keepHonour(store, proposal));

  await write(await movePast(store, { from, to, contact: newContact('zh-CN', AT), now: AT }));
  const kept = (await loadRound(store, round.id))?.record ?? round;
  const again = (urn: Urn) => objectTo(kept, objection(respondentPseudonym(store, round.id, urn)));
  expect(again(to)).toEqual({ type: 'refused', why: 'objected' });
  expect(kept.objections).toHaveLength(1);
  // The place that is left begins afresh.
  expect(again(from).type).toBe('done');
  const [thanked, proposed] = [await loadHonour(store, honour.id), await loadHonour(store, proposal.id)];
  expect(thanked?.record.objections.map(({ mark }) => mark)).toEqual([objectorMark(store, honour.id, to)]);
  expect(proposed?.record.proposer).toBe(proposerMark(store, to));
});
