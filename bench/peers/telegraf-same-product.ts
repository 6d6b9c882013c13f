import type { ServerResponse } from 'node:http';
import type { Context } from 'telegraf';
import { Scenes, session, Telegraf } from 'telegraf';
import { findNearby } from '../../src/cases/report/nearby.ts';
import { personShield } from '../../src/cases/report/person-shield.ts';
import type { City } from '../../src/city/city.ts';
import type { Say } from '../../src/i18n.ts';
import type { Contact } from '../../src/people/contact.ts';
import { agree, hasAgreed, newContact } from '../../src/people/contact.ts';
import type { Store } from '../../src/store/store.ts';
import type { Environment, Step, Subject } from '../subject.ts';
import { fileReport, openRecords, reportOf, tellDispatchers } from './same-product/records.ts';
import type { Draft } from './same-product/wording.ts';
import { openSay, talkIn } from './same-product/wording.ts';

const LANGUAGE = 'zh-CN';

/** The steps of the product's report talk; turn.ts compares the messages of each with the product's. */
const STEPS: readonly Step[] = [
  { name: 'command', act: { type: 'command', text: '/report' }, timed: true, messages: 1 },
  { name: 'group', act: { type: 'tap', data: 'group:' }, timed: false, messages: 1 },
  { name: 'category', act: { type: 'tap', data: 'category:' }, timed: true, messages: 2 },
  { name: 'place', act: { type: 'location' }, timed: true, messages: 2 },
  { name: 'text', act: { type: 'text' }, timed: true, messages: 1 },
  { name: 'photo', act: { type: 'photo' }, timed: true, messages: 1 },
  { name: 'send', act: { type: 'tap', data: 'review:send' }, timed: true, messages: 2 },
];

/**
 * The product's report talk on Telegraf 4, with a WizardScene, a session in Redis, and acknowledgements on the webhook's
 * answer. It has the product's messages, edits, wording, regions, person shield, search for cases nearby, case record,
 * and notice of the dispatcher. It has none of the product's guarantees.
 */
export async function open({ redisUrl, apiRoot, token }: Environment): Promise<Subject> {
  const bot = new Telegraf<Talking>(token, { telegram: { apiRoot, webhookReply: true }, handlerTimeout: 60_000 });
  bot.botInfo = await bot.telegram.getMe();
  const { store, city } = await openRecords(redisUrl);
  const { redis, keys } = store;
  const sessions = {
    get: async (key: string) => JSON.parse((await redis.get(key)) ?? 'null') ?? undefined,
    set: (key: string, value: object) => redis.set(key, JSON.stringify(value)),
    delete: (key: string) => redis.del(key),
  };
  bot.use(session({ store: sessions }));
  bot.use(new Scenes.Stage<Talking>([wizard({ store, city, say: openSay(LANGUAGE) })]).middleware());
  bot.command('report', (ctx) => ctx.scene.enter('report'));
  const sessionOf = (chat: number) => `${chat}:${chat}`;
  return {
    steps: STEPS,
    async prepare(chats) {
      const now = Date.now();
      const contact = agree(agree(newContact(LANGUAGE, now), 'basic', now), 'location', now);
      const batch = redis.pipeline();
      for (const chat of chats) batch.set(sessionOf(chat), JSON.stringify({ contact }));
      await batch.exec();
    },
    take: (update) => bot.handleUpdate(JSON.parse(update), webhookAnswer()),
    quiet: async () => {},
    filed: () => redis.zcard(keys.casesIn('submitted')),
    kept: async (chat) => ({ session: await redis.strlen(sessionOf(chat)), person: 0 }),
    close: async () => redis.disconnect(),
  };
}

/** The HTTP answer to one webhook call; Telegraf puts the acknowledgement of a tap into it. */
function webhookAnswer(): ServerResponse {
  const answer = {
    headersSent: false,
    writableEnded: false,
    setHeader: () => answer,
    end: () => {
      answer.writableEnded = true;
    },
  };
  return answer as unknown as ServerResponse; // the part that Telegraf uses
}

type Talking = Context & {
  session: Scenes.WizardSession<Scenes.WizardSessionData> & { contact?: Contact };
  scene: Scenes.SceneContextScene<Talking, Scenes.WizardSessionData>;
  wizard: Scenes.WizardContextWizard<Talking>;
};
type Bot = { readonly store: Store; readonly city: City; readonly say: Say };
type Message = { readonly text: string; readonly extra: object };

function wizard(bot: Bot): Scenes.WizardScene<Talking> {
  const { store, city, say } = bot;
  const talk = talkIn(LANGUAGE, say, city);
  const draftOf = (ctx: Talking) => ctx.wizard.state as Draft;
  const reply = (ctx: Talking, { text, extra }: Message) => ctx.reply(text, extra);
  const edit = (ctx: Talking, { text, extra }: Message) => ctx.editMessageText(text, extra);
  const tapped = (ctx: Talking, start: string) => {
    const data = ctx.callbackQuery && 'data' in ctx.callbackQuery ? ctx.callbackQuery.data : '';
    return data.startsWith(start) ? data.slice(start.length) : undefined;
  };
  const file = async (ctx: Talking) => {
    const { from, session: kept } = ctx;
    const draft = draftOf(ctx);
    if (!from) return;
    const report = reportOf(draft, city);
    await fileReport(store, report, `telegram:${from.id}`, `telegram:${ctx.update.update_id}`);
    const { contact = newContact(LANGUAGE, report.filedAt) } = kept;
    kept.contact = { ...contact, lastPlace: { place: report.place, at: report.filedAt } };
    await ctx.answerCbQuery();
    await Promise.all([edit(ctx, talk.cardNoted(draft)), reply(ctx, talk.done(report))]);
    await tellDispatchers(bot, report, say, (chat, { text, choices = [] }) =>
      ctx.telegram.sendMessage(chat, text, {
        reply_markup: {
          inline_keyboard: choices.map((row) => row.map(({ id, label }) => ({ text: label, callback_data: id }))),
        },
      }),
    );
    await ctx.scene.leave();
  };
  return new Scenes.WizardScene<Talking>(
    'report',
    async (ctx) => {
      const { contact } = ctx.session;
      if (!contact || !hasAgreed(contact, 'basic')) return ctx.reply(say('flows/report-hazard:consent.ask'));
      await reply(ctx, talk.groups());
      return ctx.wizard.next();
    },
    async (ctx) => {
      const group = tapped(ctx, 'group:');
      if (group === undefined) return;
      await ctx.answerCbQuery();
      await edit(ctx, talk.leaves(group));
      return ctx.wizard.next();
    },
    async (ctx) => {
      const category = tapped(ctx, 'category:');
      if (category === undefined) return;
      draftOf(ctx).category = category;
      await ctx.answerCbQuery();
      await Promise.all([edit(ctx, talk.categoryNoted(category)), reply(ctx, talk.askPlace())]);
      return ctx.wizard.next();
    },
    async (ctx) => {
      if (!ctx.message || !('location' in ctx.message)) return;
      const { latitude, longitude } = ctx.message.location;
      const draft = draftOf(ctx);
      const [place, ...others] = city.regions.read({ latitude, longitude });
      if (!place || others.length > 0) return ctx.reply(say('flows/report-hazard:place.which'));
      const near = await findNearby(store, city.categories, draft.category ?? '', place);
      if (near.length > 0) return ctx.reply(say('flows/report-hazard:same.ask'));
      draft.place = place;
      await reply(ctx, talk.placeNoted());
      await reply(ctx, talk.card(draft, false));
      return ctx.wizard.next();
    },
    async (ctx) => {
      const draft = draftOf(ctx);
      if (ctx.message && 'text' in ctx.message) {
        const { text } = ctx.message;
        const screened = personShield(text);
        if (screened) return ctx.reply(say('common:screened.ask', { ...screened }));
        draft.description = text;
        return reply(ctx, talk.card(draft, false));
      }
      const photo = ctx.message && 'photo' in ctx.message ? ctx.message.photo.at(-1) : undefined;
      if (photo) {
        draft.photos = [...(draft.photos ?? []), { file: photo.file_id, same: photo.file_unique_id }];
        return reply(ctx, talk.card(draft, true));
      }
      if (tapped(ctx, 'review:') === 'send') await file(ctx);
    },
  );
}
