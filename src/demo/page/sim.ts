export type { Neighbours } from '../simulator/neighbours.ts';
export type { SeenMessage as Message } from '../simulator/people.ts';
export type { LoggedCall as Call } from '../simulator/sim-calls.ts';
export type { SimPerson as Person } from '../simulator/world.ts';
export type { SeenMessage as WechatMessage } from '../tencent/seen-messages.ts';
export type { WechatPerson } from '../wechat/world.ts';

/** Calls the simulator of Telegram below /sim; throws its description of an error. */
export function ask<T>(path: string, body?: object, method?: 'DELETE'): Promise<T> {
  return call(`/sim/${path}`, body, method);
}

/** Calls the simulator of WeChat, which stands behind that of Telegram. */
export function askWechat<T>(path: string, body?: object): Promise<T> {
  return call(`/wechat/sim/${path}`, body);
}

async function call<T>(url: string, body?: object, method?: 'DELETE'): Promise<T> {
  const post = method
    ? { method }
    : body
      ? { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
      : {};
  const response = await fetch(url, post);
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error((answer as { description?: string }).description ?? `HTTP ${response.status}`);
  return answer as T; // page and simulators come from one checkout, so the type fits the path
}
