import type { SendOutcome } from '../channels/channel.ts';
import type { TokenCall } from '../channels/wechat/api.ts';
import { openTokenApi } from '../channels/wechat/api.ts';
import * as wechat from '../channels/wechat/outcome.ts';
import { tokenCallOf as wechatToken } from '../channels/wechat/wechat.ts';
import * as wecom from '../channels/wecom/outcome.ts';
import { tokenCallOf as wecomToken } from '../channels/wecom/wecom.ts';
import type { BellConfig, Config } from '../config.ts';

/** One line about a channel: what stands on the platform's page, or what the platform refuses with the cure. */
export type ChannelLine = { readonly ok: boolean; readonly text: string };

type Platform = {
  readonly name: string;
  /** What its owner enters on the platform's page, one line each. */
  readonly needs: readonly string[];
  readonly apiRoot: string;
  readonly token: TokenCall;
  readonly outcomeOf: (error: unknown) => SendOutcome;
  readonly troubleOf: (outcome: SendOutcome) => string | undefined;
};

/** Tells what the platform of each configured channel needs, and asks it for a token. */
export async function checkChannels(config: Config): Promise<readonly ChannelLine[]> {
  const at = config.site ?? 'PUBLIC_URL (not set)';
  const domain = config.site ? new URL(config.site).host : at;
  const lines: ChannelLine[] = config.webChat ? [{ ok: true, text: `Web chat: ${at}/w/` }] : [];
  for (const { name, needs, apiRoot, token, outcomeOf, troubleOf } of platformsOf(config, at, domain)) {
    const api = openTokenApi(apiRoot, token, Date.now);
    const trouble = await api.check().then(
      () => undefined,
      (error) => troubleOf(outcomeOf(error)) ?? String(error),
    );
    await api.close();
    for (const need of needs) lines.push({ ok: true, text: `${name}: ${need}` });
    lines.push({ ok: !trouble, text: trouble ?? `${name} gives a token to this server.` });
  }
  return lines;
}

function platformsOf({ wechat: account, wecom: app }: Config, at: string, domain: string): readonly Platform[] {
  const ofWechat = account && {
    name: 'WeChat',
    needs: [
      `the server address is ${at}/wechat, encrypted mode, with WECHAT_TOKEN and WECHAT_AES_KEY.`,
      "this server's address stands on the IP white list.",
      `the domain for OAuth in pages is ${domain}; without it, the page inside WeChat is a person of its own.`,
      account.bell
        ? `notices use the ${account.bell.kind} ${account.bell.template}; its fields are ${fieldsOf(account.bell)}.`
        : 'news waits silently outside the reply window. Set WECHAT_TEMPLATE for a notice.',
    ],
    apiRoot: account.apiRoot,
    token: wechatToken(account),
    ...wechat,
  };
  const ofWecom = app && {
    name: 'WeCom',
    needs: [
      `the callback address is ${at}/wecom, with WECOM_TOKEN and WECOM_AES_KEY.`,
      "this server's address stands on the list of trusted IP addresses.",
      `the trusted domain for OAuth is ${domain}; without it, the console cannot be opened from WeCom.`,
    ],
    apiRoot: app.apiRoot,
    token: wecomToken(app),
    ...wecom,
  };
  return [ofWechat, ofWecom].filter((one) => one !== undefined);
}

function fieldsOf({ fields }: BellConfig): string {
  return Object.entries(fields)
    .map((pair) => pair.join('='))
    .join(', ');
}
