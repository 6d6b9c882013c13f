import type { Context, SessionFlavor } from 'grammy';
import { Bot, session } from 'grammy';
import { Redis } from 'ioredis';
import type { Environment, Subject } from '../subject.ts';
import type { Report } from './report-talk.ts';
import * as talk from './report-talk.ts';

type Kept = { step: 'idle' | 'category' | 'text' | 'location' | 'photo' | 'confirm'; report: Report };
type Talking = Context & SessionFlavor<Kept>;

/** grammY 1 with its session plugin and handwritten steps. The storage does what @grammyjs/storage-redis does. */
export async function open({ redisUrl, apiRoot, token }: Environment): Promise<Subject> {
  const redis = new Redis(redisUrl);
  const bot = new Bot<Talking>(token, { client: { apiRoot } });
  await bot.init();
  const storage = {
    read: async (key: string) => {
      const text = await redis.get(key);
      return text === null ? undefined : (JSON.parse(text) as Kept);
    },
    write: async (key: string, value: Kept) => {
      await redis.set(key, JSON.stringify(value));
    },
    delete: async (key: string) => {
      await redis.del(key);
    },
  };
  bot.use(session({ initial: (): Kept => ({ step: 'idle', report: {} }), storage }));
  bot.command('report', async (ctx) => {
    ctx.session = { step: 'category', report: {} };
    await ctx.reply(talk.ASK_CATEGORY, { reply_markup: talk.CATEGORY_BUTTONS });
  });
  const at = (step: Kept['step']) => bot.filter((ctx) => ctx.session.step === step);
  at('category').on('callback_query:data', async (ctx) => {
    ctx.session.report.category = ctx.callbackQuery.data.slice('category:'.length);
    ctx.session.step = 'text';
    await ctx.reply(talk.ASK_TEXT);
  });
  at('text').on('message:text', async (ctx) => {
    ctx.session.report.text = ctx.message.text;
    ctx.session.step = 'location';
    await ctx.reply(talk.ASK_LOCATION, { reply_markup: talk.LOCATION_BUTTON });
  });
  at('location').on('message:location', async (ctx) => {
    const { latitude, longitude } = ctx.message.location;
    ctx.session.report.location = { latitude, longitude };
    ctx.session.step = 'photo';
    await ctx.reply(talk.ASK_PHOTO);
  });
  at('photo').on('message:photo', async (ctx) => {
    ctx.session.report.photo = ctx.message.photo.at(-1)?.file_id ?? '';
    ctx.session.step = 'confirm';
    await ctx.reply(talk.askConfirm(ctx.session.report), { reply_markup: talk.CONFIRM_BUTTONS });
  });
  at('confirm').on('callback_query:data', async (ctx) => {
    await redis.hset(talk.FILED, String(ctx.chatId), JSON.stringify(ctx.session.report));
    ctx.session = { step: 'idle', report: {} };
    await ctx.reply(talk.done(ctx.chatId ?? 0));
  });
  return {
    steps: talk.STEPS,
    prepare: async () => {},
    take: async (update) => bot.handleUpdate(JSON.parse(update)),
    quiet: async () => {},
    filed: () => redis.hlen(talk.FILED),
    kept: async (chat) => ({ session: await redis.strlen(String(chat)), person: 0 }),
    close: async () => redis.disconnect(),
  };
}
