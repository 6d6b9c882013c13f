import { Pool } from 'undici';
import type { Channel, Outgoing, Urn } from '../../src/channels/channel.ts';
import { openRelay } from '../../src/delivery/relay.ts';
import { openLog } from '../../src/log.ts';
import { commit } from '../../src/store/commit.ts';
import { connect } from '../../src/store/connect.ts';
import type { Store } from '../../src/store/store.ts';
import { openStore } from '../../src/store/store.ts';
import { OUTER_KEY } from '../open-city.ts';
import type { Environment, Subject } from '../subject.ts';
import type { Kept } from './raw-floor.ts';
import { answer, post } from './raw-floor.ts';
import * as talk from './report-talk.ts';

/**
 * The raw floor with the product's guarantees, but without its talk. Each step is one commit with deduplication, version
 * and outbox; the relay sends and settles its message. The product's further cost is reading, deciding and wording.
 */
export async function open({ redisUrl, apiRoot, token, calls }: Environment): Promise<Subject> {
  const store = await openStore(connect(redisUrl), 'floor', UNREACHED_PACE, Date.now(), { outerKey: OUTER_KEY });
  const pool = new Pool(apiRoot, { connections: 100, pipelining: 1 });
  const sent = new Map<Urn, () => void>();
  const channel = {
    scheme: 'telegram',
    send: async (to: Urn, message: Outgoing) => {
      const body = JSON.parse(await post(pool, `/bot${token}/sendMessage`, message.text));
      sent.get(to)?.();
      return { type: 'sent', ref: String(body.result.message_id) } as const;
    },
  } as unknown as Channel;
  const relay = openRelay({ store, channels: [channel], log: openLog('error', [], () => {}) });
  const persons = new Map<Urn, { readonly version: number; readonly kept: Kept }>();
  const filed = store.keys.casesIn('floor');
  return {
    steps: talk.STEPS,
    prepare: async () => {},
    async take(json) {
      const update = JSON.parse(json);
      const { from } = update.message ?? update.callback_query;
      const chat: number = from.id;
      const person: Urn = `telegram:${chat}`;
      const { version, kept } = persons.get(person) ?? { version: 0, kept: { step: 'idle', report: {} } };
      const number = talk.STEPS.findIndex(({ name }) => name === kept.step);
      const done = new Promise<void>((resolve) => sent.set(person, resolve));
      const bodies: string[] = [];
      let reports = 0;
      await answer(
        update,
        kept,
        chat,
        async (to, text, reply_markup) => bodies.push(JSON.stringify({ chat_id: to, text, reply_markup })),
        async () => {
          reports += 1;
        },
      );
      const change = {
        op: `telegram:${update.update_id}`,
        person,
        version,
        fields: { talks: JSON.stringify(kept) },
        checks: [],
        writes: reports > 0 ? [['ZADD', filed, 0, person] as const] : [],
        messages: bodies.map((text) => ({ to: person, lane: 'reply' as const, body: JSON.stringify({ text }) })),
        audit: [],
      };
      const committed = await commit(store, change, Date.now());
      if (committed.type !== 'ok') throw new Error(`The commit met a ${committed.type}.`);
      persons.set(person, { version: committed.version, kept });
      relay.send(committed.claimed);
      await done;
      for (let i = 1; i < (calls?.[Math.max(0, number)] ?? 1); i += 1) {
        await post(pool, `/bot${token}/sendChatAction`, JSON.stringify({ chat_id: chat, action: 'typing' }));
      }
    },
    quiet: () => untilSent(store),
    filed: () => store.redis.zcard(filed),
    kept: async (chat) => ({ session: JSON.stringify(persons.get(`telegram:${chat}`)?.kept).length, person: 0 }),
    async close() {
      await relay.close();
      store.redis.disconnect();
      await pool.destroy();
    },
  };
}

/** A pace that never waits. */
export const UNREACHED_PACE = { perSecond: 1e6, burst: 1e6, bulkPerSecond: 1e6, chatPerSecond: 1e6, chatBurst: 1e6 };

/** Resolves once no message waits. */
export async function untilSent({ redis, keys }: Store): Promise<void> {
  while ((await redis.hlen(keys.outbox)) > 0) await new Promise((next) => setTimeout(next, 2));
}
