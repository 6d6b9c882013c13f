import { vi } from 'vitest';
import type { Urn } from '../../src/channels/channel.ts';
import { addressOf } from '../../src/channels/web/identity.ts';
import { WebClient } from '../channels/web/web-client.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { TestApp } from '../test-app.ts';
import { WechatPhone } from '../wechat-phone.ts';

/** A browser of a resident who has opened the chat, at the network address that the proxy on this machine names. */
export async function openPage(app: TestApp, from?: string): Promise<WebClient> {
  const page = new WebClient(`http://127.0.0.1:${app.running.web.port}`, (request) => {
    if (from) request.headers.set('x-forwarded-for', from);
    return fetch(request);
  });
  await page.start();
  await page.sees(/安邻/);
  return page;
}

/** A WeChat phone whose owner follows the account. */
export async function openWechat(app: TestApp): Promise<WechatPhone> {
  const phone = await WechatPhone.of(app.wechat?.url ?? '');
  await phone.sees(/安邻/);
  return phone;
}

export function urnOf(one: WebClient | WechatPhone): Urn {
  return one instanceof WebClient ? (addressOf(one.cookie?.split('=')[1]) ?? 'web:none') : `wechat:${one.id}`;
}

/** A new code on this page. */
export async function codeOn(page: WebClient): Promise<string> {
  await page.say('在别处继续');
  const { text } = await page.sees(/连 \w{4}-\w{4}/);
  return /连 (\w{4}-\w{4})/.exec(text)?.[1] ?? '';
}

/** Files a report, tap by tap. */
export async function report(page: WebClient): Promise<void> {
  await page.say('上报');
  await page.sees(/先跟您说明白/);
  await page.tap('同意基本处理');
  await page.sees(/哪一类|什么/);
  await page.tap('消防');
  await vi.waitFor(() => page.tap('电动车飞线充电'), { timeout: PATIENCE_MS });
  await page.sees(/隐患在哪里/);
  await page.say('湖边亭子旁');
  await page.sees(/哪一片/);
  await page.tap('不清楚');
  await page.sees(/都对就提交/);
  await page.tap('✅ 提交');
  await page.sees(/编号|返回码/);
}

/** Joins another place to the person of a page. `moves`: the other place has a past, which it agrees to move. */
export async function join(page: WebClient, other: WebClient | WechatPhone, { moves = false } = {}): Promise<void> {
  await other.say(`连 ${await codeOn(page)}`);
  if (moves) {
    await other.sees(/都会并到另一边去/);
    await other.tap('并过去');
  }
  await other.sees(/在另一边问您了/);
  await page.sees(/是您本人吗/);
  await page.tap('看一下');
  await page.sees(/您本人在(微信|网页)上打了连接码/);
  await page.tap('是我');
  // An unfinished talk of the other place is offered at once.
  await page.sees(/连上了|还有一份没填完/);
  await other.sees(/连上了/);
}
