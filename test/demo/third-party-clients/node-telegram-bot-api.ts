import { Bot, InlineKeyboardBuilder, InputFile, ReplyKeyboardBuilder, TelegramApiError } from 'node-telegram-bot-api';
import { createWebhookServer } from 'node-telegram-bot-api/node';
import type { Simulator } from '../../../src/demo/simulator/server.ts';
import type { Attachment, Client, Mode } from './client.ts';
import { ANSWERS, listenForWebhook, WEBHOOK_PATH, WEBHOOK_SECRET } from './client.ts';

/** Opens node-telegram-bot-api 2, used as its documentation shows. */
export async function openNodeTelegramBotApi(simulator: Simulator, mode: Mode): Promise<Client> {
  const bot = new Bot(simulator.token, { apiRoot: simulator.url });
  addAnswers(bot, `${simulator.url}/file/bot${simulator.token}/`);
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
    action: (chat_id, action) => api.sendChatAction({ chat_id, action: action as 'typing' }), // a test also sends an invalid action
    remove: (chat_id, message_id) => api.deleteMessage({ chat_id, message_id }),
    setCommands: async (commands, language_code) => {
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

function addAnswers(bot: Bot, files: string): void {
  bot.command('start', (ctx) => {
    const keyboard = new ReplyKeyboardBuilder().requestLocation(ANSWERS.shareLocation).row();
    const reply_markup = keyboard.requestContact(ANSWERS.shareContact).build({ resize_keyboard: true });
    return ctx.reply(ANSWERS.start(String(ctx.match)), { reply_markup });
  });
  bot.command('ask', (ctx) =>
    ctx.reply(ANSWERS.question, {
      reply_markup: new InlineKeyboardBuilder().text('好', 'yes').text('不', 'no').build(),
    }),
  );
  bot.on('callback_query', async (ctx) => {
    const { data = '', message } = ctx.callbackQuery ?? {};
    await ctx.answerCallbackQuery({ text: '收到' });
    if (!message || !ctx.chatId) return;
    await ctx.api.editMessageText({
      chat_id: ctx.chatId,
      message_id: message.message_id,
      text: ANSWERS.answered(data),
    });
  });
  bot.on('message', async (ctx) => {
    const { location, contact, photo, voice, text = '', media_group_id: album } = ctx.message ?? {};
    const fetchFile = async (kind: string, file_id: string) => {
      const { file_path = '' } = await ctx.api.getFile({ file_id });
      return ANSWERS.file(kind, await (await fetch(files + file_path)).arrayBuffer(), file_path);
    };
    if (location) await ctx.reply(ANSWERS.location(location));
    else if (contact) await ctx.reply(ANSWERS.contact(contact.phone_number));
    else if (album) await ctx.reply(ANSWERS.album(album));
    else if (photo) await ctx.reply(await fetchFile('photo', photo.at(-1)?.file_id ?? ''));
    else if (voice) await ctx.reply(await fetchFile('voice', voice.file_id));
    else await ctx.reply(ANSWERS.text(text));
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
  const server = createWebhookServer(bot, { path: WEBHOOK_PATH, secretToken: WEBHOOK_SECRET });
  await bot.api.setWebhook({ url: await listenForWebhook(server), secret_token: WEBHOOK_SECRET });
  return async () => {
    server.closeAllConnections();
    server.close();
  };
}

function asInput(attachment: Attachment, filename = 'file.jpg'): InputFile | string {
  return typeof attachment === 'string' ? attachment : new InputFile(attachment, { filename });
}
