import { Bot, InlineKeyboardBuilder, InputFile, ReplyKeyboardBuilder, TelegramApiError } from 'node-telegram-bot-api';
import { createWebhookServer } from 'node-telegram-bot-api/node';
import type { Simulator } from '../../../src/demo/simulator/server.ts';
import type { Attachment, Mode, Voice } from './client.ts';
import { HEARS, HOOK_PATH, HOOK_SECRET, listenForHook } from './client.ts';

/** node-telegram-bot-api 2, as its users write it. */
export async function openNodeTelegramBotApi(simulator: Simulator, mode: Mode): Promise<Voice> {
  const bot = new Bot(simulator.token, { apiRoot: simulator.url });
  hear(bot, `${simulator.url}/file/bot${simulator.token}/`);
  const { api } = bot;
  const stop = await launch(bot, mode);
  return {
    text: (chat_id, text, buttons) => {
      if (!buttons) return api.sendMessage({ chat_id, text });
      const keyboard = new InlineKeyboardBuilder();
      for (const [label, data] of buttons) keyboard.text(label, data).row();
      return api.sendMessage({ chat_id, text, reply_markup: keyboard.build() });
    },
    edit: (chat_id, message_id, text) => api.editMessageText({ chat_id, message_id, text }),
    photo: (chat_id, photo, caption) =>
      api.sendPhoto({ chat_id, photo: asInput(photo), ...(caption ? { caption } : {}) }),
    voice: (chat_id, voice, duration) => api.sendVoice({ chat_id, voice: asInput(voice), duration }),
    document: (chat_id, document, name) => api.sendDocument({ chat_id, document: asInput(document, name) }),
    album: (chat_id, type, media) =>
      api.sendMediaGroup({
        chat_id,
        media: media.map((one) => ({ type, media: asInput(one), ...(type === 'photo' ? { caption: '图' } : {}) })),
      }),
    action: (chat_id, action) => api.sendChatAction({ chat_id, action: action as 'typing' }), // also such as are none
    remove: (chat_id, message_id) => api.deleteMessage({ chat_id, message_id }),
    offer: async (commands, language_code) => {
      const language = language_code ? { language_code } : {};
      await api.setMyCommands({ commands: [...commands], ...language });
      return api.getMyCommands(language);
    },
    webhookInfo: () => api.getWebhookInfo(),
    refusal: (error) => {
      if (!(error instanceof TelegramApiError)) throw error;
      const { errorCode: code, description, retryAfter } = error;
      return { code, description, ...(retryAfter ? { retryAfter } : {}) };
    },
    close: stop,
  };
}

function hear(bot: Bot, files: string): void {
  bot.command('start', (ctx) => {
    const keyboard = new ReplyKeyboardBuilder().requestLocation(HEARS.shareLocation).row();
    const reply_markup = keyboard.requestContact(HEARS.shareContact).build({ resize_keyboard: true });
    return ctx.reply(HEARS.start(String(ctx.match)), { reply_markup });
  });
  bot.command('ask', (ctx) =>
    ctx.reply(HEARS.question, { reply_markup: new InlineKeyboardBuilder().text('好', 'yes').text('不', 'no').build() }),
  );
  bot.on('callback_query', async (ctx) => {
    const { data = '', message } = ctx.callbackQuery ?? {};
    await ctx.answerCallbackQuery({ text: '收到' });
    if (!message || !ctx.chatId) return;
    await ctx.api.editMessageText({ chat_id: ctx.chatId, message_id: message.message_id, text: HEARS.answered(data) });
  });
  bot.on('message', async (ctx) => {
    const { location, contact, photo, voice, text = '', media_group_id: album } = ctx.message ?? {};
    const fetchFile = async (kind: string, file_id: string) => {
      const { file_path = '' } = await ctx.api.getFile({ file_id });
      return HEARS.file(kind, await (await fetch(files + file_path)).arrayBuffer(), file_path);
    };
    if (location) await ctx.reply(HEARS.location(location));
    else if (contact) await ctx.reply(HEARS.contact(contact.phone_number));
    else if (album) await ctx.reply(HEARS.album(album));
    else if (photo) await ctx.reply(await fetchFile('photo', photo.at(-1)?.file_id ?? ''));
    else if (voice) await ctx.reply(await fetchFile('voice', voice.file_id));
    else await ctx.reply(HEARS.text(text));
  });
}

async function launch(bot: Bot, mode: Mode): Promise<() => Promise<void>> {
  if (mode === 'polling') {
    const running = bot.startPolling();
    return async () => {
      bot.stop();
      await running;
    };
  }
  const server = createWebhookServer(bot, { path: HOOK_PATH, secretToken: HOOK_SECRET });
  await bot.api.setWebhook({ url: await listenForHook(server), secret_token: HOOK_SECRET });
  return async () => {
    server.closeAllConnections();
    server.close();
  };
}

function asInput(attachment: Attachment, filename = 'file.jpg'): InputFile | string {
  return typeof attachment === 'string' ? attachment : new InputFile(attachment, { filename });
}
