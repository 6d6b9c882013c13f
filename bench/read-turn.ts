import type { Inbound } from '../src/channels/channel.ts';
import { readUpdate } from '../src/channels/telegram/read-update.ts';
import { flowsNeeded } from '../src/conversation/decide.ts';
import { contextFor, loadFlows } from '../src/conversation/load-context.ts';
import type { TurnContext } from '../src/conversation/turn-context.ts';
import type { Services } from '../src/notify/services.ts';
import type { Running } from '../src/open.ts';
import { loadPerson } from '../src/people/person-store.ts';

/** An update as the product reads it, and what the product knows when it decides on it. */
export type Turn = { readonly inbound: Inbound; readonly context: TurnContext };

/** Reads an update and loads what its decision needs. */
export function readTurn({ services }: Pick<Running, 'services'>, update: string): Promise<Turn> {
  return loadTurn(inboundOf(update), services);
}

/** Loads what the decision on an input needs. */
export async function loadTurn(inbound: Inbound, services: Services): Promise<Turn> {
  const person = await loadPerson(services.store, inbound.from);
  const before = contextFor(person, services);
  const loaded = await loadFlows(flowsNeeded(inbound, before), person, services);
  return { inbound, context: { ...before, loaded } };
}

/** Reads Telegram's JSON. Throws if the product would ignore the update. */
export function inboundOf(update: string): Inbound {
  const read = readUpdate(JSON.parse(update), Date.now());
  if (read.type !== 'inbound') throw new Error(`The product does not read this update: ${update}`);
  return read.inbound;
}

/** The same context with records of its own: what a turn derives from a record must be derived again. */
export function anew(context: TurnContext): TurnContext {
  const { contact, talks } = context.person;
  return {
    ...context,
    person: { ...context.person, contact: structuredClone(contact), talks: structuredClone(talks) },
  };
}
