import { afterAll, beforeAll, describe } from 'vitest';
import type { Simulator } from '../../../src/demo/simulator/server.ts';
import { startSimulator } from '../../../src/demo/simulator/server.ts';
import type { LoggedCall } from '../../../src/demo/simulator/sim-calls.ts';
import { Phone } from '../../phone.ts';
import type { Mode, Voice } from './client.ts';
import { openNodeTelegramBotApi } from './node-telegram-bot-api.ts';
import { openTelegraf } from './telegraf.ts';

/** As much of a JPEG as anybody looks at here; the rest tells whether it came through whole. */
export const JPEG = Buffer.concat([
  Buffer.from('ffd8ffe0', 'hex'),
  Buffer.from(Array.from({ length: 70_000 }, (_, i) => i % 256)),
]);

/** A voice in a simulator of its own, and one person who has started it; there while the tests run. */
export type Stage = {
  readonly mode: Mode;
  readonly simulator: Simulator;
  readonly voice: Voice;
  readonly phone: Phone;
  calls(method: string): Promise<readonly LoggedCall[]>;
  /** What the library makes of a call that is refused. */
  refusal(call: Promise<unknown>): Promise<ReturnType<Voice['refusal']>>;
};

const VOICES = [
  ['telegraf', 'polling', openTelegraf],
  ['telegraf', 'webhook', openTelegraf],
  ['node-telegram-bot-api', 'polling', openNodeTelegramBotApi],
  ['node-telegram-bot-api', 'webhook', openNodeTelegramBotApi],
] as const;

export function eachVoice(tests: (stage: Stage) => void): void {
  describe.each(VOICES)('an unmodified %s by %s', (_library, mode, open) => {
    let simulator: Simulator;
    let voice: Voice;
    let phone: Phone;
    beforeAll(async () => {
      simulator = await startSimulator({ port: 0, limits: false });
      voice = await open(simulator, mode);
      phone = await Phone.of(simulator.url);
      await phone.say('/start qr_17');
      await phone.sees(/欢迎 qr_17/);
    });
    afterAll(async () => {
      await voice.close();
      await simulator.close();
    });
    tests({
      mode,
      get simulator() {
        return simulator;
      },
      get voice() {
        return voice;
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
        return voice.refusal(error);
      },
    });
  });
}
