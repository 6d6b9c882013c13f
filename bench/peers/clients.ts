import { Api } from 'grammy';
import { Telegram } from 'telegraf';
import { Pool } from 'undici';
import type { Outgoing } from '../../src/channels/channel.ts';
import { openTelegram } from '../../src/channels/telegram/telegram.ts';
import { openLog } from '../../src/log.ts';
import { post } from './raw-floor.ts';

/** Sends one message to a chat; rejects unless the API accepted it. */
export type Send = (chat: number) => Promise<void>;
type Open = (apiRoot: string, token: string) => Send;

const TEXT = '隐患在哪里？\n\n请打字写地址，比如『锦绣花园 3 幢 2 单元楼道口』。也可以按社区选。';
const BUTTONS = [
  { id: 'report-hazard/place/tree/Zx3a', label: '🏘️ 按社区选' },
  { id: 'report-hazard/place/~back/Zx3a', label: '⬅️ 上一步' },
];
const MARKUP = { inline_keyboard: [BUTTONS.map(({ id, label }) => ({ text: label, callback_data: id }))] };
const OPTIONS = { link_preview_options: { is_disabled: true }, reply_markup: MARKUP };

/** Five clients that send the same message: the product's channel, two frameworks, and two plain HTTP clients. */
export const CLIENTS: Readonly<Record<string, Open>> = {
  anlin: (apiRoot, token) => {
    const log = openLog('error');
    const channel = openTelegram({ token, apiRoot, log, now: Date.now, mayPoll: () => false });
    const message: Outgoing = { text: TEXT, choices: [BUTTONS] };
    return async (chat) => {
      const outcome = await channel.send(`telegram:${chat}`, message, String(chat));
      if (outcome.type !== 'sent') throw new Error(`The channel returned the outcome ${outcome.type}.`);
    };
  },
  grammy: (apiRoot, token) => {
    const api = new Api(token, { apiRoot });
    return async (chat) => {
      await api.sendMessage(chat, TEXT, OPTIONS);
    };
  },
  telegraf: (apiRoot, token) => {
    const telegram = new Telegram(token, { apiRoot });
    return async (chat) => {
      await telegram.sendMessage(chat, TEXT, OPTIONS);
    };
  },
  'global-fetch': (apiRoot, token) => {
    const headers = { 'content-type': 'application/json' };
    return async (chat) => {
      const body = JSON.stringify({ chat_id: chat, text: TEXT, ...OPTIONS });
      const response = await fetch(`${apiRoot}/bot${token}/sendMessage`, { method: 'POST', headers, body });
      expectAccepted(await response.json());
    };
  },
  'undici-dispatch': (apiRoot, token) => {
    const pool = new Pool(apiRoot, { connections: 100, pipelining: 1 });
    return async (chat) => {
      const body = JSON.stringify({ chat_id: chat, text: TEXT, ...OPTIONS });
      expectAccepted(JSON.parse(await post(pool, `/bot${token}/sendMessage`, body)));
    };
  },
};

function expectAccepted(answer: unknown): void {
  if (!(answer as { ok?: boolean }).ok) throw new Error(`The fake API refused a message: ${JSON.stringify(answer)}`);
}
