import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { startWechatSimulator } from '../../src/demo/wechat/server.ts';
import { startWecomSimulator } from '../../src/demo/wecom/server.ts';
import { checkChannels } from '../../src/operator/check-channels.ts';

const config = readConfig({});

test('the doctor tells what each platform needs, and what it refuses with the cure', async () => {
  const wechat = await startWechatSimulator({ port: 0, account: { addresses: ['203.0.113.9'] } });
  const wecom = await startWecomSimulator({ port: 0 });
  const lines = await checkChannels({
    ...config,
    site: 'https://anlin.example',
    wechat: { ...wechat.account, apiRoot: wechat.url },
    wecom: { ...wecom.app, apiRoot: wecom.url },
  });
  await wechat.close();
  await wecom.close();
  expect(lines.map(({ ok, text }) => `${ok} ${text}`)).toEqual([
    'true Web chat: https://anlin.example/w/',
    expect.stringMatching(/^true WeChat: the server address is https:\/\/anlin\.example\/wechat/),
    expect.stringContaining('IP white list'),
    expect.stringMatching(/^true WeChat: .*domain for OAuth in pages is anlin\.example;/),
    expect.stringMatching(/^true WeChat: news waits silently.*WECHAT_TEMPLATE/),
    expect.stringMatching(/^false WeChat refuses this server's address \(40164.*IP white list/),
    expect.stringMatching(/^true WeCom: the callback address is https:\/\/anlin\.example\/wecom/),
    expect.stringContaining('trusted IP addresses'),
    expect.stringMatching(/^true WeCom: .*trusted domain for OAuth is anlin\.example;/),
    'true WeCom gives a token to this server.',
  ]);
});
