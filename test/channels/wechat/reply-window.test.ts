import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Inbound } from '../../../src/channels/channel.ts';
import { openWechatState } from '../../../src/delivery/wechat-state.ts';
import { PATIENCE_MS } from '../../patience.ts';
import type { TestApp } from '../../test-app.ts';
import { openTestApp } from '../../test-app.ts';
import { WechatPhone } from '../../wechat-phone.ts';
import type { WechatStage } from './stage.ts';
import { openWechatStage } from './stage.ts';

let app: TestApp;
let stage: WechatStage;
const arrived: Inbound[] = [];
beforeAll(async () => {
  app = await openTestApp();
  stage = await openWechatStage(app.running.store);
  await stage.channel.open(async (inbound) => void arrived.push(inbound));
});
afterAll(async () => {
  await stage.channel.pause();
  await stage.close();
  await stage.channel.close();
  await app.close();
});

/** Lets a person act, and waits until the channel has taken the act. */
async function acts(act: () => Promise<unknown>): Promise<void> {
  const before = arrived.length;
  await act();
  await vi.waitFor(() => expect(arrived).toHaveLength(before + 1), { timeout: PATIENCE_MS, interval: 2 });
}

const LINK = '<a href="weixin://bizmsgmenu?msgmenucontent=1&msgmenuid=m1">1. 好</a>';
const DO = ['say', 'tap', 'click', 'send', 'send', 'send', 'send'] as const;
const step = fc.oneof(
  fc.constantFrom(...DO).map((does) => ({ does, seconds: 0 })),
  fc.constantFrom(1, 29, 59, 60, 61, 47 * 3600, 48 * 3600 - 1).map((seconds) => ({ does: 'wait' as const, seconds })),
);

test('the account writes exactly while the platform takes messages, and is never refused', async () => {
  const { simulator, channel } = stage;
  const menu = { button: [{ type: 'click', name: '上报', key: '/report' }] };
  simulator.world.menu.put('menu', menu);
  let sends = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const phone = await WechatPhone.of(simulator.url, { follows: false });
      await acts(() => phone.act('follow'));
      simulator.world.addMessage(phone.id, 'account', { parts: [{ text: '1. 好', href: LINK }] });
      for (const { does, seconds } of steps) {
        if (does === 'wait') stage.passes(seconds);
        else if (does === 'say') await acts(() => phone.say('在吗'));
        else if (does === 'click') await acts(() => phone.act('menu', { key: '/report' }));
        else if (does === 'tap') {
          const [message] = await phone.messages();
          await acts(() => phone.act('tap', { message_id: message?.message_id, content: '1', id: 'm1' }));
        } else {
          const now = simulator.world.now();
          const open = simulator.world.personOf(phone.id).windows.filter(({ until }) => now < until);
          const wanted = open.some(({ left }) => left > 0) ? 'sent' : open.length > 0 ? 'count' : 'window';
          sends += 1;
          const outcome = await channel.send(`wechat:${phone.id}`, { text: '好' }, `k${sends}`);
          expect(outcome.type === 'closed' ? outcome.why : outcome.type).toBe(wanted);
        }
        // An event is named by its second.
        stage.passes(1);
      }
    }),
    { numRuns: 40 },
  );
  const response = await fetch(`${simulator.url}/sim/calls`);
  const calls = (await response.json()) as readonly { readonly path: string; readonly errcode?: number }[];
  const made = calls.filter(({ path }) => path.endsWith('custom/send'));
  expect(made.filter(({ errcode }) => errcode !== 0)).toEqual([]);
  expect(made.length).toBeGreaterThan(20);
});

test('an older act that arrives late neither shortens the window of a newer one nor fills it again', async () => {
  const state = openWechatState(app.running.store);
  const of = 'wechat:late' as const;
  const newer = 3_600_000;
  await state.opened(of, 'said', newer);
  for (const n of [1, 2, 3, 4, 5]) expect(await state.spend(of, newer, `late-${n}`)).toBe('ok');
  await state.opened(of, 'said', 0);
  expect(await state.spend(of, newer, 'late-6')).toBe('count');
  await state.giveBack(of, newer, 'late-5');
  expect(await state.spend(of, newer + 48 * 3_600_000 - 1, 'late-7')).toBe('ok');
});
