import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TelegramServer } from 'telegram-test-api/lib/telegramServer.js';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { saveCityData } from '../../../src/city/city-store.ts';
import { readConfig } from '../../../src/config.ts';
import { demoCityData } from '../../../src/demo/city.ts';
import type { Log } from '../../../src/log.ts';
import { openLog } from '../../../src/log.ts';
import type { Running } from '../../../src/open.ts';
import { open } from '../../../src/open.ts';
import type { EmbeddedRedis } from '../../../src/store/start/embedded.ts';
import { startEmbeddedRedis } from '../../../src/store/start/embedded.ts';
import { freePort } from '../../../src/store/start/free-port.ts';
import { PATIENCE_MS } from '../../patience.ts';
import type { Answer, BotMessage } from './walk.ts';
import { answerTo } from './walk.ts';

const TOKEN = '42:somebody-elses-emulator';

/**
 * A third-party Bot API emulator, unchanged except for a count of polls. It differs from Telegram in four ways.
 * It lacks setMyCommands (500, without a Bot API body), answers polls at once, returns `result: null` for edits,
 * and gives dates in ms.
 */
class Emulator extends TelegramServer {
  polls = 0;
  override getUpdates(token: string) {
    this.polls += 1;
    return super.getUpdates(token);
  }
}

/** A message of the bot as the emulator stores it. */
type StoredMessage = {
  readonly messageId: number;
  readonly message?: {
    readonly chat_id?: string;
    readonly text: string;
    readonly reply_markup?: { readonly inline_keyboard?: readonly BotMessage['buttons'][] };
  };
};

let folder: string;
let redis: EmbeddedRedis;
let server: Emulator;
let running: Running;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anlin-'));
  redis = await startEmbeddedRedis(join(folder, 'redis'));
  server = new Emulator({ port: await freePort(), host: '127.0.0.1' });
  await server.start();
  const config = readConfig({
    TELEGRAM_TOKEN: TOKEN,
    TELEGRAM_API_ROOT: server.config.apiURL,
    REDIS_URL: redis.url,
    REDIS_SETTINGS_CHECKED: 'yes',
    DATA_DIR: folder,
    PORT: '0',
    SEND_RATE_CHAT: '20',
  });
  const log: Log = openLog('error', [TOKEN], () => {});
  running = await open(config, { log });
  await saveCityData(running.store, demoCityData(), 'test', 0);
  await running.close();
  running = await open(config, { log });
});
afterAll(async () => {
  await running.close();
  await server.stop();
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a whole report works with a third-party emulator', async () => {
  const client = server.getClient(TOKEN);
  const read = new Map<number, string>();
  /** New messages since the last call, and edited ones with buttons. An edit that removed the buttons asks nothing. */
  const look = async (): Promise<readonly BotMessage[]> => {
    const shown = ((await client.getUpdatesHistory()) as readonly StoredMessage[]).flatMap(({ messageId, message }) => {
      if (!message || !('chat_id' in message)) return [];
      return [{ messageId, text: message.text, buttons: message.reply_markup?.inline_keyboard?.flat() ?? [] }];
    });
    const before = new Set(read.keys());
    const fresh = shown.filter((told) => read.get(told.messageId) !== JSON.stringify(told));
    for (const told of fresh) read.set(told.messageId, JSON.stringify(told));
    return fresh.filter(({ messageId, buttons }) => !before.has(messageId) || buttons.length > 0);
  };
  const give = (told: BotMessage, answer: Answer | undefined) => {
    switch (answer?.type) {
      case 'tap':
        return client.sendCallback(client.makeCallbackQuery(answer.data, { message: { message_id: told.messageId } }));
      case 'say':
        return client.sendMessage(client.makeMessage(answer.text));
      case 'send':
        return client.sendMessage({ ...client.makeMessage(''), text: undefined, ...answer.fields } as never); // as the wire has it
      case undefined:
        return;
    }
  };
  const heard: string[] = [];
  await client.sendCommand(client.makeCommand('/start'));
  const end = Date.now() + 20_000;
  while (!heard.some((text) => text.includes('编号：'))) {
    if (Date.now() > end) throw new Error(`There was no number. The bot said:\n${heard.join('\n---\n')}`);
    for (const told of await look()) {
      heard.push(told.text);
      await give(told, answerTo(told));
    }
    await sleep(20);
  }
  expect(heard.at(-1)).toMatch(/编号：\w{4}-\w{4}/);
  expect(heard.filter((text) => text.includes('那是前面的按钮'))).toEqual([]);
});

test('an emulator that answers every poll at once is polled at most 20 times a second', async () => {
  const [before, from] = [server.polls, performance.now()];
  await vi.waitFor(() => expect(server.polls - before).toBeGreaterThan(20), { timeout: PATIENCE_MS });
  expect((server.polls - before) / (performance.now() - from)).toBeLessThanOrEqual(20 / 1000);
});
