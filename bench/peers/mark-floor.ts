import { Redis } from 'ioredis';
import { openMessage } from '../broadcast/announcement.ts';
import { openChannel } from '../broadcast/open-channel.ts';
import type { Sender, SenderEnvironment } from '../broadcast/sender.ts';

/** Calls without an outcome at a kill, at most: the product's bound. */
const IN_FLIGHT_MAX = 64;
/** Ended calls that one script call records. */
const ENDED_MIN = 32;

/**
 * Records the outcomes of ended calls, then passes the next recipients and reads their records.
 * KEYS cursor, outcomes, message ids, then the next persons. ARGV place and message id of each ended call.
 */
const TURN = `
for i = 1, #ARGV, 2 do
  redis.call('SETRANGE', KEYS[2], ARGV[i], 'd')
  redis.call('SETRANGE', KEYS[3], ARGV[i] * 4, struct.pack('>I4', tonumber(ARGV[i + 1])))
end
local contacts = {}
for i = 4, #KEYS do contacts[i - 3] = redis.call('HGET', KEYS[i], 'contact') or '' end
if #contacts > 0 then redis.call('INCRBY', KEYS[1], #contacts) end
return contacts
`;

/**
 * The least program with the product's bound on unknown outcomes: a mark before each call, the outcome and the message id
 * after it, and the record of each recipient. It has no pace, lease, retries, kinds of outcomes or channels.
 */
export async function open(environment: SenderEnvironment): Promise<Sender> {
  const channel = await openChannel(environment);
  const message = openMessage();
  const redis = new Redis(environment.redisUrl, { scripts: { turn: { lua: TURN } } });
  const { turn } = redis as unknown as {
    turn(keys: number, ...words: (string | number)[]): Promise<readonly string[]>;
  };
  const contact = JSON.stringify({ language: 'zh-CN', subscribed: true });
  let chats: readonly number[] = [];
  let runs = 0;
  return {
    async prepare(people) {
      const batch = redis.pipeline();
      for (const chat of people) batch.hset(personKey(chat), { contact });
      await batch.exec();
    },
    async enqueue(all) {
      chats = all;
      runs += 1;
      await redis.set(`run:${runs}:audience`, Buffer.from(Float64Array.from(all).buffer));
    },
    async send() {
      const own = ['cursor', 'outcomes', 'messages'].map((name) => `run:${runs}:${name}`);
      let [next, inFlight] = [0, 0];
      const ended: (string | number)[] = [];
      let wake = () => {};
      const call = async (place: number) => {
        const outcome = await channel.send(`telegram:${chats[place]}`, message, `${runs}:${place}`);
        if (outcome.type !== 'sent') throw new Error(`The channel returned the outcome ${outcome.type}.`);
        ended.push(place, Number(outcome.ref));
        wake();
      };
      while (next < chats.length || inFlight > 0) {
        const wanted = next < chats.length ? Math.min(ENDED_MIN, inFlight) : inFlight;
        while (ended.length / 2 < wanted) await new Promise<void>((go) => (wake = go));
        inFlight -= ended.length / 2;
        const places = chats.slice(next, next + IN_FLIGHT_MAX - inFlight);
        const keys = [...own, ...places.map(personKey)];
        const contacts = await turn.call(redis, keys.length, ...keys, ...ended.splice(0));
        for (const read of contacts) {
          JSON.parse(read);
          call(next);
          next += 1;
        }
        inFlight += contacts.length;
      }
      return [];
    },
    async close() {
      await channel.close();
      redis.disconnect();
    },
  };
}

function personKey(chat: number): string {
  return `floor:person:telegram:${chat}`;
}
