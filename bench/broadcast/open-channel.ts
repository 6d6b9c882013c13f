import type { Channel, Outgoing } from '../../src/channels/channel.ts';
import { openTelegram } from '../../src/channels/telegram/telegram.ts';
import { openLog } from '../../src/log.ts';
import type { Surroundings } from '../subject.ts';

const WEBHOOK = { url: 'https://bench.example/telegram', secret: 'bench-secret-of-thirty-two-letters' };

/** The product's own channel against the fake API, open as it is in production: it has spoken to Telegram already. */
export async function openChannel({ token, apiRoot }: Pick<Surroundings, 'token' | 'apiRoot'>): Promise<Channel> {
  const log = openLog('error');
  const channel = openTelegram({ token, apiRoot, webhook: WEBHOOK, log, now: Date.now, mayPoll: () => false });
  await channel.open(async () => {});
  return channel;
}

/** Sends to one chat; rejects unless it was accepted. */
export async function sendBy(channel: Channel, chat: number, message: Outgoing): Promise<void> {
  const outcome = await channel.send(`telegram:${chat}`, message);
  if (outcome.type !== 'sent') throw new Error(`The channel said: ${outcome.type}.`);
}
