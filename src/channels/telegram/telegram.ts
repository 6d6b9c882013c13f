import { BadConfig } from '../../config.ts';
import { crashPoint } from '../../crash-point.ts';
import type { Log } from '../../log.ts';
import type { BotCommands, Channel, Outgoing, Receive } from '../channel.ts';
import { CHOICE_ID_MAX_BYTES } from '../channel.ts';
import type { TelegramApi } from './api.ts';
import { openApi } from './api.ts';
import { fetchFile } from './fetch-file.ts';
import { outcomeOf } from './outcome.ts';
import { poll } from './poll.ts';
import { ALLOWED_UPDATES, readUpdate } from './read-update.ts';
import { removeMessage, sendMessage } from './send.ts';
import { splitText } from './split-text.ts';
import type { Acknowledgement, Webhook } from './webhook.ts';
import { handleWebhook } from './webhook.ts';

const TEXT_MAX = 4096;

export type TelegramSettings = {
  readonly token: string;
  readonly apiRoot: string;
  readonly webhook?: Webhook;
  readonly log: Log;
  /** Telegram allows one poller; several processes take turns. True while it is this one's turn. */
  readonly mayPoll: () => boolean;
  readonly now: () => number;
  /** A call without an answer for this long has an unknown outcome, ms. */
  readonly callTimeoutMs?: number;
};

/** Telegram as a channel: by webhook if one is set, by long polling otherwise. */
export function openTelegram(settings: TelegramSettings): Channel {
  const { token, apiRoot, webhook, log, now } = settings;
  const { api, close } = openApi(token, apiRoot, settings.callTimeoutMs);
  const stopping = new AbortController();
  let sendTrouble: string | undefined;
  let pollTrouble: string | undefined;
  let username: string | undefined;
  let receive: Receive = () => Promise.reject(new Error('The channel is not open yet.'));
  let polling: Promise<void> = Promise.resolve();

  /** One update, all the way, with the call that stops a button's spinner. Rejects when Telegram shall deliver it again. */
  const take = async (update: unknown): Promise<Acknowledgement | undefined> => {
    const read = readUpdate(update, now());
    if (read.type === 'malformed') log.warn('an update that is none was refused');
    if (read.type !== 'inbound') return undefined;
    crashPoint('after_receive');
    await receive(read.inbound);
    crashPoint('before_confirm');
    return read.callbackId ? { callback_query_id: read.callbackId } : undefined;
  };
  // Harmless if it is lost or late.
  const takePolled = async (update: unknown): Promise<void> => {
    const stopSpinner = await take(update);
    if (stopSpinner) api.raw.answerCallbackQuery(stopSpinner).catch(() => {});
  };

  return {
    scheme: 'telegram',
    can: {
      textMax: TEXT_MAX,
      buttons: 'inline',
      edits: true,
      asksLocation: true,
      replyWindowMs: null,
      idempotentSend: false,
    },
    fit,
    send: async (to, message) => {
      const outcome = await sendMessage(api, to, message);
      const noToken = outcome.type === 'later' && /^40[14]/.test(outcome.reason);
      sendTrouble = noToken ? tokenTrouble(outcome.reason) : undefined;
      return outcome;
    },
    remove: (to, message) => removeMessage(api, to, message),
    fetch: (file, bytesMax) => fetchFile(api, apiRoot, token, file, bytesMax),
    link: (payload) => (username === undefined ? undefined : `https://t.me/${username}?start=${payload}`),
    async open(handler, commands = {}) {
      receive = handler;
      // Only for links; until it is known they are given as words to type.
      const named = api.raw.getMe().then((me) => {
        username = me.username;
      });
      named.catch((error) => log.warn({ err: error }, 'the bot could not be asked for its name'));
      // Only a courtesy: without the list everything works.
      offerCommands(api, commands).catch((error) => log.warn({ err: error }, 'the list of commands could not be set'));
      if (webhook) {
        await untilDone(stopping.signal, log, () =>
          api.raw.setWebhook({ url: webhook.url, secret_token: webhook.secret, allowed_updates: [...ALLOWED_UPDATES] }),
        );
        return;
      }
      await untilDone(stopping.signal, log, () => api.raw.deleteWebhook({}));
      const trace = (what: string | undefined) => {
        pollTrouble = what;
      };
      polling = poll({
        api,
        take: takePolled,
        mayPoll: settings.mayPoll,
        signal: stopping.signal,
        log,
        trouble: trace,
      });
    },
    async pause() {
      stopping.abort();
      await polling;
    },
    close,
    ...(webhook ? { webhook: handleWebhook(webhook, take, log) } : {}),
    trouble: () => sendTrouble ?? pollTrouble,
  };
}

/** Telegram knows two-letter languages; the first of ours is for everybody else. */
async function offerCommands(api: TelegramApi['api'], all: BotCommands): Promise<void> {
  const [first] = Object.values(all);
  if (first) await api.raw.setMyCommands({ commands: [...first] });
  for (const [language, commands] of Object.entries(all)) {
    await api.raw.setMyCommands({ commands: [...commands], language_code: language.slice(0, 2) as 'en' });
  }
}

/** Cut at sense where it is too long; the buttons stand under the last part. */
function fit(message: Outgoing): readonly Outgoing[] {
  for (const choice of message.choices?.flat() ?? []) {
    if (Buffer.byteLength(choice.id) > CHOICE_ID_MAX_BYTES) throw new Error(`The choice id ${choice.id} is too long.`);
  }
  const pieces = splitText(message.text, message.marks ?? [], TEXT_MAX);
  if (pieces.length === 1) return [message];
  return pieces.map(({ text, marks }, i) => {
    const last = i === pieces.length - 1;
    const { choices, menu, edits, closes } = message;
    return {
      text,
      marks,
      ...(last && choices ? { choices } : {}),
      ...(last && menu ? { menu } : {}),
      ...(i === 0 && edits ? { edits } : {}),
      ...(i === 0 && closes ? { closes } : {}),
    };
  });
}

/** Telegram may be out of reach when we start; it is asked again until it answers, unless it says no. */
async function untilDone(signal: AbortSignal, log: Log, call: () => Promise<unknown>): Promise<void> {
  for (let pause = 500; !signal.aborted; pause = Math.min(pause * 2, 10_000)) {
    try {
      await call();
      return;
    } catch (error) {
      const outcome = outcomeOf(error);
      if (outcome.type === 'rejected' || outcome.type === 'gone') throw error;
      const reason = 'reason' in outcome ? outcome.reason : outcome.type;
      if (/^40[14]/.test(reason)) throw new BadConfig([tokenTrouble(reason)]);
      log.warn({ reason }, 'Telegram does not answer yet');
      await new Promise((done) => setTimeout(done, outcome.type === 'later' ? outcome.afterMs : pause));
    }
  }
}

function tokenTrouble(reason: string): string {
  return `Telegram does not know this token (${reason}). Set TELEGRAM_TOKEN in .env to the one that BotFather shows.`;
}
