import type { Channel, Outgoing } from '../../src/channels/channel.ts';
import { openTelegram } from '../../src/channels/telegram/telegram.ts';
import { openLog } from '../../src/log.ts';
import type { Environment } from '../subject.ts';

const WEBHOOK = { url: 'https://bench.example/telegram', secret: 'bench-secret-of-thirty-two-letters' };

/** Opens the product's channel to the fake API as in production, with its first calls done. */
export async function openChannel({ token, apiRoot }: Pick<Environment, 'token' | 'apiRoot'>): Promise<Channel> {
  const log = openLog('error');
  const channel = openTelegram({ token, apiRoot, webhook: WEBHOOK, log, now: Date.now, mayPoll: () => false });
  await channel.open(async () => {});
  return channel;
}

/** Sends to one chat; rejects unless the API accepted the message. */
export async function sendBy(channel: Channel, chat: number, message: Outgoing): Promise<void> {
  const outcome = await channel.send(`telegram:${chat}`, message, String(chat));
  if (outcome.type !== 'sent') throw new Error(`The channel returned the outcome ${outcome.type}.`);
}
