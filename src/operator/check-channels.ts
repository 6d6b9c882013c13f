import type { SendOutcome } from '../channels/channel.ts';
import type { TokenCall } from '../channels/wechat/api.ts';
import { openTokenApi } from '../channels/wechat/api.ts';
import * as wechat from '../channels/wechat/outcome.ts';
import { tokenCallOf as wechatToken } from '../channels/wechat/wechat.ts';
import * as wecom from '../channels/wecom/outcome.ts';
import { tokenCallOf as wecomToken } from '../channels/wecom/wecom.ts';
import type { Config } from '../config.ts';

/** One line about a channel: what stands on the platform's page, or what the platform refuses with the cure. */
export type ChannelLine = { readonly ok: boolean; readonly text: string };

type Platform = {
  readonly name: string;
  /** What its owner enters on the platform's page. */
  readonly needs: string;
  readonly apiRoot: string;
  readonly token: TokenCall;
  readonly outcomeOf: (error: unknown) => SendOutcome;
  readonly troubleOf: (outcome: SendOutcome) => string | undefined;
};

/** Tells what the platform of each configured channel needs, and asks it for a token. */
export async function checkChannels(config: Config): Promise<readonly ChannelLine[]> {
  const at = config.site ?? 'PUBLIC_URL (not set)';
  const lines: ChannelLine[] = config.webChat ? [{ ok: true, text: `Web chat: ${at}/w/` }] : [];
  for (const { name, needs, apiRoot, token, outcomeOf, troubleOf } of platformsOf(config, at)) {
    const api = openTokenApi(apiRoot, token, Date.now);
    const trouble = await api.check().then(
      () => undefined,
      (error) => troubleOf(outcomeOf(error)) ?? String(error),
    );
    await api.close();
    lines.push({ ok: true, text: `${name}: ${needs}` });
    lines.push({ ok: !trouble, text: trouble ?? `${name} gives a token to this server.` });
  }
  return lines;
}

function platformsOf({ wechat: account, wecom: app }: Config, at: string): readonly Platform[] {
  const ofWechat = account && {
    name: 'WeChat',
    needs: `the server address is ${at}/wechat, encrypted mode, with WECHAT_TOKEN and WECHAT_AES_KEY.`,
    apiRoot: account.apiRoot,
    token: wechatToken(account),
    ...wechat,
  };
  const ofWecom = app && {
    name: 'WeCom',
    needs: `the callback address is ${at}/wecom, with WECOM_TOKEN and WECOM_AES_KEY.`,
    apiRoot: app.apiRoot,
    token: wecomToken(app),
    ...wecom,
  };
  return [ofWechat, ofWecom].filter((one) => one !== undefined);
}
