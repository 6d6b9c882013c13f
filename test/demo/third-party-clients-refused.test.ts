import { expect, test } from 'vitest';
import { Phone } from '../phone.ts';
import type { Voice } from './third-party-clients/client.ts';
import { eachVoice, JPEG } from './third-party-clients/each-client.ts';

type Tries = (voice: Voice, chat: number) => Promise<unknown>;
const REFUSED: readonly (readonly [string, Tries, string])[] = [
  ['a text that is too long', (voice, chat) => voice.text(chat, 'x'.repeat(4097)), 'message is too long'],
  ['a chat that is none', (voice) => voice.text(5, 'x'), 'chat not found'],
  ['65 bytes behind a button', (voice, chat) => voice.text(chat, 'x', [['好', 'x'.repeat(65)]]), 'BUTTON_DATA_INVALID'],
  ['an unheard-of action', (voice, chat) => voice.action(chat, 'sleeping'), 'wrong parameter action in request'],
  ['a photo that is none', (voice, chat) => voice.photo(chat, Buffer.from('text')), 'IMAGE_PROCESS_FAILED'],
  ['an empty file', (voice, chat) => voice.document(chat, Buffer.alloc(0), 'empty'), 'file must be non-empty'],
  ['an unknown file', (voice, chat) => voice.photo(chat, 'nosuch'), 'wrong file identifier/HTTP URL specified'],
  ['an empty album', (voice, chat) => voice.album(chat, 'photo', []), 'there are no messages to send'],
  [
    'an album of eleven',
    (voice, chat) => voice.album(chat, 'photo', Array(11).fill(JPEG)),
    'too many messages to send as an album',
  ],
  [
    'commands that are not Latin',
    (voice) => voice.offer([{ command: '上报', description: 'x' }]),
    'BOT_COMMAND_INVALID',
  ],
  ['commands for zh-hans', (voice) => voice.offer([], 'zh-hans'), 'invalid language code specified'],
  ['to take back what is not there', (voice, chat) => voice.remove(chat, 999_999), 'message to delete not found'],
];

eachVoice((stage) => {
  test.each(REFUSED)('is refused %s in words that it understands', async (_what, tries, words) => {
    const { code, description } = await stage.refusal(tries(stage.voice, stage.phone.id));
    expect([code, description]).toEqual([400, `Bad Request: ${words}`]);
  });

  test('is refused an edit that changes nothing, and a file as what it is not', async () => {
    const { voice, phone, refusal } = stage;
    const { message_id } = await voice.text(phone.id, '一样');
    expect((await refusal(voice.edit(phone.id, message_id, '一样'))).description).toMatch(/message is not modified/);
    const { document } = await voice.document(phone.id, JPEG, 'a.jpg');
    expect((await refusal(voice.photo(phone.id, document?.file_id ?? ''))).description).toBe(
      "Bad Request: can't use file of type Document as Photo",
    );
  });

  test('hears of a block as 403', async () => {
    const { voice, simulator, refusal } = stage;
    const other = await Phone.of(simulator.url);
    await other.say('/start');
    await other.sees(/欢迎/);
    await other.block();
    const blocked = { code: 403, description: 'Forbidden: bot was blocked by the user' };
    expect(await refusal(voice.text(other.id, 'x'))).toEqual(blocked);
    expect(await refusal(voice.action(other.id, 'typing'))).toEqual(blocked);
  });

  test('is told how long to wait; telegraf tells its user, node-telegram-bot-api waits by itself', async () => {
    const { voice, phone, simulator, calls } = stage;
    const fault = JSON.stringify({ method: 'sendMessage', kind: '429', retry_after: 1 });
    await fetch(`${simulator.url}/sim/faults`, { method: 'POST', body: fault });
    const before = (await calls('sendMessage')).length;
    const outcome = await voice.text(phone.id, '慢慢来').catch((error) => voice.refusal(error));
    const [first, second] = (await calls('sendMessage')).slice(before);
    expect(first).toMatchObject({ ok: false, error_code: 429 });
    if (!second) expect(outcome).toMatchObject({ code: 429, retryAfter: 1 });
    else expect(second.at_ms - (first?.at_ms ?? 0)).toBeGreaterThanOrEqual(990);
  });
});
