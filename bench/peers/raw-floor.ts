import type { Update } from '@grammyjs/types';
import { Redis } from 'ioredis';
import { Pool } from 'undici';
import type { Environment, Subject } from '../subject.ts';
import type { Report } from './report-talk.ts';
import * as talk from './report-talk.ts';

/** The session of one person. */
export type Kept = { step: string; report: Report };

/** No framework: GET, a switch, SET and undici's dispatch. No bot with a session in Redis can cost less. */
export async function open({ redisUrl, apiRoot, token, calls }: Environment): Promise<Subject> {
  const redis = new Redis(redisUrl);
  const pool = new Pool(apiRoot, { connections: 100, pipelining: 1 });
  const send = (chat: number, text: string, reply_markup?: object) =>
    post(pool, `/bot${token}/sendMessage`, JSON.stringify({ chat_id: chat, text, reply_markup }));
  const turn = async (update: Update): Promise<void> => {
    const from = update.message?.from ?? update.callback_query?.from;
    if (!from) return;
    const key = String(from.id);
    const text = await redis.get(key);
    const kept: Kept = text === null ? { step: 'idle', report: {} } : JSON.parse(text);
    const number = talk.STEPS.findIndex(({ name }) => name === kept.step);
    await answer(update, kept, from.id, send, (report) => redis.hset(talk.FILED, key, JSON.stringify(report)));
    // `calls` adds the API calls that another subject makes in this step, which shows the cost of the calls alone.
    for (let i = 1; i < (calls?.[Math.max(0, number)] ?? 1); i += 1) {
      await post(pool, `/bot${token}/sendChatAction`, JSON.stringify({ chat_id: from.id, action: 'typing' }));
    }
    await redis.set(key, JSON.stringify(kept));
  };
  return {
    steps: talk.STEPS,
    prepare: async () => {},
    take: async (update) => turn(JSON.parse(update)),
    quiet: async () => {},
    filed: () => redis.hlen(talk.FILED),
    kept: async (chat) => ({ session: await redis.strlen(String(chat)), person: 0 }),
    close: async () => {
      redis.disconnect();
      await pool.destroy();
    },
  };
}

type Send = (chat: number, text: string, markup?: object) => Promise<unknown>;
type File = (report: Report) => Promise<unknown>;

/** Handles one step of the talk. */
export async function answer(update: Update, kept: Kept, chat: number, send: Send, file: File): Promise<unknown> {
  const { message, callback_query: tap } = update;
  const { report } = kept;
  if (message?.text === '/report') {
    kept.step = 'category';
    kept.report = {};
    return send(chat, talk.ASK_CATEGORY, talk.CATEGORY_BUTTONS);
  }
  switch (kept.step) {
    case 'category':
      report.category = tap?.data?.slice('category:'.length) ?? '';
      kept.step = 'text';
      return send(chat, talk.ASK_TEXT);
    case 'text':
      report.text = message?.text ?? '';
      kept.step = 'location';
      return send(chat, talk.ASK_LOCATION, talk.LOCATION_BUTTON);
    case 'location': {
      const { latitude = 0, longitude = 0 } = message?.location ?? {};
      report.location = { latitude, longitude };
      kept.step = 'photo';
      return send(chat, talk.ASK_PHOTO);
    }
    case 'photo':
      report.photo = message?.photo?.at(-1)?.file_id ?? '';
      kept.step = 'confirm';
      return send(chat, talk.askConfirm(report), talk.CONFIRM_BUTTONS);
    case 'confirm':
      await file(report);
      kept.step = 'idle';
      kept.report = {};
      return send(chat, talk.done(chat));
  }
}

/** Posts with dispatch, undici's fastest method. */
export function post(pool: Pool, path: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    pool.dispatch(
      { path, method: 'POST', headers: { 'content-type': 'application/json' }, body },
      {
        onRequestStart: () => {}, // its presence tells undici that this handler has the new interface
        onResponseData: (_controller, chunk) => {
          chunks.push(chunk);
        },
        onResponseEnd: () => resolve(chunks.length === 1 ? String(chunks[0]) : Buffer.concat(chunks).toString()),
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}
