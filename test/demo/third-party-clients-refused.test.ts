import { expect, test } from 'vitest';
import { Phone } from '../phone.ts';
import type { Client } from './third-party-clients/client.ts';
import { eachClient, JPEG } from './third-party-clients/each-client.ts';

type Attempt = (client: Client, chat: number) => Promise<unknown>;
const REFUSED: readonly (readonly [string, Attempt, string])[] = [
  ['a text that is too long', (client, chat) => client.text(chat, 'x'.repeat(4097)), 'message is too long'],
  ['an unknown chat', (client) => client.text(5, 'x'), 'chat not found'],
  [
    '65 bytes behind a button',
    (client, chat) => client.text(chat, 'x', [['好', 'x'.repeat(65)]]),
    'BUTTON_DATA_INVALID',
  ],
  ['an unknown action', (client, chat) => client.action(chat, 'sleeping'), 'wrong parameter action in request'],
  ['a photo that is no image', (client, chat) => client.photo(chat, Buffer.from('text')), 'IMAGE_PROCESS_FAILED'],
  ['an empty file', (client, chat) => client.document(chat, Buffer.alloc(0), 'empty'), 'file must be non-empty'],
  ['an unknown file', (client, chat) => client.photo(chat, 'nosuch'), 'wrong file identifier/HTTP URL specified'],
  ['an empty album', (client, chat) => client.album(chat, 'photo', []), 'there are no messages to send'],
  [
    'an album of eleven',
    (client, chat) => client.album(chat, 'photo', Array(11).fill(JPEG)),
    'too many messages to send as an album',
  ],
  [
    'commands that are not Latin',
    (client) => client.setCommands([{ command: '上报', description: 'x' }]),
    'BOT_COMMAND_INVALID',
  ],
  ['commands for zh-hans', (client) => client.setCommands([], 'zh-hans'), 'invalid language code specified'],
  ['the deletion of an unknown message', (client, chat) => client.remove(chat, 999_999), 'message to delete not found'],
];

eachClient((stage) => {
  test.each(REFUSED)('the client reads the refusal of %s', async (_what, attempt, words) => {
    const { code, description } = await stage.refusal(attempt(stage.client, stage.phone.id));
    expect([code, description]).toEqual([400, `Bad Request: ${words}`]);
  });

  test('an edit without a change and a file of another kind are refused', async () => {
    const { client, phone, refusal } = stage;
    const { message_id } = await client.text(phone.id, '一样');
    expect((await refusal(client.edit(phone.id, message_id, '一样'))).description).toMatch(/message is not modified/);
    const { document } = await client.document(phone.id, JPEG, 'a.jpg');
    expect((await refusal(client.photo(phone.id, document?.file_id ?? ''))).description).toBe(
      "Bad Request: can't use file of type Document as Photo",
    );
  });

  test('a send to a person who blocked the bot is refused with 403', async () => {
    const { client, simulator, refusal } = stage;
    const other = await Phone.of(simulator.url);
    await other.say('/start');
    await other.sees(/欢迎/);
    await other.block();
    const blocked = { code: 403, description: 'Forbidden: bot was blocked by the user' };
    expect(await refusal(client.text(other.id, 'x'))).toEqual(blocked);
    expect(await refusal(client.action(other.id, 'typing'))).toEqual(blocked);
  });

  test('a 429 carries its wait: telegraf reports it, node-telegram-bot-api waits by itself', async () => {
    const { client, phone, simulator, calls } = stage;
    const fault = JSON.stringify({ method: 'sendMessage', kind: '429', retry_after: 1 });
    await fetch(`${simulator.url}/sim/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: fault,
    });
    const before = (await calls('sendMessage')).length;
    const outcome = await client.text(phone.id, '慢慢来').catch((error) => client.refusal(error));
    const [first, second] = (await calls('sendMessage')).slice(before);
    expect(first).toMatchObject({ ok: false, error_code: 429 });
    if (!second) expect(outcome).toMatchObject({ code: 429, retryAfter: 1 });
    else expect(second.at_ms - (first?.at_ms ?? 0)).toBeGreaterThanOrEqual(990);
  });
});
