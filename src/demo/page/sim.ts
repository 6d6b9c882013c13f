export type { SeenMessage as Message } from '../simulator/people.ts';
export type { LoggedCall as Call } from '../simulator/sim-calls.ts';
export type { SimPerson as Person } from '../simulator/world.ts';

/** Calls the simulator below /sim; throws its description of an error. */
export async function ask<T>(path: string, body?: object, method?: 'DELETE'): Promise<T> {
  const post = method
    ? { method }
    : body
      ? { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
      : {};
  const response = await fetch(`/sim/${path}`, post);
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error((answer as { description?: string }).description ?? `HTTP ${response.status}`);
  return answer as T; // page and simulator come from one checkout, so the type fits the path
}
