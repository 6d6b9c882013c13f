import type { SeenMessage } from '../src/demo/tencent/seen-messages.ts';
import { PlatformPhone } from './platform-phone.ts';

/** A member with WeCom on a phone; all he can do goes through the /sim calls of the simulator. */
export class WecomPhone extends PlatformPhone {
  /** A new member to whom the app is shown. */
  static async of(url: string, { name = '老吴', userid = '' } = {}): Promise<WecomPhone> {
    return new WecomPhone(url, await PlatformPhone.join(url, { name, ...(userid ? { userid } : {}) }));
  }

  /** Taps a button of the newest card that has it. */
  async tap(button: string): Promise<{ readonly url?: string }> {
    const has = ({ card }: SeenMessage) => card?.buttons?.some(({ text }) => text === button) && !card.closed;
    const message = (await this.messages()).findLast(has);
    if (!message) throw new Error(`No card has a button “${button}”.`);
    return this.act('tap', { message_id: message.message_id, button });
  }
}
