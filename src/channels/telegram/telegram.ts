import { BadConfig } from '../../config.ts';
import { crashPoint } from '../../crash-point.ts';
import type { Log } from '../../log.ts';
import type { BotCommands, Capabilities, Channel, ReadFile, Receive } from '../channel.ts';
import { fitTo } from '../fit.ts';
import type { TelegramApi } from './api.ts';
import { openApi } from './api.ts';
import { fetchFile } from './fetch-file.ts';
import { readInitData } from './init-data.ts';
import { outcomeOf } from './outcome.ts';
import { poll } from './poll.ts';
import { ALLOWED_UPDATES, readUpdate } from './read-update.ts';
import { CAPTION_MAX } from './second-form.ts';
import { removeMessage, sendMessage } from './send.ts';
import type { Acknowledgement, Webhook } from './webhook.ts';
import { openWebhook } from './webhook.ts';

const TEXT_MAX = 4096;
const CAPABILITIES: Capabilities = {
  text: { max: TEXT_MAX, unit: 'utf16' },
  choices: 'buttons',
  edits: true,
  dropsRepeats: false,
};

export type TelegramSettings = {
  readonly token: string;
  readonly apiRoot: string;
  readonly webhook?: Webhook;
  readonly log: Log;
  /** True while this process may poll: Telegram allows one poller, so processes take turns. */
  readonly mayPoll: () => boolean;
  readonly now: () => number;
  /** Reads a file that Telegram does not have. */
  readonly readFile?: ReadFile;
  /** A call without an answer for this long has an unknown outcome, ms. */
  readonly callTimeoutMs?: number;
};

/** Opens Telegram as a channel: by webhook if one is set, otherwise by long polling. */
export function openTelegram(settings: TelegramSettings): Channel {
  const { token, apiRoot, webhook, log, now, readFile = noFiles } = settings;
  const { api, close } = openApi(token, apiRoot, settings.callTimeoutMs);
  const stopping = new AbortController();
  let sendTrouble: string | undefined;
  let pollTrouble: string | undefined;
  let username: string | undefined;
  let receive: Receive = () => Promise.reject(new Error('The channel is not open yet.'));
  let polling: Promise<void> = Promise.resolve();

  /** Returns the acknowledgement of a tap. Rejects if Telegram must deliver the update again. */
  const handleUpdate = async (update: unknown): Promise<Acknowledgement | undefined> => {
    const read = readUpdate(update, now());
    if (read.type === 'malformed') log.warn('a malformed update was refused');
    if (read.type !== 'inbound') return undefined;
    crashPoint('after_receive');
    await receive(read.inbound);
    crashPoint('before_confirm');
    return read.callbackId ? { callback_query_id: read.callbackId } : undefined;
  };
  const handlePolled = async (update: unknown): Promise<void> => {
    const stopSpinner = await handleUpdate(update);
    // No wait: a lost acknowledgement only leaves the spinner on the button.
    if (stopSpinner) api.raw.answerCallbackQuery(stopSpinner).catch(() => {});
  };

  return {
    scheme: 'telegram',
    can: CAPABILITIES,
    fit: (message) => fitTo(message, { max: TEXT_MAX, captionMax: CAPTION_MAX }),
    send: async (to, message) => {
      const outcome = await sendMessage({ api, readFile }, to, message);
      const noToken = outcome.type === 'later' && outcome.why === 'credentials';
      sendTrouble = noToken ? tokenTrouble(outcome.reason) : undefined;
      return outcome;
    },
    remove: (to, message) => removeMessage(api, to, message),
    fetch: (file, bytesMax) => fetchFile(api, apiRoot, token, file, bytesMax),
    signIn: (proof, at) => readInitData(proof, token, at),
    link: (payload) => (username === undefined ? undefined : `https://t.me/${username}?start=${payload}`),
    async open(handler, commands = {}) {
      receive = handler;
      // No wait: the name serves links only, and without it a message shows words to type.
      const named = api.raw.getMe().then((me) => {
        username = me.username;
      });
      named.catch((error) => log.warn({ err: error }, 'the name of the bot could not be read'));
      // No wait: the command list is a convenience.
      publishCommands(api, commands).catch((error) =>
        log.warn({ err: error }, 'the list of commands could not be set'),
      );
      if (webhook) {
        await retryUntilAnswered(stopping.signal, log, () =>
          api.raw.setWebhook({ url: webhook.url, secret_token: webhook.secret, allowed_updates: [...ALLOWED_UPDATES] }),
        );
        return;
      }
      await retryUntilAnswered(stopping.signal, log, () => api.raw.deleteWebhook({}));
      polling = poll({
        api,
        handleUpdate: handlePolled,
        mayPoll: settings.mayPoll,
        signal: stopping.signal,
        log,
        report: (trouble) => {
          pollTrouble = trouble;
        },
      });
    },
    async pause() {
      stopping.abort();
      await polling;
    },
    close,
    ...(webhook ? { webhook: openWebhook(webhook, handleUpdate, log) } : {}),
    trouble: () => sendTrouble ?? pollTrouble,
  };
}

const noFiles: ReadFile = () => Promise.reject(new Error('This process has no files.'));

/** Publishes the commands per two-letter language; the first language is the default. */
async function publishCommands(api: TelegramApi['api'], all: BotCommands): Promise<void> {
  const [first] = Object.values(all);
  if (first) await api.raw.setMyCommands({ commands: [...first] });
  const codes = new Set<string>();
  for (const [language, commands] of Object.entries(all)) {
    const code = language.slice(0, 2);
    // Of several languages with one two-letter code (zh-CN, zh-HK), the first sets the commands.
    if (codes.has(code)) continue;
    codes.add(code);
    await api.raw.setMyCommands({ commands: [...commands], language_code: code as 'en' });
  }
}

/** Repeats a call until Telegram answers. A refusal is thrown; an unknown token throws BadConfig. */
async function retryUntilAnswered(signal: AbortSignal, log: Log, call: () => Promise<unknown>): Promise<void> {
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
