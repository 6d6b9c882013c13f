import { Redis } from 'ioredis';
import type { Context } from 'telegraf';
import { Scenes, session, Telegraf } from 'telegraf';
import type { Environment, Subject } from '../subject.ts';
import type { Report } from './report-talk.ts';
import * as talk from './report-talk.ts';

/** Telegraf 4 with a WizardScene. Its session store over Redis has the three functions that the documentation requires. */
export async function open({ redisUrl, apiRoot, token }: Environment): Promise<Subject> {
  const redis = new Redis(redisUrl);
  const bot = new Telegraf<Wizard>(token, { telegram: { apiRoot, webhookReply: false }, handlerTimeout: 60_000 });
  bot.botInfo = await bot.telegram.getMe();
  const store = {
    get: async (key: string) => JSON.parse((await redis.get(key)) ?? 'null') ?? undefined,
    set: (key: string, value: object) => redis.set(key, JSON.stringify(value)),
    delete: (key: string) => redis.del(key),
  };
  const stage = new Scenes.Stage<Wizard>([wizard(redis)]);
  bot.use(session({ store }));
  bot.use(stage.middleware());
  bot.command('report', (ctx) => ctx.scene.enter('report'));
  return {
    steps: talk.STEPS,
    prepare: async () => {},
    take: async (update) => bot.handleUpdate(JSON.parse(update)),
    quiet: async () => {},
    filed: () => redis.hlen(talk.FILED),
    kept: async (chat) => ({ session: await redis.strlen(`${chat}:${chat}`), person: 0 }),
    close: async () => redis.disconnect(),
  };
}

type Wizard = Context & {
  session: Scenes.WizardSession<Scenes.WizardSessionData>;
  scene: Scenes.SceneContextScene<Wizard, Scenes.WizardSessionData>;
  wizard: Scenes.WizardContextWizard<Wizard>;
};

function wizard(redis: Redis): Scenes.WizardScene<Wizard> {
  const report = (ctx: Wizard) => ctx.wizard.state as Report;
  return new Scenes.WizardScene<Wizard>(
    'report',
    async (ctx) => {
      await ctx.reply(talk.ASK_CATEGORY, { reply_markup: talk.CATEGORY_BUTTONS });
      return ctx.wizard.next();
    },
    async (ctx) => {
      if (!ctx.callbackQuery || !('data' in ctx.callbackQuery)) return;
      report(ctx).category = ctx.callbackQuery.data.slice('category:'.length);
      await ctx.reply(talk.ASK_TEXT);
      return ctx.wizard.next();
    },
    async (ctx) => {
      if (!ctx.message || !('text' in ctx.message)) return;
      report(ctx).text = ctx.message.text;
      await ctx.reply(talk.ASK_LOCATION, { reply_markup: talk.LOCATION_BUTTON });
      return ctx.wizard.next();
    },
    async (ctx) => {
      if (!ctx.message || !('location' in ctx.message)) return;
      const { latitude, longitude } = ctx.message.location;
      report(ctx).location = { latitude, longitude };
      await ctx.reply(talk.ASK_PHOTO);
      return ctx.wizard.next();
    },
    async (ctx) => {
      const photo = ctx.message && 'photo' in ctx.message ? ctx.message.photo.at(-1) : undefined;
      if (!photo) return;
      report(ctx).photo = photo.file_id;
      await ctx.reply(talk.askConfirm(report(ctx)), { reply_markup: talk.CONFIRM_BUTTONS });
      return ctx.wizard.next();
    },
    async (ctx) => {
      if (!ctx.callbackQuery || !('data' in ctx.callbackQuery) || !ctx.chat) return;
      await redis.hset(talk.FILED, String(ctx.chat.id), JSON.stringify(report(ctx)));
      await ctx.reply(talk.done(ctx.chat.id));
      return ctx.scene.leave();
    },
  );
}
