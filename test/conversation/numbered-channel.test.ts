import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadOwnCases } from '../../src/cases/case-store.ts';
import type { Channel, Outgoing } from '../../src/channels/channel.ts';
import { answer } from '../../src/conversation/turn.ts';
import { openRelay } from '../../src/delivery/relay.ts';
import { openLog } from '../../src/log.ts';
import type { Services } from '../../src/notify/services.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

/** A channel without buttons, edits and location requests, as a WeChat service account is one: choices are numbered. */
function openNumbered() {
  const seen: string[] = [];
  const numbered = (message: Outgoing): string => {
    const labels = [...(message.choices ?? []).flat(), ...(message.menu ?? []).flat()].map(({ label }) => label);
    return [message.text, ...labels.map((label, i) => `${i + 1}. ${label}`)].join('\n');
  };
  const channel: Channel = {
    scheme: 'wechat',
    can: {
      text: { max: 2048, unit: 'bytes' },
      choices: 'numbers',
      edits: false,
      dropsRepeats: false,
    },
    fit: (message) => [message],
    send: async (_to, message) => {
      seen.push(numbered(message));
      return { type: 'sent' };
    },
    open: async () => {},
    pause: async () => {},
    close: async () => {},
    trouble: () => undefined,
  };
  return { channel, seen };
}

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

/** A talk of one person on the numbered channel. `says` waits until the newest message matches. */
function talkAs(from: `wechat:${string}`) {
  const { channel, seen } = openNumbered();
  const relay = openRelay({ store: app.running.store, channels: [channel], log: openLog('error', [], () => {}) });
  const numbered: Services = { ...app.running.services, channels: [channel], relay };
  let n = 0;
  const says = async (text: string, wanted: RegExp) => {
    n += 1;
    await answer({ id: `${from}:${n}`, from, at: 0, content: { type: 'text', text } }, numbered);
    await expect.poll(() => seen.at(-1), { timeout: 3000 }).toMatch(wanted);
  };
  return { says, seen, relay };
}

test('a channel with only text and numbers carries a whole report; no flow changes for it', async () => {
  const { says, relay } = talkAs('wechat:openid-1');
  await says('上报', /1\. 同意基本处理/);
  await says('1', /1\. 🔥 消防/);
  await says('1', /3\. 电动车飞线充电/);
  await says('3', /隐患在哪里/);
  await says('湖边亭子旁', /哪一片[\s\S]*不清楚/);
  await says('不清楚', /都对就提交[\s\S]*地点：湖边亭子旁/);
  await says('楼道口飞线', /情况：楼道口飞线/);
  await says('提交', /编号：/);
  const [kept] = await loadOwnCases(app.running.store, 'wechat:openid-1');
  expect(kept?.record).toMatchObject({
    category: 'e_bike_wire_charging',
    place: { text: '湖边亭子旁' },
  });
  await relay.close();
});

test('every printed number can be typed: options, corrections, controls and the menu', async () => {
  const { says, seen, relay } = talkAs('wechat:openid-2');
  /** The number that was printed with a label in the newest message. */
  const numberOf = (label: string) => new RegExp(`^(\\d+)\\. .*${label}`, 'm').exec(seen.at(-1) ?? '')?.[1] ?? '';
  await says('您好', /1\. 📢 上报隐患/);
  await says(numberOf('上报隐患'), /1\. 同意基本处理/);
  await says('1', /1\. 🔥 消防/);
  await says('1', /3\. 电动车飞线充电/);
  // Controls stand below the options: back, and out of the talk.
  await says(numberOf('上一步'), /1\. 🔥 消防/);
  await says(numberOf('先到这里'), /要先停一停吗[\s\S]*3\. ↩️ 接着填/);
  await says('3', /1\. 🔥 消防/);
  await says('1', /3\. 电动车飞线充电/);
  // A number that was not printed is asked again, and changes nothing.
  await says('99', /3\. 电动车飞线充电/);
  await says('3', /隐患在哪里/);
  await relay.close();
});
