import { describe, expect, test, vi } from 'vitest';
import { encryptMessage, sealMessage } from '../../../src/channels/wechat/message-crypto.ts';
import { ANSWER_WITHIN_MS } from '../../../src/demo/tencent/callbacks.ts';
import { xml } from '../../../src/demo/tencent/xml.ts';
import { callbackKeys, DEMO_ACCOUNT } from '../../../src/demo/wechat/account.ts';
import { PATIENCE_MS } from '../../patience.ts';
import type { Received } from '../tencent/product.ts';
import { startProduct } from '../tencent/product.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

/** A short time for the answer, in tests that let it pass. */
const SHORT_MS = 1000;

/** Runs a test on a stage of its own, so that tests which wait can run at the same time. */
async function onStage(play: (stage: Stage) => Promise<void>, answerWithinMs = ANSWER_WITHIN_MS): Promise<void> {
  const stage = await openStage({ answerWithinMs });
  await settled(stage, 0, 'taken');
  try {
    await play(stage);
  } finally {
    await stage.close();
  }
}

/** Waits for the callbacks so far; the first is that of the follower. */
async function arrived({ product }: Stage, count: number): Promise<readonly Received[]> {
  await vi.waitFor(() => expect(product.received).toHaveLength(count), { timeout: PATIENCE_MS });
  return product.received;
}
async function outcomes(
  { simulator }: Stage,
  after = 1,
): Promise<readonly { outcome: string; refusals: readonly string[] }[]> {
  const response = await fetch(`${simulator.url}/sim/deliveries?after=${after}`);
  return (await response.json()) as readonly { outcome: string; refusals: readonly string[] }[];
}
const settled = (stage: Stage, after: number, ...expected: readonly string[]) =>
  vi.waitFor(async () => expect((await outcomes(stage, after)).map(({ outcome }) => outcome)).toEqual(expected), {
    timeout: PATIENCE_MS,
  });
const opened = async (stage: Stage, count = 2) => stage.opened((await arrived(stage, count)).at(-1) as Received);

describe.concurrent('the check of the address', () => {
  test.each([
    ['another text', (query: URLSearchParams) => `${query.get('echostr')}x`],
    ['a page', () => '<html></html>'],
    ['nothing', () => ''],
  ])('fails if the answer is %s', (_, challenge) =>
    onStage(async (stage) => {
      const other = await startProduct(challenge);
      expect(await stage.simulator.setCallback(other.url)).toBe('another answer than echostr');
      await other.close();
      const url = `${stage.simulator.url}/sim/callback`;
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ url: other.url });
      expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(400);
    }),
  );

  test('carries the plain signature', () =>
    onStage(async (stage) => {
      let asked = new URLSearchParams();
      const other = await startProduct((query) => {
        asked = query;
        return query.get('echostr') ?? '';
      });
      expect(await stage.simulator.setCallback(other.url)).toBeUndefined();
      await other.close();
      expect([...asked.keys()]).toEqual(['signature', 'timestamp', 'nonce', 'echostr']);
    }));
});

describe.concurrent('a message to the account', () => {
  test('arrives encrypted, with the fields of the encrypted mode in its query', () =>
    onStage(async (stage) => {
      await stage.phone.say('井盖 ]]> <b>');
      const received = (await arrived(stage, 2)).at(-1);
      expect([...(received?.query.keys() ?? [])]).toEqual([
        'signature',
        'timestamp',
        'nonce',
        'openid',
        'encrypt_type',
        'msg_signature',
      ]);
      expect(received?.query.get('encrypt_type')).toBe('aes');
      expect(received?.body).toMatch(/^<xml><ToUserName><!\[CDATA\[gh_anlin0000001\]\]><\/ToUserName><Encrypt>/);
      expect(received?.body).not.toContain('井盖');
      const { id: openid } = stage.phone;
      const head = `<xml><ToUserName><!\\[CDATA\\[gh_anlin0000001\\]\\]></ToUserName><FromUserName><!\\[CDATA\\[${openid}\\]\\]></FromUserName><CreateTime>\\d{10}</CreateTime>`;
      const tail =
        '<MsgType><!\\[CDATA\\[text\\]\\]></MsgType><Content><!\\[CDATA\\[井盖 \\]\\]\\]\\]><!\\[CDATA\\[> <b>\\]\\]></Content><MsgId>72500214126000\\d{5}</MsgId></xml>$';
      expect(await opened(stage)).toMatch(new RegExp(head + tail));
    }));

  test.each([
    ['an empty body', {}],
    ['success', { body: 'success' }],
  ])('is taken with %s', (_, answer) =>
    onStage(async (stage) => {
      stage.product.answers(answer);
      await stage.phone.say('在吗');
      await settled(stage, 1, 'taken');
      expect(stage.product.received).toHaveLength(2);
    }),
  );

  test('is posted while an earlier one has no answer yet', () =>
    onStage(async (stage) => {
      const first = Promise.withResolvers<{ body: string }>();
      stage.product.answers(() => first.promise, { body: 'success' });
      await stage.phone.say('一');
      await arrived(stage, 2);
      await stage.phone.say('二');
      expect(await opened(stage, 3)).toContain('二');
      first.resolve({ body: '' });
      await settled(stage, 1, 'taken', 'taken');
    }));

  test('can be posted several times at once', () =>
    onStage(async (stage) => {
      await stage.phone.send({ text: '在吗', copies: 3 });
      const [, ...copies] = await arrived(stage, 4);
      expect(new Set(copies.map(({ body }) => body)).size).toBe(1);
      expect((await stage.phone.messages()).filter(({ from }) => from === 'person')).toHaveLength(1);
    }));

  test('has five seconds for its answer', () => {
    expect(ANSWER_WITHIN_MS).toBe(5000);
  });
});

describe.concurrent('a message that is not taken', () => {
  test.each([
    ['HTTP 500', { status: 500 }],
    ['HTTP 204', { status: 204 }],
    ['HTTP 302', { status: 302 }],
    ['another word', { body: 'ok' }],
    ['a line break', { body: 'success\n' }],
    ['no answer in time', { hang: true }],
  ] as const)('comes three times with the same bytes after %s, then is lost', (_, answer) =>
    onStage(async (stage) => {
      stage.product.answers(answer);
      await stage.phone.say('在吗');
      await settled(stage, 1, 'lost');
      const [, first, ...others] = stage.product.received;
      expect(others).toHaveLength(2);
      for (const again of others) {
        expect(again.body).toBe(first?.body);
        expect(String(again.query)).toBe(String(first?.query));
      }
      expect((await outcomes(stage))[0]?.refusals).toHaveLength(3);
      expect((await stage.phone.newest())?.text).toBe('该公众号暂时无法提供服务，请稍后再试');
      expect((await stage.phone.newest())?.from).toBe('platform');
    }, SHORT_MS),
  );

  test('at first, but at the third try, is not lost', () =>
    onStage(async (stage) => {
      stage.product.answers({ status: 500 }, { hang: true }, { body: '' });
      await stage.phone.say('在吗');
      await settled(stage, 1, 'taken');
      expect(await arrived(stage, 4)).toHaveLength(4);
      expect((await outcomes(stage))[0]?.refusals).toEqual(['HTTP 500', `no answer in ${SHORT_MS} ms`]);
      expect((await stage.phone.newest())?.from).toBe('person');
    }, SHORT_MS));

  test('that is refused comes again only when the time for its answer is over', () =>
    onStage(async (stage) => {
      stage.product.answers({ status: 500 }, { body: 'success' });
      await stage.phone.say('在吗');
      const refused = { outcome: 'open', refusals: ['HTTP 500'] };
      await vi.waitFor(async () => expect((await outcomes(stage))[0]).toMatchObject(refused), { timeout: PATIENCE_MS });
      // The next message is taken while the first one waits.
      await stage.phone.say('还在吗');
      await settled(stage, 1, 'open', 'taken');
      expect(stage.product.received).toHaveLength(3);
    }, 60_000));
});

describe.concurrent('a passive reply', () => {
  const keys = () => callbackKeys(DEMO_ACCOUNT);
  const FIELDS = { timestamp: '1764288000', nonce: '7' };
  const inner = (change: object = {}) =>
    xml({ ToUserName: 'o', FromUserName: 'gh', CreateTime: 1, MsgType: 'text', Content: '收到', ...change });
  const envelope = (message: string, change: object = {}) => {
    const { encrypted, signature, timestamp, nonce } = sealMessage(message, keys(), FIELDS);
    return xml({ Encrypt: encrypted, MsgSignature: signature, TimeStamp: timestamp, Nonce: nonce, ...change });
  };

  test('that is encrypted and signed is shown, without a window', () =>
    onStage(async (stage) => {
      stage.product.answers({ body: envelope(inner()) });
      await stage.phone.say('在吗');
      await settled(stage, 1, 'taken');
      expect(await stage.phone.newest()).toMatchObject({ from: 'account', text: '收到' });
    }, SHORT_MS));

  test.each([
    ['in the clear', () => inner()],
    ['with another signature', () => envelope(inner(), { MsgSignature: '0'.repeat(40) })],
    ['over another body', () => envelope(inner(), { Encrypt: encryptMessage(inner(), keys()) })],
    ['without content', () => envelope(inner({ Content: '' }))],
    ['without a receiver', () => envelope(inner({ ToUserName: '' }))],
    ['of an unknown type', () => envelope(inner({ MsgType: 'x' }))],
    ['with a DOCTYPE', () => `<!DOCTYPE xml>${envelope(inner())}`],
  ])('%s is not taken', (_, body) =>
    onStage(async (stage) => {
      stage.product.answers({ body: body() }, { body: 'success' });
      await stage.phone.say('在吗');
      await settled(stage, 1, 'taken');
      expect((await outcomes(stage))[0]?.refusals).toHaveLength(1);
    }, SHORT_MS),
  );
});
