import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadHeardCounts } from '../../src/broadcasts/board/load-board.ts';
import { runIdOf } from '../../src/broadcasts/broadcast.ts';
import { sweepBroadcasts } from '../../src/broadcasts/broadcast-retention.ts';
import { keepBroadcast, loadBroadcast, loadBroadcasts } from '../../src/broadcasts/broadcast-store.ts';
import { importCap } from '../../src/broadcasts/compose/import-cap.ts';
import type { Schedule } from '../../src/broadcasts/schedule.ts';
import { loadProgress } from '../../src/broadcasts/sending/ledger.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import { encodePace } from '../../src/store/scripts/script-inputs.ts';
import { staff } from '../cases/desk.ts';
import { expectInvariants } from '../faults/invariants.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { NO_PACE, openTestApp } from '../test-app.ts';
import { allRecipients } from './all-recipients.ts';
import { chooseAction, composeDraft, newestBroadcast } from './by-phone.ts';

let app: TestApp;
let maker: Phone;
let other: Phone;
let zhou: Phone;
let smith: Phone;

beforeAll(async () => {
  app = await openTestApp();
  maker = await staff(app, '老张', 'office', '*');
  zhou = await app.phone('周阿姨');
  await zhou.say('你好');
  await zhou.sees(/安邻/);
  smith = await app.phone('Smith', 'en');
  await smith.say('hello');
  await smith.sees(/Anlin/);
}, 60_000);
afterAll(() => app.close());

/** Announcements that may leave in one second. */
function setPace(bulkPerSecond: number): void {
  Object.assign(app.running.store, { pace: encodePace({ ...NO_PACE, bulkPerSecond }) });
}

const newest = () => newestBroadcast(app.running.store);

test('bold text stays bold, and a link behind text is checked like any other', {
  timeout: 60_000,
}, async () => {
  const text = '  请看 通知，今晚停水。';
  const entities = [
    { type: 'text_link', offset: text.indexOf('通知'), length: 2, url: 'https://bad.example.com/x' },
    { type: 'bold', offset: text.indexOf('今晚'), length: 4 },
    { type: 'hashtag', offset: 0, length: 1 },
  ];
  await composeDraft(maker, '停水', { text, entities });
  await chooseAction(maker, '提交');
  await maker.sees(/不在允许的名单里：https:\/\/bad\.example\.com/);
  expect((await newest()).state).toBe('draft');

  // Editing opens the faulty answer and keeps all others.
  await maker.tap('修改');
  await maker.sees(/现在还不会发出去/);
  await maker.tap('改正文');
  await maker.sees(/正文写什么/);
  await maker.send({
    text,
    entities: [{ ...entities[0], url: 'https://www.gov.cn/x' }, entities[1]],
  });
  await maker.sees(/现在还不会发出去/);
  await maker.tap('存成草稿');
  await maker.sees(/草稿存好了/);
  expect(await loadBroadcasts(app.running.store)).toHaveLength(1);
  await chooseAction(maker, '先发给我看');
  await maker.sees(/就是这个样子/);
  await chooseAction(maker, '提交');
  await maker.sees(/好，60 秒以后发给 3 个人，这之前还可以撤掉/);
  await app.advance(61 * 1000);
  const seen = await zhou.hasSeen(/^停水\n\n请看 通知，今晚停水。$/, 15_000);
  const shown = seen.entities?.map((one) => ({ ...one, text: seen.text?.slice(one.offset, one.offset + one.length) }));
  expect(shown).toEqual([
    { type: 'bold', offset: 0, length: 2, text: '停水' },
    { type: 'text_link', offset: 7, length: 2, url: 'https://www.gov.cn/x', text: '通知' },
    { type: 'bold', offset: 10, length: 4, text: '今晚停水' },
  ]);
  await maker.hasSeen(/公告『停水』：/, 15_000);
});

test('a progress card updates in one message, and organisers read the replies', { timeout: 60_000 }, async () => {
  // Slow enough to observe the progress card.
  setPace(0.1);
  await composeDraft(maker, '清扫楼道', '星期六一起扫楼道。', { buttons: ['知道了', '有话说'] });
  await chooseAction(maker, '提交');
  await maker.sees(/好，60 秒以后发给 3 个人，这之前还可以撤掉/);
  await app.advance(61 * 1000);
  const begun = async () => {
    await app.tick();
    const { id, runs } = await newest();
    return runs[0] && (await loadProgress(app.running.store, runIdOf(id, runs[0].slot)))?.state;
  };
  await expect.poll(begun, { timeout: 10_000 }).toBe('sending');
  await chooseAction(maker, '看进展');
  const card = await maker.sees(/^『清扫楼道』\n\n正在发，一共 3 人/);
  setPace(1e6);
  const now = async () => {
    await app.tick();
    return (await maker.messages()).find(({ message_id }) => message_id === card.message_id);
  };
  await expect.poll(async () => (await now())?.text, { timeout: 20_000 }).toMatch(/发完了，一共 3 人：\n送到 3 人/);
  expect((await now())?.edits).toBeGreaterThan(0);
  await expect
    .poll(() => app.running.store.redis.exists(app.running.store.keys.broadcastCards), { timeout: 10_000 })
    .toBe(0);

  await zhou.tap('有话说');
  const asked = await zhou.sees(/关于『清扫楼道』，您想说什么/);
  // The button says which announcement is meant: there is no question to go back to, and a new beginning asks for the same.
  expect(asked.buttons.flat().map(({ text }) => text)).not.toContain('⬅️ 上一步');
  await zhou.tap('先到这里');
  await zhou.tap('留着');
  await zhou.sees(/给您留着/);
  await zhou.tap('有话说');
  await zhou.tap('重新填一份');
  await zhou.sees(/关于『清扫楼道』，您想说什么/);
  await zhou.say('302 室王建国偷东西，电话 13812345678');
  await zhou.sees(/这里面像是.*这里说事，不说人/s);
  await zhou.say('能不能改到星期天？');
  await zhou.sees(/带到了，谢谢您/);
  await zhou.tap('知道了');
  await zhou.hasNew(/好的，谢谢您/);
  await maker.hasSeen(/公告『清扫楼道』：/, 15_000);
  await chooseAction(maker, '看回话');
  const read = await maker.sees(/『清扫楼道』的回话，一共 1 条/);
  expect(read.text).toContain('· 能不能改到星期天？');
  expect(read.text).not.toContain('周阿姨');

  // Forgetting a person deletes their reply and acknowledgement.
  const { store } = app.running;
  const { id } = await newest();
  const members = () =>
    Promise.all([store.keys.broadcastReplies(id), store.keys.broadcastHeard(id)].map((key) => store.redis.zcard(key)));
  expect(await members()).toEqual([1, 1]);
  await zhou.say('/forget');
  await zhou.tap('删掉');
  await zhou.tap('确定删掉');
  await expect.poll(members, { timeout: 10_000 }).toEqual([0, 0]);
  await zhou.say('你好');
  await zhou.sees(/安邻/);
});

test('acknowledgements are counted by home region, and the counts outlive the pseudonyms', {
  timeout: 60_000,
}, async () => {
  const { store } = app.running;
  const { id, runs } = await newest();
  await smith.tap('Got it');
  await smith.hasNew(/Thank you/i);
  await expect.poll(async () => (await loadHeardCounts(store, id)).get('-')).toBe(1);
  const later = app.simulator.world.now() + 31 * 86_400_000;
  await sweepBroadcasts(store, later, () => false);
  expect(await store.redis.exists(store.keys.broadcastHeard(id), store.keys.broadcastReplies(id))).toBe(0);
  expect(Object.fromEntries(await loadHeardCounts(store, id))).toEqual({ '-': 1 });
  expect(runs).toHaveLength(1);
});

test('an announcement to readers of one language runs on a cron schedule', { timeout: 60_000 }, async () => {
  await app.advance(86_400 * 1000);
  await composeDraft(maker, 'For our guests', 'Water is off tonight.', {
    spare: ['不看英文的'],
    when: async () => {
      await maker.tap('自己写时间表');
      await maker.sees(/cron/);
      await maker.say('0 9 1 * * *');
      await maker.sees(/看不懂/);
      await maker.say('0 9 1 * *');
      await maker.sees(/发到哪天为止/);
      await maker.say('12月31日');
      await maker.sees(/机器不在/);
      await maker.tap('不补');
    },
  });
  const { schedule, ...record } = await newest();
  expect(schedule).toMatchObject({ type: 'cron', cron: '0 9 1 * *', misfire: 'skip', zone: 'Asia/Shanghai' });
  const { regions } = app.running.services.city;
  const found = await allRecipients(app.running.store, { ...record, schedule }, regions, app.simulator.world.now());
  expect(found).toEqual([`telegram:${smith.id}`]);
});

test('an edit after approval makes it a draft again, and it is not sent', { timeout: 60_000 }, async () => {
  await composeDraft(maker, '开会', '星期三开会。', { who: '工作人员' });
  await chooseAction(maker, '提交');
  await maker.sees(/好，60 秒以后发给 1 个人/);
  await chooseAction(maker, '修改');
  await maker.sees(/要重新提交/);
  expect((await newest()).state).toBe('approved');
  await maker.tap('修改');
  await maker.sees(/现在还不会发出去/);
  await maker.tap('改正文');
  await maker.sees(/正文写什么/);
  await maker.say('星期四开会。');
  await maker.sees(/现在还不会发出去/);
  await maker.tap('存成草稿');
  await maker.sees(/草稿存好了/);
  const record = await newest();
  expect([record.state, record.approval, record.next]).toEqual(['draft', undefined, undefined]);
  expect(record.content.words['zh-CN']).toBe('星期四开会。');
  await app.advance(120 * 1000);
  await app.settle();
  expect((await newest()).runs).toEqual([]);

  // A forged edit button: only the author may edit, and only before the run starts.
  other = await staff(app, '李主任', 'office', '*');
  await other.forge((await other.sees(/./)).message_id, `go/announce/${record.id}`);
  await other.hasNew(/刚刚有了变化/);
});

/** Approves the newest announcement for a time, which then passes in a downtime. */
async function missTime(schedule: Schedule): Promise<void> {
  const { store } = app.running;
  const kept = await loadBroadcast(store, (await newest()).id);
  if (!kept) throw new Error('There is no announcement.');
  const now = app.simulator.world.now();
  const next = now + 30 * 60_000;
  const approval = { by: 'second', seal: '', at: now };
  const due = schedule.type === 'once' ? { ...schedule, at: next } : schedule;
  const record = { ...kept.record, state: 'approved' as const, count: 2, approval, schedule: due, next };
  const change = { op: `test:${record.id}`, what: 'test', ...keepBroadcast(store, record, kept) };
  expect((await commitAsSystem(store, change, now)).type).toBe('ok');
  await app.advance(60 * 60_000);
}

test('a missed announcement gets a new time from its author, and needs the second approval again', {
  timeout: 60_000,
}, async () => {
  await composeDraft(maker, '煤气检修', '今天检修煤气。', { who: '工作人员', kind: '紧急' });
  await missTime({ type: 'once', at: 'now' });
  await maker.hasSeen(/您的公告『煤气检修』该在 .* 发，.*没有发出去/);
  const told = await other.hasSeen(/公告『煤气检修』该在 .* 发，.*没有发出去/);
  expect(told.buttons.flat().map(({ text }) => text)).not.toContain('🗓️ 改期');
  const missed = await newest();
  await maker.forge((await maker.sees(/./)).message_id, `go/my-broadcasts/${missed.id}`);
  await maker.sees(/紧急公告，到点没有发出去/);
  // Only the author sets a new time.
  await other.forge((await other.sees(/./)).message_id, `go/announce/${missed.id}`);
  await other.hasNew(/刚刚有了变化/);

  // The question about the time alone is asked again.
  await maker.tap('改期');
  await maker.sees(/什么时候发/);
  await maker.tap('审好就发');
  await maker.sees(/现在还不会发出去.*今天检修煤气/s);
  await maker.tap('存成草稿');
  await maker.sees(/草稿存好了/);
  await chooseAction(maker, '提交');
  await maker.sees(/等另一个人同意/);
  const again = await newest();
  expect(again).toMatchObject({ id: missed.id, state: 'proposed', runs: [{ fate: 'missed' }] });
  expect([again.approval, again.next]).toEqual([undefined, undefined]);
  await other.hasSeen(/^🚨 有一条紧急公告等您看：『煤气检修』，2 个人。\n发布：.+ · 平安办$/);
  await other.tap('看一看');
  await other.sees(/^『🚨 煤气检修』.*人数：2 人.*发布：.+ · 平安办/s);
  await other.tap('同意发出');
  await other.sees(/请把人数打一遍/);
  await other.say('2');
  // An urgent message has no undo: neither before nor after the tap does a sentence promise one.
  const before = await other.sees(/接下来：正在发给 2 个人。\n\n确定吗/);
  await other.tap('确定');
  const after = await other.hasSeen(/^同意了，正在发给 2 个人。$/);
  expect(`${before.text}${after.text}`).not.toContain('撤掉');
  await maker.hasSeen(/『煤气检修』有人同意了，正在发给 2 个人。$/);
  await maker.hasSeen(/^🚨 煤气检修\n发布：.+ · 平安办\n\n今天检修煤气。$/, 15_000);
  expect((await newest()).runs.map(({ fate }) => fate)).toEqual(['missed', 'fired']);
  await maker.hasSeen(/公告『煤气检修』：/, 15_000);
});

test('a series that missed a slot goes on; its author makes up for the slot once', { timeout: 60_000 }, async () => {
  await composeDraft(maker, '每月查消防', '请看看消防通道。', { who: '工作人员' });
  await missTime({ type: 'first_working_day', time: '10:00', zone: 'Asia/Shanghai', misfire: 'latest' });
  await maker.hasSeen(/『每月查消防』.*这一次没有发出去。下一次：20/);
  const series = await newest();
  await maker.tap('改期');
  const asked = await maker.sees(/什么时候发/);
  expect(asked.buttons.flat().map(({ text }) => text)).not.toContain('🔁 每星期');
  await maker.tap('审好就发');
  await maker.sees(/现在还不会发出去/);
  await maker.tap('存成草稿');
  await maker.sees(/草稿存好了/);
  expect(await newest()).toMatchObject({ state: 'draft', schedule: { type: 'once' }, runs: [] });
  expect((await loadBroadcast(app.running.store, series.id))?.record).toEqual(series);
});

test('a template arrives filled: its blanks are asked one by one, screened, and can be changed on the card', {
  timeout: 60_000,
}, async () => {
  await maker.say('写公告');
  await maker.sees(/哪一类公告/);
  await maker.tap('消防');
  await maker.sees(/哪个社区的？比如/);
  await maker.say('城北社区');
  await maker.sees(/在什么地点？比如/);
  await maker.say('王建国家门口，电话 13812345678');
  await maker.sees(/公告说事，不写人/);
  await maker.say('东门车棚');
  await maker.hasSeen(/先填成这样.*『电动车不进楼道』.*城北社区的充电棚在东门车棚。/s);
  await maker.sees(/有英文的吗.*No e-bikes in stairwells/s);
  await maker.tap('跳过');
  await maker.sees(/要配一张图吗/);
  await maker.tap('跳过');
  await maker.tick(/要放按钮吗/, ['上报隐患']);
  for (const answer of ['全市', '工作人员']) await maker.tap(answer);
  await maker.tick(/少打扰/, []);
  for (const answer of ['一般公告', '审好就发']) await maker.tap(answer);
  await maker.sees(/现在还不会发出去.*城北社区的充电棚在东门车棚。/s);
  await maker.tap('改公告里的地点');
  await maker.sees(/在什么地点？比如/);
  await maker.say('西门车棚');
  await maker.sees(/现在还不会发出去.*城北社区的充电棚在西门车棚。/s);
  await maker.tap('改标题');
  await maker.sees(/标题写什么.*参考：电动车不进楼道/s);
  await maker.say('电动车请停车棚');
  await maker.sees(/现在还不会发出去/);
  await maker.tap('存成草稿');
  await maker.sees(/草稿存好了/);
  const { content, topic } = await newest();
  expect([topic, content.title]).toEqual(['fire', '电动车请停车棚']);
  expect(content.words['zh-CN']).toMatch(/城北社区的充电棚在西门车棚。发现飞线充电，点下面的按钮告诉我们。$/);
});

test('what is said behind a wish for an announcement is the text of the draft, also if it names a hazard', {
  timeout: 60_000,
}, async () => {
  for (const [said, text] of [
    ['帮我写个公告，明天停水', '明天停水'],
    ['发通知：3号楼井盖没了，大家绕行。', '3号楼井盖没了，大家绕行。'],
    ['写公告\n明天上午停电，冰箱里的东西早点吃。', '明天上午停电，冰箱里的东西早点吃。'],
  ] as const) {
    await maker.say(said);
    await maker.sees(/哪方面的事/);
    await maker.tap('防骗');
    await maker.sees(/标题写什么/);
    await maker.say('通知');
    await maker.sees(/有英文的吗/);
    await maker.say('上一步');
    await maker.sees(new RegExp(`正文写什么.*${text}`, 's'));
    await maker.say('取消');
    await maker.tap('不要了');
  }
  // A draft that waits does not swallow the text of the next one.
  await maker.say('帮我写个公告，明天停水');
  await maker.sees(/哪方面的事/);
  await maker.say('写公告，明天停电');
  await maker.sees(/没填完.*刚才写的/s);
  await maker.tap('重新填一份');
  await maker.sees(/哪方面的事/);
  await maker.tap('防骗');
  await maker.say('通知');
  await maker.sees(/有英文的吗/);
  await maker.say('上一步');
  await maker.sees(/正文写什么.*明天停电/s);
  await maker.say('取消');
  await maker.tap('不要了');
  // A name beside an accusation is asked about, not lost.
  await maker.say('写公告，王建国偷了井盖');
  await maker.sees(/哪方面的事/);
  await maker.tap('防骗');
  await maker.say('通知');
  await maker.sees(/公告说事，不写人/);
  await maker.say('取消');
  await maker.tap('不要了');
  // The word alone asks for the kind, and a resident's sentence stays a report.
  await maker.say('我想写公告。');
  await maker.sees(/哪一类公告/);
  await maker.say('取消');
  await maker.tap('不要了');
  await zhou.say('发通知：3号楼井盖没了');
  await zhou.sees(/隐患|先跟您说明白/);
  await zhou.say('取消');
});

test('an imported alert can be edited before it is submitted', { timeout: 30_000 }, async () => {
  const { store, services: running } = app.running;
  const xml = `<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>a1</identifier><sender>s</sender>
    <sent>2026-11-27T08:00:00+08:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
    <info><language>zh-CN</language><category>Met</category><event>暴雨</event><urgency>Immediate</urgency>
    <severity>Severe</severity><certainty>Observed</certainty><headline>暴雨红色预警</headline>
    <description>详见 http://weather.example.com 。</description>
    <area><areaDesc>西</areaDesc><geocode><valueName>adcode</valueName><value>990101</value></geocode></area>
    <area><areaDesc>东</areaDesc><geocode><valueName>adcode</valueName><value>990102</value></geocode></area></info></alert>`;
  const brought = await importCap(store, Buffer.from(xml), running.city.regions, app.simulator.world.now());
  if (brought.type !== 'drafts') throw new Error(brought.why);
  await maker.hasSeen(/外面来的预警『暴雨红色预警』/, 10_000);
  await maker.tap('看一看');
  await maker.tap('提交');
  await maker.sees(/不在允许的名单里/);
  await maker.tap('修改');
  await maker.sees(/现在还不会发出去/);
  await maker.tap('改正文');
  await maker.sees(/正文写什么/);
  await maker.say('今晚有暴雨，请不要出门。');
  await maker.sees(/现在还不会发出去/);
  await maker.tap('存成草稿');
  await maker.sees(/草稿存好了/);
  const record = (await loadBroadcast(store, brought.ids[0] ?? ''))?.record;
  expect(record?.content.sender).toEqual({ region: '990100000000', role: 'office' });
  expect(record).toMatchObject({ kind: 'urgent', by: store.pseudonym(`telegram:${maker.id}`) });
  expect(record?.content.words['zh-CN']).toBe('今晚有暴雨，请不要出门。');
  expect(record?.audience).toMatchObject({ region: '990101000000', also: ['990102000000'] });
  await expectInvariants(store);
});

test('an alert without Chinese text asks for it when it is edited', { timeout: 30_000 }, async () => {
  const { store, services: running } = app.running;
  const xml = `<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>a2</identifier><sender>s</sender>
    <sent>2026-11-27T08:00:00+08:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
    <info><language>en</language><event>Storm</event><severity>Severe</severity><headline>Storm</headline>
    <description>Please stay inside.</description><area><areaDesc>西渚区</areaDesc></area></info></alert>`;
  const brought = await importCap(store, Buffer.from(xml), running.city.regions, app.simulator.world.now());
  if (brought.type !== 'drafts') throw new Error(brought.why);
  await maker.hasSeen(/外面来的预警『Storm』/, 10_000);
  await maker.tap('看一看');
  await maker.tap('提交');
  await maker.sees(/缺中文正文/);
  await maker.tap('修改');
  await maker.sees(/正文写什么/);
  await maker.say('今晚有暴雨，请不要出门。');
  await maker.sees(/现在还不会发出去/);
  await maker.tap('存成草稿');
  await maker.sees(/草稿存好了/);
  const record = (await loadBroadcast(store, brought.ids[0] ?? ''))?.record;
  expect(record?.content.words).toEqual({ 'zh-CN': '今晚有暴雨，请不要出门。', en: 'Please stay inside.' });
});
