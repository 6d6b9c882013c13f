import type { Conversation, ConversationData, ConversationFlavor, VersionedState } from '@grammyjs/conversations';
import { conversations, createConversation } from '@grammyjs/conversations';
import type { Context } from 'grammy';
import { Bot } from 'grammy';
import { Redis } from 'ioredis';
import type { Environment, Subject } from '../subject.ts';
import type { Report } from './report-talk.ts';
import * as talk from './report-talk.ts';

type Talking = ConversationFlavor<Context>;

/** grammY 1 with its conversations plugin: the talk is one function, with its replay log in Redis. */
export async function open({ redisUrl, apiRoot, token }: Environment): Promise<Subject> {
  const redis = new Redis(redisUrl);
  const bot = new Bot<Talking>(token, { client: { apiRoot } });
  await bot.init();
  const storage = {
    read: async (key: string) => {
      const text = await redis.get(key);
      return text === null ? undefined : (JSON.parse(text) as VersionedState<ConversationData>);
    },
    write: async (key: string, value: VersionedState<ConversationData>) => {
      await redis.set(key, JSON.stringify(value));
    },
    delete: async (key: string) => {
      await redis.del(key);
    },
  };
  bot.use(conversations({ storage }));
  bot.use(createConversation((conversation, ctx) => report(conversation, ctx, redis), 'report'));
  bot.command('report', (ctx) => ctx.conversation.enter('report'));
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

async function report(conversation: Conversation<Talking, Context>, ctx: Context, redis: Redis): Promise<void> {
  const made: Report = {};
  await ctx.reply(talk.ASK_CATEGORY, { reply_markup: talk.CATEGORY_BUTTONS });
  const category = await conversation.waitFor('callback_query:data');
  made.category = category.callbackQuery.data.slice('category:'.length);
  await ctx.reply(talk.ASK_TEXT);
  made.text = (await conversation.waitFor('message:text')).message.text;
  await ctx.reply(talk.ASK_LOCATION, { reply_markup: talk.LOCATION_BUTTON });
  const { latitude, longitude } = (await conversation.waitFor('message:location')).message.location;
  made.location = { latitude, longitude };
  await ctx.reply(talk.ASK_PHOTO);
  made.photo = (await conversation.waitFor('message:photo')).message.photo.at(-1)?.file_id ?? '';
  await ctx.reply(talk.askConfirm(made), { reply_markup: talk.CONFIRM_BUTTONS });
  await conversation.waitFor('callback_query:data');
  await conversation.external(() => redis.hset(talk.FILED, String(ctx.chatId), JSON.stringify(made)));
  await ctx.reply(talk.done(ctx.chatId ?? 0));
}
