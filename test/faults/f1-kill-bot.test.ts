import { randomInt } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { loadOwnCases } from '../../src/cases/case-store.ts';
import type { CrashPoint } from '../../src/crash-point.ts';
import { CRASH_POINTS } from '../../src/crash-point.ts';
import { startSimulator } from '../../src/demo/simulator/server.ts';
import type { EmbeddedRedis } from '../../src/store/start/embedded.ts';
import { startEmbeddedRedis } from '../../src/store/start/embedded.ts';
import { freePort } from '../../src/store/start/free-port.ts';
import { memoryFolder } from '../memory-folder.ts';
import { Phone } from '../phone.ts';
import { PATIENT_REPORT, PATIENT_REPORT_INPUTS, report } from '../report.ts';
import { apiCalls, sentMessages } from './bot-api.ts';
import { BotProcess } from './bot-process.ts';
import { committedMessages, expectInvariants, openStoreAt } from './invariants.ts';
import { randomIntFrom, seedOf } from './seed.ts';

/**
 * At these points a kill may repeat one reply: its call is on the wire or not settled.
 * While the webhook's 200 goes out, the reply is in flight too. A recovery may coincide with any send.
 * At the other points the person answers once each reply is settled, so that none is in flight.
 */
const MAY_REPEAT: readonly CrashPoint[] = [
  'send_on_wire',
  'after_send',
  'ack_on_wire',
  'after_confirm',
  'while_recovering',
];
const SECRET = 'f1-webhook-secret-0123456789';
const TIMES = Number(process.env.F1_TIMES ?? 1);

let redis: EmbeddedRedis;
let folder: string;
const random = randomIntFrom(seedOf('F1'));
beforeAll(async () => {
  folder = memoryFolder('anlin-f1-');
  redis = await startEmbeddedRedis(join(folder, 'redis'));
});
afterAll(async () => {
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A single pass per point uses a random mode; several passes use both. */
const MODES = ['polling', 'webhook'] as const;
const RUNS = CRASH_POINTS.flatMap((point) =>
  (TIMES === 1 ? [MODES[random(2)] ?? 'webhook'] : MODES).flatMap((mode) =>
    Array.from({ length: TIMES }, (_, i) => ({
      point,
      mode,
      nth: 1 + random(point === 'while_recovering' ? 1 : 6),
      i,
    })),
  ),
);

describe('a kill -9 of the bot', () => {
  test.concurrent.for(RUNS)(
    'at $point ($nth) by $mode files one case and loses no reply',
    { timeout: 90_000 },
    async (run, { onTestFinished }) => {
      const { point, mode, nth, i } = run;
      // A second try gets a store of its own.
      const city = `f1_${i}_${randomInt(1e6)}`;
      const simulator = await startSimulator({ port: 0, limits: false });
      const port = await freePort();
      const webhook: Record<string, string> =
        mode === 'webhook'
          ? {
              TELEGRAM_WEBHOOK_URL: `http://127.0.0.1:${port}/telegram`,
              TELEGRAM_WEBHOOK_SECRET: SECRET,
              PORT: String(port),
            }
          : {};
      const bot = new BotProcess(join(folder, city), {
        TELEGRAM_TOKEN: simulator.token,
        TELEGRAM_API_ROOT: simulator.url,
        REDIS_URL: redis.url,
        CITY: city,
        ...webhook,
      });
      onTestFinished(async () => {
        await bot.stop();
      });
      bot.start({ CRASH_AT: `${point}:${nth}` });
      const phone = await Phone.of(simulator.url);
      const store = await openStoreAt(redis.url, city);
      const settled = () =>
        vi.waitFor(async () => expect(await store.redis.hlen(store.keys.outbox)).toBe(0), {
          timeout: 15_000,
          interval: 5,
        });
      const mayRepeat = MAY_REPEAT.includes(point);
      const options = mayRepeat ? PATIENT_REPORT : { ...PATIENT_REPORT, beforeAnswer: settled };
      const number = await report(phone, options).catch((error) => {
        throw new Error(`${error.message}\n${bot.output}`);
      });

      await vi.waitFor(() => expect(bot.deaths, bot.output).toBe(1), { timeout: 15_000, interval: 50 });
      await settled();
      const cases = await loadOwnCases(store, `telegram:${phone.id}`);
      const sent = sentMessages(await apiCalls(simulator.url));
      const committed = await committedMessages(store);
      const version = Number(await store.redis.hget(store.keys.person(`telegram:${phone.id}`), 'version'));
      await expectInvariants(store);
      store.close();
      await bot.stop();
      await simulator.close();

      expect(cases.map(({ record }) => record.number)).toEqual([number]);
      expect(version, 'every input took effect once').toBe(PATIENT_REPORT_INPUTS);
      expect(sent, 'no reply is lost').toBeGreaterThanOrEqual(committed);
      expect(sent - committed, 'replies that came twice').toBeLessThanOrEqual(mayRepeat ? 1 : 0);
    },
  );
});
