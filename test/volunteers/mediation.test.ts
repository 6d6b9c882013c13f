import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/calendar.ts';
import { scanKeys } from '../../src/store/records/invariants.ts';
import { loadOpenMediations } from '../../src/volunteers/mediation/mediation-store.ts';
import { staff } from '../cases/desk.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { HERE, volunteers } from './by-phone.ts';

let app: TestApp;
let organiser: Phone;
let zhou: Phone;
let mediator: Phone;
let other: Phone;

beforeAll(async () => {
  app = await openTestApp();
  organiser = await staff(app, '网格员小林', 'grid_worker', '990101001001');
  zhou = await app.phone('周阿姨');
  [mediator] = (await volunteers(app, ['老娘舅'], { skills: ['mediation'] })) as [Phone];
  [other] = (await volunteers(app, ['巡逻员'])) as [Phone];
  await other.say('你好');
  await other.sees(/./);
}, 60_000);
afterAll(() => app.close());

/** Collects all commands that the store gets, also those inside scripts. */
async function watchStore() {
  const { port, password } = app.redis;
  const commands: string[] = [];
  // Not by ioredis: it throws if commands arrive in one packet with the answer to MONITOR.
  const socket = createConnection(port, '127.0.0.1');
  createInterface({ input: socket }).on('line', (line) => commands.push(line));
  socket.write(`AUTH ${password}\r\nMONITOR\r\n`);
  await vi.waitFor(() => expect(commands.slice(0, 2)).toEqual(['+OK', '+OK']), { timeout: PATIENCE_MS });
  return { commands, stop: () => socket.destroy() };
}

async function ask(phone: Phone, words: string): Promise<void> {
  await phone.say('老娘舅');
  await phone.sees(/为了什么/);
  await phone.tap('太吵');
  await phone.sees(/在哪里/);
  for (const part of HERE) {
    await phone.tap(part);
    await phone.hasNew(/哪个|怎么回事/);
  }
  await phone.sees(/怎么回事/);
  await phone.say(words);
}

test('周阿姨 asks for a mediator without naming a person, agrees on a time, and only the result is kept', {
  timeout: 60_000,
}, async () => {
  const { store } = app.running;
  const sent = await watchStore();
  await ask(zhou, 'Q~Q~A 502 的张建国半夜搬家具');
  await zhou.sees(/这里不写对方是谁/);
  await zhou.say('取消');
  await zhou.tap('留着');
  await zhou.hasSeen(/接着/);
  await zhou.tap('接着');
  await zhou.sees(/这里不写对方是谁/);
  await zhou.say('Q~Q~B 楼上半夜搬家具，睡不着。');
  await zhou.sees(/都对就请/);
  await zhou.tap('请老娘舅');
  await zhou.sees(/我去请附近的老娘舅/);
  const offer = await mediator.hasSeen(/有邻居想请老娘舅：🔊 太吵，锦绣社区/, 10_000);
  expect(offer.text).not.toContain('搬家具');
  expect((await other.fromBot()).some(({ text }) => text?.includes('老娘舅'))).toBe(false);

  await mediator.tap('我来');
  await mediator.sees(/您接下了/);
  await zhou.hasSeen(/有一位老娘舅接了您的事/, 10_000);
  await mediator.tap('看一看');
  await mediator.sees(/Q~Q~B 楼上半夜搬家具，睡不着。/);
  await zhou.say('/mydata');
  await zhou.tap('导出');
  await expect.poll(async () => (await zhou.messages()).some(({ document }) => document?.endsWith('.json'))).toBe(true);
  await mediator.tap('约个时间');
  await mediator.sees(/哪天几点/);
  await mediator.say('明天晚上七点');
  await mediator.sees(/在哪里见面/);
  await mediator.tap('社区调解室');
  await mediator.sees(/问了请您的那位邻居，等回话：.*，社区调解室/);
  await zhou.hasSeen(/老娘舅想约您见面：.*19:00，在社区调解室/, 10_000);
  await zhou.tap('换个时间');
  await zhou.sees(/换个时间/);
  await mediator.hasSeen(/请您的那位邻居这个时间不行/, 10_000);
  await mediator.tap('看一看');
  await mediator.sees(/还没约/);
  await mediator.tap('约个时间');
  await mediator.sees(/哪天几点/);
  await mediator.say('后天下午三点');
  await mediator.sees(/在哪里见面/);
  await mediator.tap('小区凉亭');
  await mediator.sees(/等回话/);
  await zhou.hasSeen(/老娘舅想约您见面：.*15:00，在小区凉亭/, 10_000);
  await zhou.tap('这个时间行');
  await zhou.sees(/约好了：.*小区凉亭见/);
  await mediator.hasSeen(/请您的那位邻居同意了：.*小区凉亭见/, 10_000);

  // Both are reminded two hours before.
  await app.advance(2 * DAY_MS + 2 * HOUR_MS);
  await app.settle();
  expect((await zhou.fromBot()).some(({ text }) => text?.startsWith('提醒您一声'))).toBe(false);
  await app.advance(HOUR_MS + 60_000);
  for (const phone of [zhou, mediator]) await phone.hasSeen(/提醒您一声：.*15:00，在小区凉亭谈一谈/);

  // Other people cannot open it, and the store holds no plain text.
  const [kept] = await loadOpenMediations(store);
  const id = kept?.record.id ?? '';
  await other.forge((await other.sees(/./)).message_id, `go/my-mediations/${id}`);
  await other.hasNew(/已经有人接了，或者结束了/);
  await organiser.forge((await organiser.sees(/./)).message_id, `go/my-mediations/${id}`);
  await organiser.hasNew(/已经有人接了，或者结束了/);
  expect(JSON.stringify(kept)).not.toContain('搬家具');
  // No command to the store held typed words; no cipher text has a tilde: sessions, waiting messages, records and audit.
  const { commands, stop } = sent;
  stop();
  expect(commands.some((command) => command.includes('mediation_asked'))).toBe(true);
  expect(commands.filter((command) => /Q~Q~[AB]/.test(command))).toEqual([]);
  expect(app.log.filter((line) => /Q~Q~[AB]/.test(line))).toEqual([]);

  await mediator.tap('看一看');
  await mediator.sees(/约好了/);
  await mediator.tap('谈完了');
  await mediator.sees(/谈得怎么样/);
  await mediator.tap('谈好了');
  await mediator.sees(/记下了：谈好了/);
  await zhou.hasSeen(/调解结束了：谈好了/, 10_000);
  await expect.poll(() => scanKeys(store, store.keys.mediation('*')), { timeout: 10_000 }).toEqual([]);
  expect(await store.redis.hgetall(store.keys.mediationsClosed)).toEqual({ '990101001001 noise settled': '1' });
});

test('without a mediator the organisers are notified, and a mediator who leaves hands back their requests', {
  timeout: 60_000,
}, async () => {
  await ask(zhou, '楼下天天唱歌到半夜。');
  await zhou.sees(/都对就请/);
  await zhou.tap('请老娘舅');
  const offers = async () =>
    (await mediator.fromBot()).filter(({ text }) => text?.startsWith('有邻居想请老娘舅')).length;
  await expect.poll(offers, { timeout: 10_000 }).toBe(2);
  await mediator.tap('我来');
  await mediator.hasNew(/您接下了/);
  await mediator.say('/forget');
  await mediator.tap('删掉');
  await mediator.sees(/真的都删掉吗/);
  await mediator.tap('确定删掉');
  await mediator.sees(/都删掉了/);
  await zhou.hasSeen(/附近暂时没有老娘舅/, 10_000);
  await organiser.hasSeen(/想请人调解/, 10_000);
  expect((await loadOpenMediations(app.running.store))[0]?.record).toMatchObject({ state: 'asked' });
  await zhou.say('我的调解');
  await zhou.sees(/点一件看|等人接/);
  await zhou.tap('🔊');
  await zhou.sees(/等人接/);
  await zhou.tap('不用了');
  await zhou.sees(/不请了/);
  await expect.poll(async () => (await loadOpenMediations(app.running.store)).length).toBe(0);
});
