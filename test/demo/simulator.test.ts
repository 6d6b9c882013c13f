import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { moveClock } from '../../src/demo/simulator/move-clock.ts';
import type { Simulator } from '../../src/demo/simulator/server.ts';
import { startSimulator } from '../../src/demo/simulator/server.ts';
import { World } from '../../src/demo/simulator/world.ts';
import { Phone } from '../phone.ts';

/** The simulator reads only a photo's first bytes. */
const JPEG = new Uint8Array([0xff, 0xd8, 0xff, 0xe0]);

let simulator: Simulator;
let phone: Phone;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anlin-sim-'));
  simulator = await startSimulator({ port: 0, file: join(folder, 'sim.jsonl') });
  phone = await Phone.of(simulator.url);
});
afterEach(async () => {
  await simulator.close();
  rmSync(folder, { recursive: true, force: true });
});

type Answer = {
  readonly ok: boolean;
  readonly error_code?: number;
  readonly description?: string;
  readonly parameters?: { retry_after?: number };
};

async function call<T = { message_id: number }>(method: string, body: object = {}): Promise<Answer & { result: T }> {
  const response = await fetch(`${simulator.url}/bot${simulator.token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Answer & { result: T };
  expect(response.status).toBe(answer.ok ? 200 : answer.error_code);
  return answer;
}

describe('the simulator refuses in Telegram’s words', () => {
  beforeEach(() => phone.say('/start'));
  const to = () => ({ chat_id: phone.id });
  const button = (callback_data: string) => ({ inline_keyboard: [[{ text: '好', callback_data }]] });

  test.each([
    ['sendMessage', { text: 'x' }, 'Bad Request: chat_id is empty'],
    ['sendMessage', { chat_id: 5, text: 'x' }, 'Bad Request: chat not found'],
    ['sendMessage', { text: '  ', me: true }, 'Bad Request: message text is empty'],
    ['sendMessage', { text: 'x'.repeat(4097), me: true }, 'Bad Request: message is too long'],
    ['sendMessage', { text: 'x', reply_markup: button('字'.repeat(22)), me: true }, 'Bad Request: BUTTON_DATA_INVALID'],
    [
      'sendMessage',
      { text: 'x', reply_markup: button(''), me: true },
      "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    [
      'sendMessage',
      { text: 'x', reply_markup: { inline_keyboard: [{ text: '好' }] }, me: true },
      'Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
    ],
    ['sendMessage', { text: 'x', reply_markup: [], me: true }, 'Bad Request: object expected as reply markup'],
    ['sendLocation', { latitude: 31.5, me: true }, 'Bad Request: longitude is empty'],
    [
      'sendMessage',
      { text: 'x', reply_markup: 'nonsense', me: true },
      "Bad Request: can't parse reply keyboard markup JSON object",
    ],
    [
      'sendMessage',
      { text: 'x', entities: [{ type: 'bold', offset: 0, length: 9 }], me: true },
      'Bad Request: ENTITY_BOUNDS_INVALID',
    ],
    ['sendMessage', { text: '*x*', parse_mode: 'Markdown', me: true }, 'Bad Request: unsupported parse_mode'],
    ['sendPhoto', { photo: 'no-such-file', me: true }, 'Bad Request: wrong file identifier/HTTP URL specified'],
    [
      'sendPhoto',
      { photo: 'https://x.example/a.jpg', me: true },
      'Bad Request: wrong file identifier/HTTP URL specified',
    ],
    ['sendPhoto', { caption: '**x**', parse_mode: 'Markdown', me: true }, 'Bad Request: unsupported parse_mode'],
    ['sendVoice', { me: true }, 'Bad Request: there is no voice in the request'],
    [
      'sendMediaGroup',
      { media: [{ type: 'photo', media: 'attach://x' }], me: true },
      "Bad Request: can't parse InputMedia: media not found",
    ],
    [
      'sendMediaGroup',
      { media: [{ type: 'sticker', media: 'x' }], me: true },
      'Bad Request: can\'t parse InputMedia: type "sticker" is unsupported',
    ],
    ['editMessageText', { message_id: 999, text: 'x', me: true }, 'Bad Request: message to edit not found'],
    ['editMessageText', { message_id: 1, text: 'x', me: true }, "Bad Request: message can't be edited"],
    [
      'answerCallbackQuery',
      { callback_query_id: 'x' },
      'Bad Request: query is too old and response timeout expired or query ID is invalid',
    ],
    ['setMyCommands', { commands: [{ command: '上报', description: 'x' }] }, 'Bad Request: BOT_COMMAND_INVALID'],
    ['launchRocket', {}, 'Not Found: method not found'],
  ] as const)('%s %j: %s', async (method, body, description) => {
    const { me, ...rest } = body as { me?: boolean };
    expect(await call(method, me ? { ...to(), ...rest } : rest)).toMatchObject({ ok: false, description });
  });

  test('the same edit twice is refused', async () => {
    const { result } = await call('sendMessage', { ...to(), text: 'a', reply_markup: button('x') });
    const edit = { ...to(), message_id: result.message_id, text: 'b', reply_markup: button('x') };
    expect((await call('editMessageText', edit)).ok).toBe(true);
    expect((await call('editMessageText', edit)).description).toMatch(/message is not modified/);
  });

  test('a caption for a text message and an album of photos and documents are refused', async () => {
    const { result } = await call('sendMessage', { ...to(), text: 'a' });
    const caption = await call('editMessageCaption', { ...to(), message_id: result.message_id, caption: 'b' });
    expect(caption.description).toBe('Bad Request: there is no caption in the message to edit');
    await phone.send({ photo: 'manhole' });
    await phone.send({ document: 'manhole' });
    const [photo, document] = [...simulator.world.files.keys()];
    const media = [
      { type: 'photo', media: photo },
      { type: 'document', media: document },
    ];
    expect((await call('sendMediaGroup', { ...to(), media })).description).toBe(
      "Bad Request: document can't be mixed with other media types",
    );
  });

  test('a message with a keyboard cannot be edited', async () => {
    const { result } = await call('sendMessage', {
      ...to(),
      text: 'a',
      reply_markup: { keyboard: [[{ text: '好' }]] },
    });
    expect((await call('editMessageText', { ...to(), message_id: result.message_id, text: 'b' })).description).toMatch(
      /can't be edited/,
    );
  });

  test('a message to a person who never started the bot, or who blocked it, is refused', async () => {
    const stranger = await Phone.of(simulator.url);
    expect(await call('sendMessage', { chat_id: stranger.id, text: 'x' })).toMatchObject({ error_code: 403 });
    await phone.block();
    expect(await call('sendMessage', { ...to(), text: 'x' })).toMatchObject({
      error_code: 403,
      description: 'Forbidden: bot was blocked by the user',
    });
  });

  test('more than a burst in one chat, or more than 30 messages a second overall, is refused', async () => {
    // The clock stands still: on a slow machine the sends would otherwise spread over several seconds.
    vi.spyOn(simulator.world, 'now').mockReturnValue(Date.now());
    const answers = await Promise.all(Array.from({ length: 8 }, () => call('sendMessage', { ...to(), text: 'x' })));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(5);
    expect(answers.find(({ ok }) => !ok)).toMatchObject({ error_code: 429, parameters: { retry_after: 1 } });
    const others = await Promise.all(Array.from({ length: 40 }, () => Phone.of(simulator.url)));
    await Promise.all(others.map((other) => other.say('/start')));
    const many = await Promise.all(others.map(({ id }) => call('sendMessage', { chat_id: id, text: 'x' })));
    expect(many.filter(({ ok }) => ok).length).toBeLessThanOrEqual(25);
  });

  test('more than twenty messages a minute in a group are refused', async () => {
    const body = JSON.stringify({ first_name: '锦绣社区群', group: true });
    const { id } = await (
      await fetch(`${simulator.url}/sim/people`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      })
    ).json();
    const answers = await Promise.all(
      Array.from({ length: 22 }, () => call('sendMessage', { chat_id: id, text: 'x' })),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(20);
    expect(answers.find(({ ok }) => !ok)?.parameters?.retry_after).toBeGreaterThan(50);
  });

  test('a wrong token is refused', async () => {
    const response = await fetch(`${simulator.url}/bot1:wrong/getMe`);
    expect([response.status, await response.json()]).toEqual([
      401,
      { ok: false, error_code: 401, description: 'Unauthorized' },
    ]);
  });
});

describe('the simulator refuses what a real phone cannot send', () => {
  const send = (body: object) =>
    fetch(`${simulator.url}/sim/people/${phone.id}/send`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  test.each([
    {},
    { text: '   ' },
    { text: 'x'.repeat(4097) },
    { photo: '' },
    { photo: 'no-such-sample' },
    { voice: 0 },
    { location: { latitude: 999, longitude: 0 } },
  ])('%j is refused', async (body) => expect((await send(body)).status).toBe(400));

  test('callback data that is empty or longer than 64 bytes is refused', async () => {
    await phone.say('/start');
    const { result } = await call('sendMessage', { chat_id: phone.id, text: 'x' });
    await expect(phone.forge(result.message_id, 'x'.repeat(65))).rejects.toThrow(/64 bytes/);
    await expect(phone.forge(result.message_id, '')).rejects.toThrow(/64 bytes/);
  });
});

describe('behaviour that third-party clients need', () => {
  test('commands carry their entity, and method names are case-insensitive', async () => {
    await phone.say('/start now');
    const { result } = await call<{ message?: { entities?: object[] } }[]>('getupdates', { timeout: 0 });
    expect(result[0]?.message?.entities).toEqual([{ type: 'bot_command', offset: 0, length: 6 }]);
    expect((await call('SETWEBHOOK', { url: 'http://127.0.0.1:9/' })).ok).toBe(true);
  });

  test('a keyboard without buttons leaves the current keyboard in place', async () => {
    await phone.say('/start');
    const to = { chat_id: phone.id, text: 'x' };
    await call('sendMessage', { ...to, reply_markup: { keyboard: [['好']] } });
    for (const reply_markup of [{}, { keyboard: [] }]) {
      expect((await call('sendMessage', { ...to, reply_markup })).ok).toBe(true);
    }
    expect(simulator.world.keyboards.get(phone.id)?.keyboard).toEqual([['好']]);
    await call('sendMessage', { ...to, reply_markup: { remove_keyboard: true } });
    expect(simulator.world.keyboards.get(phone.id)?.keyboard).toEqual([]);
  });

  test('a negative offset returns the last updates and drops the others', async () => {
    for (const text of ['1', '2', '3']) await phone.say(text);
    const texts = async (offset: number) =>
      (await call<{ message: { text: string } }[]>('getUpdates', { offset, timeout: 0 })).result.map(
        ({ message }) => message.text,
      );
    expect(await texts(-1)).toEqual(['3']);
    expect(await texts(0)).toEqual(['3']);
  });

  test('either size of a photo can be sent again, and an album is sent whole or not at all', async () => {
    await phone.send({ photo: 'manhole' });
    const { result } = await call<{ message: { photo: { file_id: string }[] } }[]>('getUpdates', { timeout: 0 });
    const [small, large] = result[0]?.message.photo ?? [];
    const to = { chat_id: phone.id };
    expect((await call('sendPhoto', { ...to, photo: small?.file_id })).ok).toBe(true);
    const media = [
      { type: 'photo', media: large?.file_id },
      { type: 'photo', media: 'nosuch' },
    ];
    const before = (await phone.messages()).length;
    expect((await call('sendMediaGroup', { ...to, media })).ok).toBe(false);
    expect((await phone.messages()).length).toBe(before);
  });

  test('the call log shows the outcome of each call, even of a delivered call with an error answer', async () => {
    await phone.say('/start');
    const fault = JSON.stringify({ method: 'sendMessage', kind: '500_after', times: 1 });
    await fetch(`${simulator.url}/sim/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: fault,
    });
    await call('sendMessage', { chat_id: phone.id, text: 'x' });
    const calls = await (await fetch(`${simulator.url}/sim/calls?after=0`)).json();
    expect(calls).toEqual([
      {
        n: 1,
        at_ms: expect.any(Number),
        params: expect.stringContaining('chat_id'),
        method: 'sendMessage',
        chat_id: phone.id,
        ok: false,
        error_code: 500,
        message_id: expect.any(Number),
      },
    ]);
  });
});

describe('updates', () => {
  type Got = { update_id: number; message?: { text: string }; callback_query?: { id: string; data: string } };
  const get = (body: object = {}) => call<Got[]>('getUpdates', { timeout: 0, ...body });

  test('updates wait until a higher offset confirms them', async () => {
    await phone.say('eins');
    const [first] = (await get()).result;
    expect((await get()).result).toHaveLength(1);
    expect((await get({ offset: (first?.update_id ?? 0) + 1 })).result).toEqual([]);
  });

  test('a long poll answers at the next update, and a second poller ends the first', async () => {
    const waiting = get({ timeout: 20 });
    await new Promise((done) => setTimeout(done, 50));
    const second = get({ timeout: 20 });
    expect(await waiting).toMatchObject({ error_code: 409 });
    await phone.say('da');
    expect((await second).result).toHaveLength(1);
  });

  test('a callback expires after 150 seconds, a message after a day', async () => {
    await phone.say('/start');
    const reply_markup = { inline_keyboard: [[{ text: '好', callback_data: 'x' }]] };
    await call('sendMessage', { chat_id: phone.id, text: '?', reply_markup });
    await phone.tap('好');
    const kinds = async () => (await get()).result.map((update) => Object.keys(update)[1]);
    expect(await kinds()).toEqual(['message', 'callback_query']);
    simulator.world.advanceClock(151);
    expect(await kinds()).toEqual(['message']);
    simulator.world.advanceClock(24 * 3600);
    expect(await kinds()).toEqual([]);
  });

  test('getUpdates beside a webhook is a conflict, and a webhook needs a valid URL and secret', async () => {
    expect((await call('setWebhook', { url: 'ftp://x' })).ok).toBe(false);
    expect((await call('setWebhook', { url: 'http://127.0.0.1:9/', secret_token: 'ä' })).ok).toBe(false);
    expect((await call('setWebhook', { url: 'http://127.0.0.1:9/' })).ok).toBe(true);
    expect(await get()).toMatchObject({ error_code: 409 });
    await phone.say('x');
    await vi.waitFor(async () => {
      const { result } = await call<{ last_error_message?: string; pending_update_count: number }>('getWebhookInfo');
      expect(result).toMatchObject({
        pending_update_count: 1,
        last_error_message: expect.stringContaining('Connection failed'),
      });
    });
  });
});

test('people, messages, edits, waiting updates and clock survive a kill', async () => {
  await phone.say('/start');
  const { result } = await call('sendMessage', { chat_id: phone.id, text: 'a' });
  await call('editMessageText', { chat_id: phone.id, message_id: result.message_id, text: 'b' });
  simulator.world.advanceClock(3600);
  const before = await phone.messages();
  const again = await startSimulator({ port: 0, file: join(folder, 'sim.jsonl') });
  const seen = await (await fetch(`${again.url}/sim/people/${phone.id}/messages`)).json();
  expect(seen).toEqual(before);
  expect(again.world.waiting.size).toBe(1);
  expect(again.world.now() - Date.now()).toBeGreaterThan(3_590_000);
  await again.close();
});

test('a followed clock stops at each announcement and at least every ten minutes; otherwise it moves at once', async () => {
  const world = new World();
  const start = world.now();
  await moveClock(world, 3600);
  expect(world.now() - start).toBeGreaterThanOrEqual(3600_000);
  const begun = world.now();
  const announcements = [7, 8, 32].map((minute) => begun + minute * 60_000);
  const stops: number[] = [];
  await moveClock(world, 3600, async () => {
    stops.push(Math.round((world.now() - begun) / 60_000));
    return announcements.find((at) => at > world.now());
  });
  expect(stops).toEqual([0, 7, 8, 18, 28, 32, 42, 52, 60]);
});

test('the simulator accepts forms, multipart and query parameters as well as JSON', async () => {
  await phone.say('/start');
  const url = `${simulator.url}/bot${simulator.token}/`;
  const form = new URLSearchParams({
    chat_id: String(phone.id),
    text: 'form',
    reply_markup: '{"inline_keyboard":[[{"text":"好","callback_data":"x"}]]}',
  });
  expect(((await (await fetch(`${url}sendMessage`, { method: 'POST', body: form })).json()) as Answer).ok).toBe(true);
  const parts = new FormData();
  parts.set('chat_id', String(phone.id));
  parts.set('photo', new Blob([JPEG]), 'a.jpg');
  expect(((await (await fetch(`${url}sendPhoto`, { method: 'POST', body: parts })).json()) as Answer).ok).toBe(true);
  const query = await fetch(`${url}sendMessage?chat_id=${phone.id}&text=query`);
  expect(((await query.json()) as Answer).ok).toBe(true);
});

test('the simulator refuses to start beside a real token', async () => {
  process.env.TELEGRAM_TOKEN = '123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
  await expect(startSimulator({ port: 0 })).rejects.toThrow(/does not start beside a real TELEGRAM_TOKEN/);
  delete process.env.TELEGRAM_TOKEN;
});

test('only calls from this machine’s own pages and programs are answered', async () => {
  const { port } = new URL(simulator.url);
  const statusOf = (headers: Record<string, string>, body = '{}') =>
    new Promise<number | undefined>((done, fail) => {
      request({ host: '127.0.0.1', port, path: '/sim/people', method: 'POST', headers }, (answer) => {
        answer.resume();
        done(answer.statusCode);
      })
        .on('error', fail)
        .end(body);
    });
  const json = { 'content-type': 'application/json' };
  const own = `127.0.0.1:${port}`;
  const person = '{"first_name":"周阿姨"}';
  expect(await statusOf({ ...json, host: own, origin: `http://${own}` }, person)).toBe(200);
  expect(await statusOf({ ...json, host: own }, person)).toBe(200);
  expect(await statusOf({ ...json, host: 'attacker.example' })).toBe(403);
  expect(await statusOf({ ...json, host: own, origin: 'https://attacker.example' })).toBe(403);
  expect(await statusOf({ ...json, host: own, origin: 'null' })).toBe(403);
  expect(await statusOf({ 'content-type': 'text/plain', host: own })).toBe(415);
});
