import { openTokenApi } from '../channels/wechat/api.ts';
import { outcomeOf as wechatOutcome, troubleOf as wechatTrouble } from '../channels/wechat/outcome.ts';
import { tokenCallOf as wechatToken } from '../channels/wechat/wechat.ts';
import { outcomeOf as wecomOutcome, troubleOf as wecomTrouble } from '../channels/wecom/outcome.ts';
import { tokenCallOf as wecomToken } from '../channels/wecom/wecom.ts';
import type { Config } from '../config.ts';

/** One line about a channel: what stands on the platform's page, or what the platform refuses with the cure. */
export type ChannelLine = { readonly ok: boolean; readonly text: string };

/** Tells what the platform of each configured channel needs, and asks it for a token. */
export async function checkChannels({ site, webChat, wechat, wecom }: Config): Promise<readonly ChannelLine[]> {
  const at = site ?? 'PUBLIC_URL (not set)';
  const lines: ChannelLine[] = webChat ? [{ ok: true, text: `Web chat: ${at}/w/` }] : [];
  if (wechat) {
    const api = openTokenApi(wechat.apiRoot, wechatToken(wechat), Date.now);
    const trouble = await api.check().then(
      () => undefined,
      (error) => wechatTrouble(wechatOutcome(error)) ?? String(error),
    );
    await api.close();
    const text = `WeChat: the server address is ${at}/wechat, encrypted mode, with WECHAT_TOKEN and WECHAT_AES_KEY.`;
    lines.push({ ok: true, text }, { ok: !trouble, text: trouble ?? 'WeChat gives a token to this server.' });
  }
  if (wecom) {
    const api = openTokenApi(wecom.apiRoot, wecomToken(wecom), Date.now);
    const trouble = await api.check().then(
      () => undefined,
      (error) => wecomTrouble(wecomOutcome(error)) ?? String(error),
    );
    await api.close();
    const text = `WeCom: the callback address is ${at}/wecom, with WECOM_TOKEN and WECOM_AES_KEY.`;
    lines.push({ ok: true, text }, { ok: !trouble, text: trouble ?? 'WeCom gives a token to this server.' });
  }
  return lines;
}
