import { PlatformPhone } from './platform-phone.ts';

/** A person with WeChat on a phone; all she can do goes through the /sim calls of the simulator. */
export class WechatPhone extends PlatformPhone {
  /** A new phone whose owner follows the account, unless `follows` is false. */
  static async of(url: string, { name = '周阿姨', follows = true } = {}): Promise<WechatPhone> {
    const phone = new WechatPhone(url, await PlatformPhone.join(url, { name }));
    if (follows) await phone.act('follow');
    return phone;
  }

  /** Taps the newest link with this text. */
  async tap(link: string): Promise<{ readonly url?: string }> {
    const message = (await this.messages()).findLast(({ links }) => links.some(({ text }) => text === link));
    if (!message) throw new Error(`No message has a link “${link}”.`);
    return this.act('tap', { message_id: message.message_id, link });
  }
}
