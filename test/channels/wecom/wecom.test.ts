import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openWecom } from '../../../src/channels/wecom/wecom.ts';
import { openWecomState } from '../../../src/delivery/wecom-state.ts';
import { startWecomSimulator } from '../../../src/demo/wecom/server.ts';
import { openLog } from '../../../src/log.ts';
import { INVITATION_MS, invitationWrites, newToken } from '../../../src/people/invitation.ts';
import { readMapLink } from '../../../src/regions/map-link.ts';
import { commitAsSystem } from '../../../src/store/commit-as-system.ts';
import { caseOf, STREET } from '../../cases/desk.ts';
import { PATIENCE_MS } from '../../patience.ts';
import { report } from '../../report.ts';
import type { TestApp } from '../../test-app.ts';
import { openTestApp } from '../../test-app.ts';
import { WecomPhone } from '../../wecom-phone.ts';
import type { Rig } from '../conformance.ts';
import { conformance } from '../conformance.ts';
import { serveWebhook } from '../serve-webhook.ts';

const silent = openLog('error', [], () => {});
let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ wecom: true });
});
afterAll(() => app.close());

/** The channel alone; a small server takes the platform's calls for it. */
async function openAlone() {
  const folder = mkdtempSync(join(tmpdir(), 'anlin-wecom-'));
  const simulator = await startWecomSimulator({ port: 0 });
  const { corpid, agentid, secret, token, encodingAesKey } = simulator.app;
  const channel = openWecom({
    app: { corpid, agentid, secret, token, encodingAesKey },
    apiRoot: simulator.url,
    state: openWecomState(app.running.store),
    journalPath: join(folder, 'journal.jsonl'),
    readFile: () => Promise.reject(new Error('none')),
    maps: { toWgs84: (point) => point, readLink: readMapLink },
    words: {
      choose: '请选一个',
      sharePlace: { how: '点 ＋，选“位置”。', button: '点『📍 发位置』', instead: '照下面说的发位置' },
      more: '更多',
      other: '其他',
      console: '进后台',
      goesOn: '…… 还有，点开看全部',
      cutOff: '…… 全文请问社区。',
      bell: { what: '您关心的事有新消息', hint: '回复任意一个字就能看到' },
    },
    site: undefined,
    now: simulator.world.now,
    log: silent,
  });
  const server = await serveWebhook(channel);
  expect(await simulator.setCallback(server.url)).toBeUndefined();
  const close = async () => {
    await server.close();
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { channel, simulator, close };
}

conformance('WeCom', async (): Promise<Rig> => {
  const { channel, simulator, close } = await openAlone();
  const phone = await WecomPhone.of(simulator.url);
  let listens: (() => Promise<void>) | undefined;
  return {
    waitMs: 60_000,
    channel: {
      ...channel,
      send: async (to, message, key) => {
        // The simulator drops more than 30 a minute; the relay's pace keeps below that.
        simulator.world.rows.advanceClock(3);
        const outcome = await channel.send(to, message, key);
        await listens?.();
        listens = undefined;
        return outcome;
      },
    },
    person: `wecom:${phone.id}`,
    stranger: 'wecom:nobody',
    seen: async () =>
      (await phone.messages())
        .filter(({ from }) => from === 'account')
        .map(({ text, card }) => ({
          text: text ?? card?.rows.map(({ value }) => value).join('\n') ?? '',
          labels: card?.buttons?.map((button) => button.text) ?? [],
        })),
    says: async (text) => void (await phone.say(text)),
    taps: async (label) => void (await phone.tap(label)),
    sendsPhoto: async () => void (await phone.send({ photo: 'manhole' })),
    sendsLocation: async () => void (await phone.send({ location: { latitude: 31.5, longitude: 119.5 } })),
    breaks: async (how) => {
      if (how === 'refused_connection') listens = await simulator.stopListening();
      else simulator.faults.add({ path: '/cgi-bin/message/send', kind: how, times: 1 });
    },
    close,
  };
});

describe('a WeCom app', () => {
  test('a message whose token could not be fetched was not sent, so it waits', async () => {
    const { channel, simulator, close } = await openAlone();
    const again = await simulator.stopListening();
    const outcome = await channel.send('wecom:laowu', { text: '您好' }, 'k1');
    expect(outcome).toMatchObject({ type: 'later', scope: 'account', why: 'network' });
    await again();
    await close();
    await channel.close();
  });

  test('an announcement that is too long for one message comes whole, and its card last', async () => {
    const { channel, simulator, close } = await openAlone();
    const phone = await WecomPhone.of(simulator.url);
    const text = Array.from({ length: 350 }, (_, i) => `第${String(i).padStart(4, '0')}句停水。`).join('');
    const choices = [[{ id: 'a/b/c/d', label: '知道了' }]];
    const sent = await channel.send(`wecom:${phone.id}`, { text, choices, isNews: true, many: true }, 'k1');
    expect(sent.type).toBe('sent');
    const all = (await phone.messages()).filter(({ from }) => from === 'account');
    expect(all.map((one) => one.text ?? '').join('')).toBe(text);
    expect(all.at(-1)?.card?.buttons?.map((button) => button.text)).toEqual(['知道了']);
    await close();
    await channel.close();
  });

  test('another try of words with a card goes on at the card, if that failed', async () => {
    const { channel, simulator, close } = await openAlone();
    const phone = await WecomPhone.of(simulator.url);
    const message = {
      text: '明天停水，请先接好水。'.repeat(30),
      choices: [[{ id: 'a/b/c/d', label: '知道了' }]],
      isNews: true,
      many: true,
    } as const;
    const send = () => channel.send(`wecom:${phone.id}`, message, 'k1');
    simulator.faults.add({ path: '/cgi-bin/message/send', kind: 'slow', delay_ms: 1, times: 1 });
    simulator.faults.add({ path: '/cgi-bin/message/send', kind: 'refused', errcode: -1, times: 1 });
    expect((await send()).type).toBe('later');
    expect(await send()).toMatchObject({ type: 'sent' });
    const all = (await phone.messages()).filter(({ from }) => from === 'account');
    expect(all.map((one) => one.text ?? '').join('')).toBe(message.text);
    expect(all.at(-1)?.card?.buttons?.map((button) => button.text)).toEqual(['知道了']);
    await close();
    await channel.close();
  });

  test('a number means what is on the screen while a newer message cannot be sent', async () => {
    const { channel, simulator, close } = await openAlone();
    const state = openWecomState(app.running.store);
    const to = `wecom:${(await WecomPhone.of(simulator.url)).id}` as const;
    const ask = (id: string, label: string) => ({ text: '请选', choices: [[{ id, label }]] });
    const long = '这一项的字太多放不上卡片';
    expect((await channel.send(to, ask('shown', long), 'k1')).type).toBe('sent');
    for (const label of [long, '好']) {
      simulator.faults.add({ path: '/cgi-bin/message/send', kind: 'refused', errcode: 45009, times: 1 });
      expect((await channel.send(to, ask('unseen', label), `k-${label}`)).type).toBe('later');
      expect((await state.offered(to))?.choices).toEqual([{ choice: 'shown' }]);
    }
    await close();
    await channel.close();
  });

  test('words above a card go out by themselves, so that the pace counts both', async () => {
    const { channel, simulator, close } = await openAlone();
    const phone = await WecomPhone.of(simulator.url);
    const choices = [[{ id: 'a/b/c/d', label: '受理' }]];
    const parts = channel.fit({ text: '井盖没了。'.repeat(40), choices, isNews: true });
    expect(parts.map(({ choices: own, isNews }) => [own, isNews])).toEqual([
      [undefined, true],
      [choices, true],
    ]);
    for (const [i, part] of parts.entries()) {
      const sent = await channel.send(`wecom:${phone.id}`, part, `k${i}`);
      expect(sent).toEqual(i === 0 ? { type: 'sent' } : { type: 'sent', ref: 'anlin-k1' });
      expect(await phone.messages()).toHaveLength(i + 1);
    }
    for (const text of ['井盖没了。', '井盖没了。'.repeat(400)])
      expect(channel.fit({ text, choices }).filter((part) => part.choices)).toHaveLength(1);
    await close();
    await channel.close();
  });

  test('a card is changed once with each code, later edits are new messages', async () => {
    const { channel, simulator, close } = await openAlone();
    await channel.open(async () => {});
    const phone = await WecomPhone.of(simulator.url);
    const to = `wecom:${phone.id}` as const;
    const choices = [
      [
        { id: 'a/b/c/d', label: '受理' },
        { id: 'a/b/e/d', label: '不受理' },
      ],
    ];
    const sent = await channel.send(to, { text: '井盖没了，怎么办？', choices }, 'k1');
    const ref = sent.type === 'sent' ? sent.ref : undefined;
    expect(ref).toBe('anlin-k1');
    const edit = { choices, edits: ref ?? '' };
    expect(await channel.send(to, { ...edit, text: '派给谁？' }, 'k2')).toEqual({ type: 'sent', ref });
    expect(await phone.messages()).toHaveLength(1);
    // The code of the send is used: until a tap brings another one, an edit is a new message.
    expect(await channel.send(to, { ...edit, text: '又问一次' }, 'k3')).toEqual({ type: 'sent', ref: 'anlin-k3' });
    expect(await phone.messages()).toHaveLength(2);
    await phone.tap('受理');
    await vi.waitFor(async () => {
      const outcome = await channel.send(to, { ...edit, text: '派好了', edits: 'anlin-k3' }, 'k4');
      expect(outcome).toEqual({ type: 'sent', ref: 'anlin-k3' });
    });
    // A repeat of the same send is refused by the platform and counts as sent.
    expect(await channel.send(to, { text: '井盖没了，怎么办？', choices }, 'k1')).toEqual({ type: 'sent', ref });
    await channel.pause();
    await close();
    await channel.close();
  });

  test('老吴 accepts a resident’s report on cards and by numbers, and opens it again in WeCom', {
    timeout: 60_000,
  }, async () => {
    const { store } = app.running;
    const wu = await WecomPhone.of(app.wecom?.url ?? '', { name: '老吴', userid: 'laowu' });
    const token = newToken();
    const at = app.simulator.world.now();
    const invitation = {
      token,
      grant: { role: 'dispatcher', scope: STREET },
      until: at + INVITATION_MS,
      left: 1,
      by: 'operator',
    } as const;
    const writes = invitationWrites(store, invitation);
    await commitAsSystem(store, { op: token, what: 'invited', checks: [], writes }, at);
    await wu.say(`/start invite_${token}`);
    await has(wu, '愿意');
    await wu.tap('🤝 愿意');
    await vi.waitFor(async () => expect(await store.redis.zcard(store.keys.staff('dispatcher', STREET))).toBe(1));
    const resident = await app.phone('周阿姨');
    await report(resident);
    await app.settle();
    await has(wu, '去办');
    await press(wu, '去办');
    await press(wu, '立案');
    await press(wu, '一般');
    await vi.waitFor(async () => expect((await caseOf(app, resident)).state).toBe('filed'), { timeout: PATIENCE_MS });
    // The card of the answered question shows the answer in place of its buttons.
    const cards = (await wu.messages()).filter(({ card }) => card?.rows.some(({ value }) => value.includes('高风险')));
    expect(cards.map(({ card, edits }) => [card?.closed, edits])).toEqual([[expect.stringMatching(/一般/), 1]]);
    await press(wu, '看看这一件');
    await has(wu, '现在：已立案');
  });
});

/** Waits for a button of a card, or a printed line, that contains this. */
async function has(phone: WecomPhone, label: string): Promise<void> {
  const find = async () =>
    (await phone.messages()).some(
      ({ text = '', card }) => text.includes(label) || card?.buttons?.some((button) => button.text.includes(label)),
    );
  await vi.waitFor(async () => expect(await find()).toBe(true), { timeout: PATIENCE_MS });
}

/** Taps the newest button that contains this, or types the number printed before it. */
async function press(phone: WecomPhone, label: string): Promise<void> {
  await vi.waitFor(
    async () => {
      await app.settle();
      const last = (await phone.messages()).filter(({ from }) => from === 'account').slice(-2);
      const button = last.flatMap(({ card }) => card?.buttons ?? []).find(({ text }) => text.includes(label));
      const number = new RegExp(`^(\\d+)\\. .*${label}`, 'm').exec(last.at(-1)?.text ?? '')?.[1];
      if (button) await phone.tap(button.text);
      else if (number) await phone.say(number);
      else
        throw new Error(
          `No ${label} in ${JSON.stringify(last.map(({ text, card }) => [text?.slice(-160), card?.rows, card?.buttons]))}`,
        );
    },
    { timeout: PATIENCE_MS },
  );
}
