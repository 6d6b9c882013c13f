import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Channel, Outgoing } from '../../src/channels/channel.ts';
import { splitText } from '../../src/channels/split-text.ts';
import { outcomeOf } from '../../src/channels/telegram/outcome.ts';
import { readUpdate } from '../../src/channels/telegram/read-update.ts';
import { openTelegram } from '../../src/channels/telegram/telegram.ts';
import { openWebhook } from '../../src/channels/telegram/webhook.ts';
import type { Simulator } from '../../src/demo/simulator/server.ts';
import { startSimulator } from '../../src/demo/simulator/server.ts';
import { openLog, redact } from '../../src/log.ts';
import { freePort } from '../../src/store/start/free-port.ts';
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
      send: (to, message, key) => {
        const through = away ? nowhere : channel;
        away = false;
        return through.send(to, message, key);
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
      else await fault(({ wait: '429', lost: 'cut_after', cut_before: 'cut_before' } as const)[how]);
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
    const outcome = await channel.send('telegram:1', { text: 'x' }, '1');
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

describe('a part of a message that a chat refuses', () => {
  let simulator: Simulator;
  let channel: Channel;
  let phone: Phone;
  beforeAll(async () => {
    simulator = await startSimulator({ port: 0, limits: false });
    const base = { token: simulator.token, log: silent, now: Date.now, mayPoll: () => false };
    channel = openTelegram({ ...base, apiRoot: simulator.url });
    phone = await Phone.of(simulator.url);
    await phone.say('/start');
  });
  afterAll(async () => {
    await channel.close();
    await simulator.close();
  });
  const choices = [[{ id: 'heard', label: '知道了' }], [{ id: '', label: '看详情', url: 'https://city.example/a' }]];
  const PICTURE = Buffer.from('ffd8ffe0', 'hex').toString('base64');
  const MEDIA = {
    voice: { method: 'sendVoice', message: { voice: 'voice000001' } },
    photo: { method: 'sendPhoto', message: { photo: 'photo000001' } },
    file: { method: 'sendDocument', message: { file: { name: 'a.csv', text: 'a,b' } } },
    picture: { method: 'sendPhoto', message: { file: { name: 'a.png', text: PICTURE, base64: true, picture: true } } },
    pin: { method: 'sendLocation', message: { pin: { latitude: 31, longitude: 119 } } },
  } as const;
  const sent = async (message: Outgoing, refusal?: { readonly method: string; readonly description: string }) => {
    if (refusal) await injectFault(simulator.url, { kind: 'refused', ...refusal });
    const before = (await phone.messages()).length;
    const outcome = await channel.send(`telegram:${phone.id}`, message, '1');
    return { outcome, seen: (await phone.messages()).slice(before) };
  };

  test.each([
    ['voice', 'Bad Request: VOICE_MESSAGES_FORBIDDEN'],
    ['voice', 'Forbidden: VOICE_MESSAGES_FORBIDDEN'],
    ['voice', 'Forbidden: CHAT_SEND_VOICES_FORBIDDEN'],
    ['voice', 'Bad Request: not enough rights to send voice notes to the chat'],
    ['voice', 'Bad Request: wrong remote file identifier specified: Wrong character in the string'],
    ['photo', 'Forbidden: CHAT_SEND_PHOTOS_FORBIDDEN'],
    ['photo', 'Bad Request: CHAT_SEND_MEDIA_FORBIDDEN'],
    ['photo', 'Bad Request: not enough rights to send photos to the chat'],
    ['photo', 'Bad Request: wrong file identifier/HTTP URL specified'],
    ['photo', 'Bad Request: an unheard-of refusal'],
    ['file', 'Forbidden: CHAT_SEND_DOCS_FORBIDDEN'],
    ['file', 'Bad Request: not enough rights to send documents to the chat'],
    ['picture', 'Bad Request: PHOTO_INVALID_DIMENSIONS'],
    ['pin', 'Bad Request: not enough rights to send locations to the chat'],
  ] as const)('a %s refused by “%s”: its words go alone, marked and with their buttons', async (what, description) => {
    const { method, message } = MEDIA[what];
    const words: Outgoing = { text: '照片见下', marks: [{ type: 'bold', offset: 0, length: 2 }], choices };
    const { outcome, seen } = await sent({ ...words, ...message }, { method, description });
    expect(outcome).toMatchObject({ type: 'sent', ref: String(seen[0]?.message_id) });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ text: words.text, entities: [{ type: 'bold' }] });
    expect(seen[0]?.buttons.flat().map(({ text }) => text)).toEqual(['知道了', '看详情']);
  });

  test('a file id that the simulator itself does not know takes no words along', async () => {
    for (const media of [{ photo: 'photo999999' }, { voice: 'voice999999' }, { photo: 'stored:none' }])
      expect((await sent({ text: '话', ...media })).seen).toMatchObject([{ text: '话' }]);
  });

  test.each([
    ['Bad Request: ENTITY_TEXTURL_INVALID', '看这里', ['知道了', '看详情']],
    ["Bad Request: can't parse entities in message text", '看这里', ['知道了', '看详情']],
    ['Bad Request: BUTTON_URL_INVALID', '看这里\n看详情: https://city.example/a', ['知道了']],
  ])('words refused by “%s” go on without that part', async (description, text, labels) => {
    const marks = [{ type: 'link', url: 'https://city.example', offset: 0, length: 1 }] as const;
    const { seen } = await sent({ text: '看这里', marks, choices }, { method: 'sendMessage', description });
    expect(seen).toMatchObject([{ text }]);
    expect(seen[0]?.buttons.flat().map((button) => button.text)).toEqual(labels);
  });

  test('a keyboard that the chat refuses leaves the words', async () => {
    const menu = [[{ label: '发送位置', shares: 'location' }]] as const;
    const description = 'Bad Request: location can be requested in private chats only';
    expect((await sent({ text: '在哪里？', menu }, { method: 'sendMessage', description })).seen).toMatchObject([
      { text: '在哪里？' },
    ]);
  });

  test('each part may be refused in turn; words that are refused themselves are rejected once', async () => {
    for (const [method, description] of [
      ['sendVoice', 'Bad Request: VOICE_MESSAGES_FORBIDDEN'],
      ['sendMessage', 'Bad Request: ENTITY_TEXTURL_INVALID'],
      ['sendMessage', 'Bad Request: BUTTON_DATA_INVALID'],
    ] as const)
      await injectFault(simulator.url, { kind: 'refused', method, description });
    const marks = [{ type: 'bold', offset: 0, length: 1 }] as const;
    expect((await sent({ text: '话', voice: 'voice000001', marks, choices: choices.slice(0, 1) })).seen).toMatchObject([
      { text: '话', buttons: [] },
    ]);
    const refusal = { method: 'sendMessage', description: 'Forbidden: CHAT_SEND_PLAIN_FORBIDDEN' };
    expect(await sent({ text: '话', choices }, refusal)).toMatchObject({ outcome: { type: 'rejected' }, seen: [] });
  });

  test.each(['cut_after', '500_after'])(
    'words that may have arrived (%s) are no reason for another form',
    async (kind) => {
      await injectFault(simulator.url, {
        kind: 'refused',
        method: 'sendVoice',
        description: 'Bad Request: VOICE_MESSAGES_FORBIDDEN',
      });
      await injectFault(simulator.url, { kind, method: 'sendMessage' });
      expect(await sent({ text: '话', voice: 'voice000001', choices })).toMatchObject({
        outcome: { type: 'unknown' },
        seen: [{ text: '话' }],
      });
      await injectFault(simulator.url, { kind, method: 'sendDocument' });
      expect((await sent({ text: '话', file: { name: 'a.csv', text: 'a' } })).outcome.type).toBe('unknown');
    },
  );

  test('a person who blocked the bot gets no second form', async () => {
    await injectFault(simulator.url, { kind: '403', method: 'sendVoice' });
    expect(await sent({ text: '话', voice: 'voice000001' })).toMatchObject({ outcome: { type: 'gone' }, seen: [] });
  });

  test('words too long for a caption go on in messages of their own, with the buttons under the last', async () => {
    const text = Array.from({ length: 500 }, (_, i) => `第${i}句话，在这里😀。`).join('');
    for (const media of [MEDIA.file.message, MEDIA.picture.message]) {
      const parts = channel.fit({ text, choices, ...media });
      expect(parts.map((part) => part.text).join('')).toBe(text);
      expect(parts.map(({ choices: under, file }) => [file !== undefined, under !== undefined])).toEqual([
        [true, false],
        [false, false],
        [false, true],
      ]);
      for (const part of parts) expect((await sent(part)).outcome.type).toBe('sent');
      // A message that was not split keeps all its words too.
      expect((await sent({ text: text.slice(0, 2000), ...media })).seen).toMatchObject([{ text: text.slice(0, 2000) }]);
    }
    expect(channel.fit({ text: '', photo: 'photo000001' })).toHaveLength(1);
  });
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
