import { createServer } from 'node:http';
import type { Context } from 'telegraf';
import { Input, Markup, Telegraf, TelegramError } from 'telegraf';
import { message } from 'telegraf/filters';
import type { Simulator } from '../../../src/demo/simulator/server.ts';
import type { Attachment, Client, Mode } from './client.ts';
import { ANSWERS, listenForWebhook, WEBHOOK_PATH, WEBHOOK_SECRET } from './client.ts';

/** Opens telegraf 4, used as its documentation shows. */
export async function openTelegraf(simulator: Simulator, mode: Mode): Promise<Client> {
  const bot = new Telegraf(simulator.token, { telegram: { apiRoot: simulator.url } });
  addAnswers(bot);
  const { telegram } = bot;
  const stop = await launch(bot, mode);
  return {
    text: (chat, text, buttons) => {
      const rows = buttons?.map(([label, data]) => [Markup.button.callback(label, data)]) ?? [];
      return telegram.sendMessage(chat, text, buttons ? Markup.inlineKeyboard(rows) : {});
    },
    edit: (chat, id, text) => telegram.editMessageText(chat, id, undefined, text),
    photo: (chat, photo, caption) => telegram.sendPhoto(chat, asInput(photo), caption ? { caption } : {}),
    voice: (chat, voice, duration) => telegram.sendVoice(chat, asInput(voice), { duration }),
    document: (chat, document, name) => telegram.sendDocument(chat, asInput(document, name)),
    album: (chat, type, media) => telegram.sendMediaGroup(chat, albumOf(type, media)),
    action: (chat, action) => telegram.sendChatAction(chat, action as 'typing'), // a test also sends an invalid action
    remove: (chat, id) => telegram.deleteMessage(chat, id),
    setCommands: async (commands, language_code) => {
      await telegram.setMyCommands(commands, language_code ? { language_code } : {});
      return telegram.getMyCommands(language_code ? { language_code } : {});
    },
    webhookInfo: async () => ({ url: '', ...(await telegram.getWebhookInfo()) }),
    refusal: (error) => {
      if (!(error instanceof TelegramError)) throw error;
      const { code, description, parameters } = error;
      return { code, description, ...(parameters?.retry_after ? { retryAfter: parameters.retry_after } : {}) };
    },
    close: stop,
  };
}

function addAnswers(bot: Telegraf): void {
  bot.start((ctx) => {
    const location = Markup.button.locationRequest(ANSWERS.shareLocation);
    const contact = Markup.button.contactRequest(ANSWERS.shareContact);
    return ctx.reply(ANSWERS.start(ctx.payload), Markup.keyboard([[location], [contact]]).resize());
  });
  bot.command('ask', (ctx) =>
    ctx.reply(
      ANSWERS.question,
      Markup.inlineKeyboard([Markup.button.callback('好', 'yes'), Markup.button.callback('不', 'no')]),
    ),
  );
  bot.action(/.+/, async (ctx) => {
    await ctx.answerCbQuery('收到');
    await ctx.editMessageText(ANSWERS.answered(ctx.match[0]));
  });
  bot.on(message('location'), (ctx) => ctx.reply(ANSWERS.location(ctx.message.location)));
  bot.on(message('contact'), (ctx) => ctx.reply(ANSWERS.contact(ctx.message.contact.phone_number)));
  bot.on(message('photo'), async (ctx) => {
    const { photo, media_group_id: album } = ctx.message;
    await ctx.reply(album ? ANSWERS.album(album) : await fetchFile(ctx, 'photo', photo.at(-1)?.file_id ?? ''));
  });
  bot.on(message('voice'), async (ctx) => ctx.reply(await fetchFile(ctx, 'voice', ctx.message.voice.file_id)));
  bot.on(message('text'), (ctx) => ctx.reply(ANSWERS.text(ctx.message.text)));
}

async function fetchFile(ctx: Context, kind: string, id: string): Promise<string> {
  const link = await ctx.telegram.getFileLink(id);
  return ANSWERS.file(kind, await (await fetch(link)).arrayBuffer(), link.pathname.split('/').slice(3).join('/'));
}

async function launch(bot: Telegraf, mode: Mode): Promise<() => Promise<void>> {
  if (mode === 'polling') {
    const running = bot.launch();
    return async () => {
      bot.stop();
      await running;
    };
  }
  const server = createServer(bot.webhookCallback(WEBHOOK_PATH, { secretToken: WEBHOOK_SECRET }));
  await bot.telegram.setWebhook(await listenForWebhook(server), { secret_token: WEBHOOK_SECRET });
  return async () => {
    server.closeAllConnections();
    server.close();
  };
}

function asInput(attachment: Attachment, name = 'file.jpg') {
  return typeof attachment === 'string'
    ? Input.fromFileId(attachment)
    : Input.fromBuffer(Buffer.from(attachment), name);
}

function albumOf(type: 'photo' | 'document', media: readonly Attachment[]) {
  const files = media.map((one) => asInput(one));
  // telegraf's types require an album of one kind, as Telegram does.
  return type === 'photo'
    ? files.map((one) => ({ type: 'photo' as const, media: one, caption: '图' }))
    : files.map((one) => ({ type: 'document' as const, media: one }));
}
