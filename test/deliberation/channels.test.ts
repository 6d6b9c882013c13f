import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/calendar.ts';
import { newTopicSecrets } from '../../src/deliberation/ballot/topic-secrets.ts';
import type { Topic } from '../../src/deliberation/topic/topic.ts';
import { keepTopic, loadTopic } from '../../src/deliberation/topic/topic-store.ts';
import { contactFields, loadPerson } from '../../src/people/person-store.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import { openWechat, urnOf } from '../addresses/by-phone.ts';
import { staff } from '../cases/desk.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { COMMUNITY, neighbours } from './neighbours.ts';
import { topicIn } from './topic-scenarios.ts';

let app: TestApp;
let lead: Phone;
let zhou: Phone;
let neighbour: Phone;

beforeAll(async () => {
  app = await openTestApp({ wechat: true });
  lead = await staff(app, '社区负责人', 'lead', COMMUNITY);
  [zhou, neighbour] = (await neighbours(app, ['周阿姨', '邻居'])) as [Phone, Phone];
}, 60_000);
afterAll(() => app.close());

let ops = 0;
async function write(record: Topic): Promise<void> {
  const { store } = app.running;
  ops += 1;
  const writes = [...keepTopic(store, record).writes, newTopicSecrets(store, record.id)];
  await commitAsSystem(store, { op: `topics:${ops}`, what: 'tested', checks: [], writes }, app.simulator.world.now());
}
const topicNow = (state: Topic['state'], more: Partial<Topic> = {}) => {
  const now = app.simulator.world.now();
  return topicIn(state, { proposedAt: now, since: now, until: now + 40 * DAY_MS, ...more }).record;
};

test('the weekly card is for those who asked, goes out once a week, and is rewritten in place', {
  timeout: 60_000,
}, async () => {
  await write(topicNow('discussing', { id: 'topic_digest12', words: '在北门装一面转角镜' }));
  await zhou.say('议事');
  await zhou.sees(/街坊在商量/);
  await zhou.tap('每周告诉我一次');
  await zhou.sees(/每周最多告诉您一次/);
  const cards = async (phone: Phone) =>
    (await phone.fromBot()).filter(({ text }) => text?.startsWith('这周街坊在商量'));
  await app.tick('topic-digest');
  await app.settle();
  expect(await cards(zhou)).toHaveLength(0);
  await app.advance(7 * DAY_MS + HOUR_MS);
  await app.tick('topic-digest');
  await app.settle();
  const [first] = await cards(zhou);
  expect(first?.text).toContain('转角镜');
  expect(await cards(neighbour)).toHaveLength(0);
  // The card's message is noted once it is sent; the next one changes it.
  await app.advance(2 * MINUTE_MS);
  await app.tick('topic-digest');
  await write(topicNow('deciding', { id: 'topic_digest34', words: '给楼道装扶手' }));
  await app.advance(7 * DAY_MS);
  await app.tick('topic-digest');
  await app.settle();
  const all = await cards(zhou);
  expect(all).toHaveLength(1);
  expect(all[0]).toMatchObject({ message_id: first?.message_id, text: expect.stringContaining('扶手') });
});

test('a lawful meeting has its notice to every resident, and its minute decides', { timeout: 60_000 }, async () => {
  const { store } = app.running;
  const { id } = topicIn('decided', { id: 'topic_meeting1' }).record;
  await write(topicNow('decided', { id, words: '选聘新的物业公司' }));
  await lead.say('办议事');
  await lead.sees(/点一件看/);
  await lead.tap('选聘新的物业');
  await lead.sees(/选聘新的物业/);
  await lead.tap('开会来定');
  await lead.sees(/开哪一种会/);
  await lead.tap('村民会议');
  await lead.sees(/还没有人核对过现行法条/);
  await lead.tap('还没核对');
  await lead.sees(/哪天几点/);
  await lead.say('后天晚上七点');
  await lead.sees(/在哪里开/);
  await lead.say('社区活动室');
  await lead.sees(/定什么/);
  await lead.say('选聘物业');
  await lead.sees(/要提前 10 天通知/);
  await lead.say('办议事');
  await lead.sees(/点一件看/);
  await lead.tap('选聘新的物业');
  await lead.sees(/选聘新的物业/);
  await lead.tap('开会来定');
  await lead.sees(/开哪一种会/);
  await lead.tap('居民会议');
  await lead.sees(/还没有人核对过现行法条/);
  await lead.tap('我核对过');
  await lead.sees(/哪天几点/);
  await lead.say('12天后晚上七点');
  await lead.sees(/在哪里开/);
  await lead.say('社区活动室');
  await lead.sees(/定什么/);
  await lead.say('选聘物业');
  await lead.sees(/通知马上发给这个社区的居民/);
  await app.settle();
  for (const phone of [zhou, neighbour]) await phone.hasSeen(/会议通知.*社区活动室开会定.*点的不算票/s);
  expect(Object.keys(await store.redis.hgetall(store.keys.quorumChecked))).toEqual(['residents']);
  await app.advance(13 * DAY_MS);
  await app.settle();
  for (const phone of [zhou, neighbour]) await phone.hasSeen(/明天开会，提醒您一声/);
  await lead.say('办议事');
  await lead.sees(/点一件看/);
  await lead.tap('选聘新的物业');
  await lead.sees(/选聘新的物业/);
  await lead.tap('填会议结果');
  await lead.sees(/应到多少/);
  await lead.say('420');
  await lead.sees(/至少要 211/);
  await lead.say('211');
  await lead.sees(/要 106 才通过/);
  await lead.say('106');
  await lead.sees(/人数够，通过了.*会议纪要写的是通过吗/s);
  await lead.tap('✅ 通过');
  await lead.hasSeen(/以会议纪要为准/);
  expect((await loadTopic(store, id))?.record).toMatchObject({ state: 'decided', kind: 'meeting' });
  await zhou.say('议事');
  await zhou.sees(/街坊在商量/);
  await zhou.tap('选聘新的物业');
  await zhou.sees(/会上通过了/);
});

test('on WeChat a resident seconds and hears by typed numbers alone', { timeout: 60_000 }, async () => {
  const { store } = app.running;
  const phone = await openWechat(app);
  const urn = urnOf(phone);
  const person = await loadPerson(store, urn);
  const contact = {
    ...(person.contact ?? { language: 'zh-CN', consents: {}, subscribed: true }),
    home: COMMUNITY,
    homeSince: 0,
  };
  await store.redis.hset(store.keys.person(urn), ...Object.entries(contactFields(contact)).flat());
  await app.restart();
  await write(topicNow('seconding', { id: 'topic_number12', words: '给广场加两张长椅', needed: 5 }));
  await phone.say('议事');
  const list = await phone.sees(/街坊在商量/);
  const number = /(\d+)[^\d\n]*给广场加两张长椅/.exec(list.text ?? '')?.[1] ?? '';
  await phone.say(number);
  const card = await phone.sees(/要 5 位街坊/);
  await phone.say(/(\d+)[^\d\n]*我也想/.exec(card.text ?? '')?.[1] ?? '');
  const sure = await phone.sees(/您也想做这件事吗/);
  await phone.say(/(\d+)[^\d\n]*我也想/.exec(sure.text ?? '')?.[1] ?? '');
  await phone.sees(/不记您的名字/);
  const { redis, keys } = app.running.store;
  expect(await redis.hlen(keys.topicBallots('topic_number12'))).toBe(1);
});
