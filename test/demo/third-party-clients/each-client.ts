import { afterAll, beforeAll, describe } from 'vitest';
import type { Simulator } from '../../../src/demo/simulator/server.ts';
import { startSimulator } from '../../../src/demo/simulator/server.ts';
import type { LoggedCall } from '../../../src/demo/simulator/sim-calls.ts';
import { Phone } from '../../phone.ts';
import type { Client, Mode } from './client.ts';
import { openNodeTelegramBotApi } from './node-telegram-bot-api.ts';
import { openTelegraf } from './telegraf.ts';

/** A JPEG signature and 70,000 other bytes, which show that a download is complete. */
export const JPEG = Buffer.concat([
  Buffer.from('ffd8ffe0', 'hex'),
  Buffer.from(Array.from({ length: 70_000 }, (_, i) => i % 256)),
]);

/** A client in its own simulator, and one person who has started it. It is available only while tests run. */
export type Stage = {
  readonly mode: Mode;
  readonly simulator: Simulator;
  readonly client: Client;
  readonly phone: Phone;
  calls(method: string): Promise<readonly LoggedCall[]>;
  /** Awaits a call that is refused and returns the refusal as the library reports it. */
  refusal(call: Promise<unknown>): Promise<ReturnType<Client['refusal']>>;
};

const CLIENTS = [
  ['telegraf', 'polling', openTelegraf],
  ['telegraf', 'webhook', openTelegraf],
  ['node-telegram-bot-api', 'polling', openNodeTelegramBotApi],
  ['node-telegram-bot-api', 'webhook', openNodeTelegramBotApi],
] as const;

/** Defines the tests for each library and each way of receiving updates. */
export function eachClient(tests: (stage: Stage) => void): void {
  describe.each(CLIENTS)('an unmodified %s by %s', (_library, mode, open) => {
    let simulator: Simulator;
    let client: Client;
    let phone: Phone;
    beforeAll(async () => {
      simulator = await startSimulator({ port: 0, limits: false });
      client = await open(simulator, mode);
      phone = await Phone.of(simulator.url);
      await phone.say('/start qr_17');
      await phone.sees(/欢迎 qr_17/);
    });
    afterAll(async () => {
      await client.close();
      await simulator.close();
    });
    tests({
      mode,
      get simulator() {
        return simulator;
      },
      get client() {
        return client;
      },
      get phone() {
        return phone;
      },
      calls: async (method) => {
        const all = (await (await fetch(`${simulator.url}/sim/calls`)).json()) as readonly LoggedCall[];
        return all.filter((call) => call.method === method);
      },
      refusal: async (call) => {
        const error = await call.then(
          () => new Error('The call was not refused.'),
          (reason) => reason,
        );
        return client.refusal(error);
      },
    });
  });
}
