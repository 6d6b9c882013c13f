import type { Platform } from '../simulator/neighbours.ts';
import type { ChatPerson } from '../tencent/chat-world.ts';

export type { Neighbours, Platform } from '../simulator/neighbours.ts';
export { PLATFORMS } from '../simulator/neighbours.ts';
export type { SeenMessage as Message } from '../simulator/people.ts';
export type { LoggedCall as Call } from '../simulator/sim-calls.ts';
export type { SimPerson as Person } from '../simulator/world.ts';
export type { SeenMessage as PlatformMessage } from '../tencent/seen-messages.ts';
/** A person with WeChat or WeCom. Only a person with WeChat follows. */
export type PlatformPerson = ChatPerson & { readonly follows?: boolean };

/** Calls the simulator of Telegram below /sim; throws its description of an error. */
export function ask<T>(path: string, body?: object, method?: 'DELETE'): Promise<T> {
  return call(`/sim/${path}`, body, method);
}

/** Calls the simulator of WeChat or WeCom, which stands behind that of Telegram. */
export function askPlatform<T>(platform: Platform, path: string, body?: object): Promise<T> {
  return call(`/${platform}/sim/${path}`, body);
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
