import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Urn } from '../../src/channels/channel.ts';
import { loadPerson } from '../../src/people/person-store.ts';
import { commit } from '../../src/store/commit.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

const urnOf = ({ id }: Phone): Urn => `telegram:${id}`;
const alone = () => vi.waitFor(() => expect(app.running.services.relay.alone()).toBe(true), { timeout: 15_000 });
/** Counts the loads of this person from the store during an action. */
async function loads(phone: Phone, during: () => Promise<unknown>): Promise<number> {
  const { redis, keys } = app.running.store;
  const spy = vi.spyOn(redis, 'anlinReadFields');
  await during();
  // Notices read contacts with the same call, without their talks.
  const whole = spy.mock.calls.filter((args) => args.includes('talks'));
  const times = whole.filter((args) => args.includes(keys.person(urnOf(phone)))).length;
  spy.mockRestore();
  return times;
}

/** Changes a person as another process would. */
async function changeElsewhere(urn: Urn, fields: Readonly<Record<string, string>>): Promise<void> {
  const { store } = app.running;
  const { version } = await loadPerson(store, urn);
  const nothing = { checks: [], writes: [], messages: [], audit: [] };
  const change = { op: `elsewhere:${urn}:${version}`, person: urn, version, fields, ...nothing };
  expect((await commit(store, change, app.simulator.world.now())).type).toBe('ok');
}

test('a process that is alone loads a person once, and never acts on outdated data', {
  timeout: 30_000,
}, async () => {
  const phone = await app.phone();
  await alone();
  const first = await loads(phone, async () => {
    await phone.say('上报');
    await phone.sees(/先跟您说明白/);
  });
  expect(first).toBe(1);
  const more = await loads(phone, async () => {
    await phone.tap('同意基本处理');
    await phone.sees(/^(?!.*先跟您说明白)/s);
    await phone.say('/help');
    await phone.hasNew(/./);
  });
  expect(more).toBe(0);
  const menu = (await phone.fromBot()).findLast(({ buttons }) => buttons.length > 0);
  await changeElsewhere(urnOf(phone), { talks: '' });
  await phone.tap(menu?.buttons[0]?.[0]?.text ?? '', menu?.message_id);
  await phone.hasNew(/以前的按钮/);
  expect((await loadPerson(app.running.store, urnOf(phone))).talks.active).toBeUndefined();
});

test('a person marked unreachable by another process is reachable again after a message', {
  timeout: 30_000,
}, async () => {
  const phone = await app.phone();
  await alone();
  await phone.say('你好');
  await phone.sees(/安邻/);
  await changeElsewhere(urnOf(phone), { gone: 'blocked the bot' });
  await phone.say('帮助');
  await phone.hasNew(/./);
  await expect.poll(async () => (await loadPerson(app.running.store, urnOf(phone))).gone).toBeUndefined();
});

test('with a second process every turn loads the person', { timeout: 30_000 }, async () => {
  const phone = await app.phone();
  await phone.say('你好');
  await phone.sees(/安邻/);
  await app.second();
  await vi.waitFor(() => expect(app.running.services.relay.alone()).toBe(false), { timeout: PATIENCE_MS });
  const times = await loads(phone, async () => {
    await phone.say('帮助');
    await phone.hasNew(/./);
  });
  expect(times).toBe(1);
});
