import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outcomeOf } from '../../src/channels/telegram/outcome.ts';
import { readUpdate } from '../../src/channels/telegram/read-update.ts';
import { splitText } from '../../src/channels/telegram/split-text.ts';
import { openTelegram } from '../../src/channels/telegram/telegram.ts';
import { openWebhook } from '../../src/channels/telegram/webhook.ts';
import { startSimulator } from '../../src/demo/simulator/server.ts';
import { openLog, redact } from '../../src/log.ts';
import { freePort } from '../../src/store/free-port.ts';
import { injectFault } from '../faults/bot-api.ts';
import { Phone } from '../phone.ts';
import type { Rig } from './conformance.ts';
import { conformance } from './conformance.ts';

const silent = openLog('error', [], () => {});
const SECRET = 'a-secret-of-32-letters-and-digits';

/** The Telegram channel over the simulator, with polling or a webhook. */
async function openRig(mode: 'polling' | 'webhook'): Promise<Rig> {
  const simulator = await startSimulator({ port: 0, limits: false });
  const port = await freePort();
  const webhook = mode === 'webhook' ? { webhook: { url: `http://127.0.0.1:${port}/hook`, secret: SECRET } } : {};
  const base = { token: simulator.token, log: silent, now: Date.now, mayPoll: () => true, ...webhook };
  const channel = openTelegram({ ...base, apiRoot: simulator.url });
  const nowhere = openTelegram({ ...base, apiRoot: `http://127.0.0.1:${await freePort()}` });
  let away = false;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      const headers = new Headers(request.headers as Record<string, string>);
      const call = new Request(`http://x${request.url}`, { method: 'POST', headers, body: Buffer.concat(chunks) });
      const answer = await channel.webhook?.handle(call);
      response.writeHead(answer?.status ?? 404, Object.fromEntries(answer?.headers ?? []));
      response.end();
    });
  });
  if (mode === 'webhook') await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  const phone = await Phone.of(simulator.url);
  const silentOne = await Phone.of(simulator.url);
  // Telegram lets a bot write only to people who have started it.
  await phone.say('/start');
  simulator.world.confirm([...simulator.world.waiting.keys()]);
  const fault = (kind: string) => injectFault(simulator.url, { kind, retry_after: 2 });
  return {
    channel: {
      ...channel,
      send: (to, message) => {
        const through = away ? nowhere : channel;
        away = false;
        return through.send(to, message);
      },
    },
    person: `telegram:${phone.id}`,
    stranger: `telegram:${silentOne.id}`,
    seen: async () =>
      (await phone.messages()).map(({ text = '', buttons }) => ({ text, labels: buttons.flat().map((b) => b.text) })),
    says: async (text) => void (await phone.say(text)),
    taps: (label) => phone.tap(label),
    sendsPhoto: async () => void (await phone.send({ photo: 'manhole' })),
    sendsLocation: async () => void (await phone.send({ location: { latitude: 31.5, longitude: 119.5 } })),
    breaks: async (how) => {
      if (how === 'refused_connection') away = true;
      else await fault(how === 'wait' ? '429' : 'cut_after');
    },
    close: async () => {
      await new Promise((done) => server.close(done));
      await simulator.close();
      await nowhere.close();
    },
  };
}

conformance('Telegram by polling', () => openRig('polling'));
conformance('Telegram by webhook', () => openRig('webhook'));

describe('the webhook', () => {
  const handled: unknown[] = [];
  let storeAway = false;
  const { handle, path } = openWebhook(
    { url: 'https://bot.example/telegram/abc', secret: SECRET },
    async (update) => {
      if (storeAway) throw new Error('away');
      handled.push(update);
    },
    silent,
  );
  const call = (body: string, headers: Record<string, string> = {}, method = 'POST') =>
    handle(new Request('http://x/telegram/abc', { method, headers, ...(method === 'GET' ? {} : { body }) }));
  const secret = { 'x-telegram-bot-api-secret-token': SECRET };

  test('has the path of its URL', () => expect(path).toBe('/telegram/abc'));

  test.each([
    ['no secret', '{"update_id":1}', {}, 401],
    ['a wrong secret', '{"update_id":1}', { 'x-telegram-bot-api-secret-token': `${SECRET}x` }, 401],
    ['no JSON', 'hello', secret, 400],
    ['too much', `{"update_id":1,"x":"${'x'.repeat(1_000_001)}"}`, secret, 400],
  ] as const)('refuses a call with %s and handles no update', async (_what, body, headers, status) => {
    const before = handled.length;
    expect((await call(body, headers)).status).toBe(status);
    expect(handled.length).toBe(before);
  });

  test('refuses a GET', async () => expect((await call('', secret, 'GET')).status).toBe(405));

  test('answers 200 after the commit of the update, and 503 with Retry-After while the store is away', async () => {
    expect((await call('{"update_id":1}', secret)).status).toBe(200);
    storeAway = true;
    const refused = await call('{"update_id":2}', secret);
    storeAway = false;
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '3']);
  });
});

describe('an update', () => {
  const from = { id: 7, is_bot: false, first_name: '周', language_code: 'zh-hans' };
  const chat = { id: 7, type: 'private' };
  const message = (more: object) => ({ update_id: 5, message: { message_id: 1, date: 1000, chat, from, ...more } });
  const contentOf = (update: object) => {
    const read = readUpdate(update, 0);
    return read.type === 'inbound' ? read.inbound.content : read.type;
  };

  test.each([
    [message({ text: '你好' }), { type: 'text', text: '你好' }],
    [message({ text: '/start' }), { type: 'start', payload: '' }],
    [message({ text: '/start qr_17' }), { type: 'start', payload: 'qr_17' }],
    [message({ text: '/start <script>' }), { type: 'text', text: '/start <script>' }],
    [message({ location: { latitude: 1, longitude: 2 } }), { type: 'location', point: { latitude: 1, longitude: 2 } }],
    [message({ location: { latitude: 1, longitude: 2, live_period: 60 } }), { type: 'other', what: 'live_location' }],
    [message({ contact: { phone_number: '138', first_name: 'x', user_id: 7 } }), { type: 'contact', phone: '138' }],
    [
      message({ contact: { phone_number: '138', first_name: 'x', user_id: 8 } }),
      { type: 'other', what: 'foreign_contact' },
    ],
    [message({ contact: { phone_number: '138', first_name: 'x' } }), { type: 'other', what: 'foreign_contact' }],
    [message({ document: { file_id: 'x' } }), { type: 'other', what: 'document' }],
    [message({ sticker: {} }), { type: 'other', what: 'unknown' }],
    [message({ text: 'x', chat: { id: -100, type: 'supergroup' } }), 'ignored'],
    [message({ text: 'x', from: { ...from, is_bot: true } }), 'ignored'],
    [{ update_id: 6, poll: {} }, 'ignored'],
    [{ update_id: 6, something_new: { a: 1 } }, 'ignored'],
  ] as const)('%j is read as %j', (update, content) => expect(contentOf(update)).toEqual(content));

  test.each([
    null,
    [],
    'text',
    {},
    { update_id: 'x' },
    { update_id: 1.5 },
    { update_id: 2 ** 60 },
    message({ text: 'x'.repeat(4097) }),
    message({ text: { $gt: '' } }),
    message({ location: { latitude: 91, longitude: 0 } }),
    message({ location: { latitude: '1', longitude: 0 } }),
    message({ photo: [] }),
    message({ photo: [{ file_id: '../../etc/passwd', file_unique_id: 'x', width: 1, height: 1 }] }),
    { update_id: 1, callback_query: { id: 'q', from, data: 'x'.repeat(65) } },
  ])('%j is malformed', (update) => expect(readUpdate(update, 0).type).toBe('malformed'));
});

describe('the outcome of a refused call', () => {
  const refused = async (status: number, body: string) => {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(body);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as { port: number };
    const base = { token: '42:x', log: silent, now: Date.now, mayPoll: () => false };
    const channel = openTelegram({ ...base, apiRoot: `http://127.0.0.1:${port}` });
    const outcome = await channel.send('telegram:1', { text: 'x' });
    await channel.close();
    server.close();
    return outcome;
  };
  const no = (code: number, description: string, parameters = {}) =>
    JSON.stringify({ ok: false, error_code: code, description, parameters });

  test.each([
    [403, no(403, 'Forbidden: bot was blocked by the user'), 'gone'],
    [403, no(403, 'Forbidden: user is deactivated'), 'gone'],
    [403, no(403, 'Forbidden: bot was kicked from the supergroup chat'), 'gone'],
    [400, no(400, 'Bad Request: chat not found'), 'gone'],
    [400, no(400, 'Bad Request: message is too long'), 'rejected'],
    [400, no(400, 'Bad Request: something unheard of'), 'rejected'],
    [406, no(406, 'whatever'), 'rejected'],
    [429, no(429, 'Too Many Requests: retry after 7', { retry_after: 7 }), 'later'],
    [401, no(401, 'Unauthorized'), 'later'],
    [404, no(404, 'Not Found'), 'later'],
    [500, no(500, 'Internal Server Error'), 'unknown'],
    [502, '<html>Bad Gateway</html>', 'unknown'],
    [403, '<html>blocked by the firewall</html>', 'later'],
    [200, 'not json', 'unknown'],
    [400, no(400, 'Bad Request: group chat was upgraded to a supergroup chat', { migrate_to_chat_id: -100 }), 'moved'],
  ] as const)('%s %s is "%s"', async (status, body, type) => expect((await refused(status, body)).type).toBe(type));

  test('of an error in the bot itself is "rejected", not an outage', () =>
    expect(outcomeOf(new TypeError('x')).type).toBe('rejected'));
});

describe('a long text', () => {
  test('is cut between sentences, never within a character, and keeps its emphasis', () => {
    const text = `${'一二三四五。'.repeat(10)}👨‍👩‍👧${'六七八'.repeat(30)}`;
    const pieces = splitText(text, [{ type: 'bold', offset: 3, length: 100 }], 40);
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
    for (const { text: part, marks } of pieces) {
      expect(part.length).toBeLessThanOrEqual(40);
      expect(part.isWellFormed()).toBe(true);
      for (const { offset, length } of marks) expect(offset + length).toBeLessThanOrEqual(part.length);
    }
    expect(pieces[0]?.text.endsWith('。')).toBe(true);
  });
});

describe('a token', () => {
  let said: string[];
  beforeAll(() => {
    said = [];
  });
  afterAll(() => expect(said.join('')).not.toContain('AAH-secretsecretsecretsecretsecret00'));

  test('is removed from every log line', () => {
    const token = '123456789:AAH-secretsecretsecretsecretsecret00';
    const log = openLog('debug', [token], (line) => said.push(line));
    const cause = new Error(`request to https://api.telegram.org/bot${token}/getMe failed`);
    log.error({ err: new Error('outer', { cause }), url: `/bot${token}/x` }, `text ${token}`);
    expect(said.join('')).toMatch(/\[(token|secret)\]/);
    expect(redact(`bot${token}`)).toBe('bot[token]');
  });
});
